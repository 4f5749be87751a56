package import EventLog
public import Wire

/// One message for the engine. `tag` is the caller's own and comes back with the answer.
public struct EngineInput: Sendable {
    public let tag: Int
    public let message: ClientMessage
    /// From authentication alone; nil without it.
    public let actor: String?

    public init(tag: Int, message: ClientMessage, actor: String? = nil) {
        self.tag = tag
        self.message = message
        self.actor = actor
    }
}

/// What may leave once a batch is durable.
public struct EngineOutput: Sendable {
    /// In the order the messages came.
    public var answers: [(tag: Int, answer: Answer)] = []
    /// Sagas that ended or got stuck: whoever waits for them can be told.
    public var settledSagas: [String] = []
    /// Ids that have a result now: whoever waits for one can be told.
    public var answeredIDs: [String] { entries.compactMap { $0.receipt == nil ? nil : $0.cause.command } }
    /// What was committed: kept so that ids are looked for only when someone waits for one.
    package var entries: [Entry] = []
    /// Lines for the operator's log; names and ids, never payloads.
    public var warnings: [String] = []
    /// Whether anything was written.
    public var didCommit = false

    public init() {}
}

public struct EngineConfiguration: Sendable {
    /// How long an id is remembered, in milliseconds.
    public var retention: Int64

    public init(retention: Int64 = 86_400_000) { self.retention = retention }
}
