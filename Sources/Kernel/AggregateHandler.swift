/// An aggregate type with its Swift types erased: what the engine calls.
///
/// State travels as `any Sendable`; only the handler that made one may look inside. Build one with
/// `AggregateHandler(Account.self)`. A class, because every aggregate in memory refers to its handler.
public final class AggregateHandler: Sendable {
    public typealias State = any Sendable

    public let type: String
    public let commandNames: [String]
    public let schema: Int
    public let snapshotInterval: Int
    public let initial: State

    /// Decides one command. `expected` is nil when any version will do. Never throws: every way to end is an outcome.
    public let decide: @Sendable (_ call: CommandCall, _ state: State) -> CommandOutcome
    /// Folds one stored event, upcast first; throws what the event cannot be decoded with.
    public let evolve: @Sendable (_ state: inout State, _ event: StoredEvent) throws -> Void
    /// The state as JSON, in the order of its coding keys.
    public let encode: @Sendable (_ state: State) throws -> JSON
    /// A state back from its JSON (a snapshot).
    public let decode: @Sendable (_ json: JSON) throws -> State
    /// The fields a command takes, or nil when the type has no such command. Derived from its `Decodable` conformance.
    public let fields: @Sendable (_ command: String) -> [CommandField]?

    public init(
        type: String, commandNames: [String], schema: Int, snapshotInterval: Int, initial: State,
        decide: @escaping @Sendable (CommandCall, State) -> CommandOutcome,
        evolve: @escaping @Sendable (inout State, StoredEvent) throws -> Void,
        encode: @escaping @Sendable (State) throws -> JSON,
        decode: @escaping @Sendable (JSON) throws -> State,
        fields: @escaping @Sendable (String) -> [CommandField]?
    ) {
        self.type = type
        self.commandNames = commandNames
        self.schema = schema
        self.snapshotInterval = snapshotInterval
        self.initial = initial
        self.decide = decide
        self.evolve = evolve
        self.encode = encode
        self.decode = decode
        self.fields = fields
    }
}

/// One command for one aggregate, as the engine hands it to a handler.
public struct CommandCall: Sendable {
    public let name: String
    public let body: JSON
    public let key: String
    public let version: UInt64
    public let expected: UInt64?

    public init(name: String, body: JSON, key: String, version: UInt64, expected: UInt64?) {
        self.name = name
        self.body = body
        self.key = key
        self.version = version
        self.expected = expected
    }
}

/// Every way a decision can end.
public enum CommandOutcome: Sendable, Equatable {
    case accepted(events: [StoredEvent], result: JSON)
    case refused(Refusal)
    case conflict
    case unknownCommand
    /// The body does not fit the command's fields; the message names the field.
    case malformed(String)
    /// A bug: something other than a refusal was thrown. The message names the aggregate and the command.
    case failed(String)
}

/// One field of a command, as far as its type tells.
public struct CommandField: Sendable, Equatable {
    public enum Kind: String, Sendable { case string, integer, number, boolean, any }

    public let name: String
    public let kind: Kind
    public let isRequired: Bool

    public init(name: String, kind: Kind, isRequired: Bool) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
    }
}
