/// One message of a simulated client. The same id with the same content is a repeat.
public struct ClientOperation: Sendable, Equatable {
    public enum Act: Sendable, Equatable {
        case command(cell: String, CellCommand, expected: UInt64?)
        /// `command.submit` of a command with an id of its own.
        case submit(id: String, cell: String, CellCommand, expected: UInt64?)
        case register(SimulatedDefinition)
        /// nil version: the highest.
        case start(SagaOrder)
        case cancel(saga: String)
        case terminate(saga: String)
        case retry(saga: String, step: String)
        case waive(saga: String, step: String)
    }

    public var id: String
    public var act: Act

    public init(id: String, _ act: Act) {
        self.id = id
        self.act = act
    }
}

/// What a `saga.start` asks for. The input sent is `{"flag": flag}`, and `"key"` when there is one.
public struct SagaOrder: Sendable, Equatable {
    public var definition: String
    /// nil: the highest.
    public var version: Int?
    /// The whole definition in the request instead of a registered one.
    public var inline: SimulatedDefinition?
    /// nil: the server makes one.
    public var saga: String?
    public var key: String?
    public var flag: Bool
    public var again: Bool

    public init(
        definition: String, version: Int? = nil, inline: SimulatedDefinition? = nil, saga: String? = nil, key: String? = nil,
        flag: Bool = true, again: Bool = false
    ) {
        self.definition = definition
        self.version = version
        self.inline = inline
        self.saga = saga
        self.key = key
        self.flag = flag
        self.again = again
    }
}
