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
            // Else the last dot ends the type.
            if command.utf8.contains(UInt8(ascii: ".")) {
                text.raw(#","type":"#)
                text.append(id.type)
            }
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
            let participant = Self.participant(
                json, isRemote: { _ in json["remote"]?.boolValue ?? false },
                { CommandName(stored: $0, type: json["type"]?.stringValue) })
        else { return nil }
        self.init(participant, body: body)
    }

    /// An undo that a participant returned with its result: literal, never evaluated. nil when it has no such shape, or is a
    /// command that nobody knows.
    public convenience init?(returned json: JSON?, _ catalog: some AggregateCatalog) {
        func find(_ text: String) -> CommandName? {
            let found = CommandName.find(text, in: catalog)
            return found.flatMap { catalog.find($0.name, of: $0.aggregate) == .unknownCommand ? nil : $0 }
        }
        guard let json, let participant = Self.participant(json, isRemote: catalog.isRemote, find) else { return nil }
        let body = json["with"] ?? [:]
        guard case .object = body else { return nil }
        self.init(participant, body: body)
    }

    private static func participant(
        _ json: JSON, isRemote: (String) -> Bool, _ find: (String) -> CommandName?
    ) -> Participant? {
        if let action = json["call"]?.stringValue {
            return Names.isName(action) && json["command"] == nil ? .worker(action: action) : nil
        }
        guard let text = json["command"]?.stringValue, let key = json["key"]?.stringValue, Names.isKey(key),
            let command = find(text)
        else { return nil }
        return .aggregate(AggregateID(command.aggregate, key), command: command.name, isRemote: isRemote(command.aggregate))
    }
}
