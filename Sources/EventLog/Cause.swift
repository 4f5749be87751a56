/// Who and what made an entry happen. Ids and headers hold no personal data: they outlive an erased body.
public struct Cause: Sendable, Equatable {
    /// Id of the command, request or saga operation.
    public var command: String
    /// The saga's id, or the client's own.
    public var correlation: String?
    public var causation: String?
    /// From authentication alone; nil without it.
    public var actor: String?
    /// Attempt of a saga's step, from 1; 0 for a client's command.
    public var attempt: UInt32
    /// The server's epoch: rises with every start on this store.
    public var epoch: UInt32
    /// `traceparent`, `tracestate` and the user's own `x-…`, in the order sent.
    public var headers: [Header]

    public struct Header: Sendable, Equatable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        command: String, correlation: String? = nil, causation: String? = nil, actor: String? = nil, attempt: UInt32 = 0,
        epoch: UInt32 = 0, headers: [Header] = []
    ) {
        self.command = command
        self.correlation = correlation
        self.causation = causation
        self.actor = actor
        self.attempt = attempt
        self.epoch = epoch
        self.headers = headers
    }
}
