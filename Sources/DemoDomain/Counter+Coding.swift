public import Kernel

// Spelt out: see `MessageCodable`.
extension Counter.Command: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        switch name {
        case "add": self = .add(n: try fields.decode("n"), note: try fields.decodeIfPresent("note"))
        case "burst": self = .burst(n: try fields.decode("n"))
        case "crash": self = .crash
        default: return nil
        }
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .add(let n, let note):
            fields.encode(n, "n")
            fields.encodeIfPresent(note, "note")
            return "add"
        case .burst(let n):
            fields.encode(n, "n")
            return "burst"
        case .crash: return "crash"
        }
    }
}

extension Counter.Event: MessageCodable {
    public init?(name: String, fields: FieldReader) throws {
        guard name == "added" else { return nil }
        self = .added(n: try fields.decode("n"), note: try fields.decodeIfPresent("note"))
    }

    public func encode(to fields: inout FieldWriter) -> String {
        switch self {
        case .added(let n, let note):
            fields.encode(n, "n")
            fields.encodeIfPresent(note, "note")
            return "added"
        }
    }
}
