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

    /// Stops the process when it holds what a record cannot: a bug of whoever staged it.
    func admit() {
        precondition(firstVersion > 0, "Versions begin at 1")
        let stream = aggregate.type.utf8.count + aggregate.key.utf8.count + 1
        precondition(stream <= RecordLimits.streamBytes, "An aggregate's address is longer than an index key can be")
        precondition(
            receipt == nil || (1...RecordLimits.idBytes).contains(cause.command.utf8.count),
            "An id with a receipt has 1 to \(RecordLimits.idBytes) bytes")
    }
}
