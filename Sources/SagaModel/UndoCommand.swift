public import Kernel

/// An undo with everything frozen that it needs: one line of the undo ledger.
public struct UndoCommand: Sendable, Equatable {
    public let aggregate: String
    public let key: String
    public let name: String
    public let body: JSON

    public init(aggregate: String, key: String, name: String, body: JSON) {
        self.aggregate = aggregate
        self.key = key
        self.name = name
        self.body = body
    }

    public var json: JSON {
        ["command": .string("\(aggregate).\(name)"), "key": .string(key), "input": body]
    }

    public init?(_ json: JSON?) {
        guard let json, let command = json["command"]?.stringValue, let key = json["key"]?.stringValue,
            let body = json["input"], let (aggregate, name) = UndoCommand.split(command)
        else { return nil }
        self.init(aggregate: aggregate, key: key, name: name, body: body)
    }

    /// `card.refund` → `card`, `refund`; the type is everything before the last dot.
    static func split(_ command: String) -> (aggregate: String, name: String)? {
        guard let dot = command.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return (String(command[..<dot]), String(command[command.index(after: dot)...]))
    }
}
