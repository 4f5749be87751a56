import Kernel

// Spelt out: see `MessageCodable`.
extension Cell.Command: MessageCodable {
    init?(name: String, fields: FieldReader) throws {
        switch name {
        case "add": self = .add(n: try fields.decode("n"))
        case "take": self = .take(n: try fields.decode("n"))
        case "split": self = .split(n: try fields.decode("n"))
        case "touch": self = .touch
        case "refuse": self = .refuse
        case "break": self = .break
        default: return nil
        }
    }

    func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .add(let n):
            fields.encode(n, "n")
            return "add"
        case .take(let n):
            fields.encode(n, "n")
            return "take"
        case .split(let n):
            fields.encode(n, "n")
            return "split"
        case .touch: return "touch"
        case .refuse: return "refuse"
        case .break: return "break"
        }
    }
}

extension Cell.Event: MessageCodable {
    init?(name: String, fields: FieldReader) throws {
        switch name {
        case "added": self = .added(n: try fields.decode("n"))
        case "taken": self = .taken(n: try fields.decode("n"))
        default: return nil
        }
    }

    func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .added(let n):
            fields.encode(n, "n")
            return "added"
        case .taken(let n):
            fields.encode(n, "n")
            return "taken"
        }
    }
}
