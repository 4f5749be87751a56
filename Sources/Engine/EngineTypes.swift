package import EventLog
public import Wire

/// One thing for the engine. `tag` is the caller's own and comes back with the answer.
public struct EngineInput: Sendable {
    public enum Content: Sendable {
        case command(CommandRequest)
        case request(OperationRequest)
        /// What a worker says, on which connection. Not answered: what it is told comes out as frames.
        case message(WorkerMessage, PeerID)
        /// An answer to a task that cannot be read.
        case nonsense(WireID, Fault, PeerID)
        /// The connection is gone.
        case lost(PeerID)
    }

    public let tag: Int
    public let content: Content
    /// From authentication alone; nil without it.
    public let actor: String?

    /// A message as it was read, and the connection it came on where that matters.
    public init(tag: Int, message: ClientMessage, peer: PeerID = PeerID(number: 0), actor: String? = nil) {
        switch message {
        case .command(let command): self.init(tag: tag, .command(command), actor: actor)
        case .request(let request): self.init(tag: tag, .request(request), actor: actor)
        case .worker(let message): self.init(tag: tag, .message(message, peer), actor: actor)
        }
    }

    var isOfWorker: Bool {
        switch content {
        case .command, .request: false
        case .message, .nonsense, .lost: true
        }
    }

    public init(tag: Int, _ content: Content, actor: String? = nil) {
        self.tag = tag
        self.content = content
        self.actor = actor
    }
}

/// What may leave once a batch is durable.
public struct EngineOutput: Sendable {
    /// In the order the messages came.
    public var answers: [BatchAnswer] = []
    /// Sagas that ended or got stuck: whoever waits for them can be told.
    public var settledSagas: [String] = []
    /// Ids that have a result now: whoever waits for one can be told.
    public var answeredIDs: [String] {
        records.indices.compactMap { index in
            records.lend(index) { $0.hasReceipt ? String(decoding: $0.command, as: UTF8.self) : nil }
        }
    }
    /// What was committed: kept so that ids are looked for only when someone waits for one.
    package var records = RecordBatch()
    /// For workers, in this order.
    public var frames: [WorkerFrame] = []
    /// Connections that are no workers any more: their numbers may be given to others.
    public var departed: [PeerID] = []
    /// Lines for the operator's log; names and ids, never payloads.
    public var warnings: [String] = []
    /// Whether anything was written.
    public var didCommit = false

    public init() {}
}

public struct EngineConfiguration: Sendable {
    /// How long an id is remembered, in milliseconds.
    public var retention: Int64
    /// How much of aggregates and live sagas is kept in memory, in estimated bytes; any budget gives the same answers.
    public var memory: Int

    public init(retention: Int64 = 86_400_000, memory: Int = 256 << 20) {
        self.retention = retention
        self.memory = memory
    }
}
