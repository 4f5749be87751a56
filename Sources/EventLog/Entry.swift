public import Kernel

/// One record of the log: everything that one command, or one turn of a saga, adds to one aggregate, and the answer given.
///
/// An entry may hold many events (a burst, a saga's turn), one, or none: an answer that must be remembered without events
/// (a rejection) is an entry too, so that everything can be rebuilt from the log.
public struct Entry: Sendable, Equatable {
    /// Where it stands; given by the writer when the entry is staged.
    public var key: LogKey
    /// Milliseconds since 1970 in UTC; never less than that of the entry before.
    public var time: Timestamp
    /// The aggregate; for a request without one (a definition's receipt has `$definition`), the system's stream it acted on.
    public var aggregate: AggregateID
    /// Version of the first event; without events, the aggregate's version when this was decided plus one.
    public var firstVersion: UInt64
    /// Position of the first event of the aggregate's previous entry that had events; 0 if there is none.
    public var previous: UInt64
    public var events: [StoredBody]
    /// The command or request that caused it: a client's id, or a saga's operation id.
    public var cause: Cause
    /// What was answered, when asking again must give the same; nil for steps of sagas and for the system's own acts.
    public var receipt: Receipt?

    public init(
        key: LogKey, time: Timestamp, aggregate: AggregateID, firstVersion: UInt64, previous: UInt64, events: [StoredBody],
        cause: Cause, receipt: Receipt?
    ) {
        self.key = key
        self.time = time
        self.aggregate = aggregate
        self.firstVersion = firstVersion
        self.previous = previous
        self.events = events
        self.cause = cause
        self.receipt = receipt
    }

    public var lastVersion: UInt64 { firstVersion + UInt64(events.count) - 1 }
    public var lastPosition: UInt64 { key.position + UInt64(events.count) - 1 }
}

/// An event as stored: the body stays bytes until someone must read it.
public struct StoredBody: Sendable, Equatable {
    public var name: String
    public var schema: UInt16
    /// UTF-8 JSON.
    public var body: [UInt8]

    public init(name: String, schema: UInt16, body: [UInt8]) {
        self.name = name
        self.schema = schema
        self.body = body
    }
}

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

/// What was answered to an id: asked again with the same content, the same answer.
public struct Receipt: Sendable, Equatable {
    /// First 16 bytes of the SHA-256 over the request's content (verb, address, expected, name, body bytes as sent).
    public var content: [UInt8]
    /// nil for `ok`, else the error's code.
    public var code: String?
    /// For an accepted command: the aggregate's version and the position answered; nil for a request.
    public var version: UInt64?
    public var position: UInt64?
    /// The body answered: the result, or the error's message and details. UTF-8 JSON.
    public var body: [UInt8]

    public init(content: [UInt8], code: String?, version: UInt64?, position: UInt64?, body: [UInt8]) {
        self.content = content
        self.code = code
        self.version = version
        self.position = position
        self.body = body
    }
}
