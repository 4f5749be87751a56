public import Kernel

/// An undo with everything frozen that it needs: one line of the undo ledger.
public final class UndoCommand: Sendable, Equatable, CustomStringConvertible {
    public let participant: Participant
    public let body: JSON

    public init(_ participant: Participant, body: JSON) {
        self.participant = participant
        self.body = body
    }

    public convenience init(aggregate: String, key: String, name: String, body: JSON, isRemote: Bool = false) {
        self.init(.aggregate(AggregateID(aggregate, key), command: name, isRemote: isRemote), body: body)
    }

    /// `card.refund`, an aggregate's command or a worker's action.
    public var name: String { participant.name }

    public var description: String { "\(participant) \(body.text)" }

    /// The line as it is stored.
    func write(_ text: inout JSONText) {
        switch participant {
        case .aggregate(let id, let command, let isRemote):
            text.raw(#"{"command":"#)
            text.append(id.type, ".", command)
            text.raw(#","key":"#)
            text.append(id.key)
            if isRemote { text.raw(#","remote":true"#) }
        case .worker(let action):
            text.raw(#"{"call":"#)
            text.append(action)
        }
        text.raw(#","input":"#)
        text.append(body)
        text.raw("}")
    }

    public static func == (left: UndoCommand, right: UndoCommand) -> Bool {
        left === right || left.participant == right.participant && left.body == right.body
    }

    public convenience init?(_ json: JSON?) {
        guard let json, let body = json["input"],
            let participant = Self.participant(json, isRemote: { _ in json["remote"]?.boolValue ?? false })
        else { return nil }
        self.init(participant, body: body)
    }

    /// An undo that a participant returned with its result: literal, never evaluated. nil when it has no such shape.
    /// `isRemote` says of an aggregate type whether workers decide for it.
    public convenience init?(returned json: JSON?, isRemote: (String) -> Bool) {
        guard let json, let participant = Self.participant(json, isRemote: isRemote) else { return nil }
        let body = json["with"] ?? [:]
        guard case .object = body else { return nil }
        if case .aggregate(let id, let command, _) = participant {
            guard Names.isName(id.type), Names.isName(command) else { return nil }
        }
        self.init(participant, body: body)
    }

    private static func participant(_ json: JSON, isRemote: (String) -> Bool) -> Participant? {
        if let action = json["call"]?.stringValue {
            return Names.isName(action) && json["command"] == nil ? .worker(action: action) : nil
        }
        guard let command = json["command"]?.stringValue, let key = json["key"]?.stringValue, Names.isKey(key),
            let (aggregate, name) = UndoCommand.split(command)
        else { return nil }
        return .aggregate(AggregateID(aggregate, key), command: name, isRemote: isRemote(aggregate))
    }

    /// `card.refund` → `card`, `refund`; the type is everything before the last dot.
    static func split(_ command: String) -> (aggregate: String, name: String)? {
        guard let dot = command.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return (String(command[..<dot]), String(command[command.index(after: dot)...]))
    }
}
