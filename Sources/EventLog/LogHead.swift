public import Kernel

/// The end of the log.
public struct LogHead: Sendable, Equatable {
    /// Position of the last event; 0 in an empty log.
    public var position: UInt64
    /// Where the next entry will stand.
    public var next: LogKey
    /// Time of the last entry.
    public var time: Timestamp

    public init(position: UInt64, next: LogKey, time: Timestamp) {
        self.position = position
        self.next = next
        self.time = time
    }

    public static let empty = LogHead(position: 0, next: LogKey(position: 1, ordinal: 0), time: Timestamp(milliseconds: 0))

    /// The head once `entry`, which stands at `next`, is written.
    public func after(_ entry: Entry) -> LogHead { LogHead(behind: entry.key, events: entry.events.count, time: entry.time) }

    /// The head once an entry with so many events is written at `next`.
    public func after(events: Int, at time: Timestamp) -> LogHead { LogHead(behind: next, events: events, time: time) }

    /// The same for an entry about to be stored. Stops the process when it does not stand where the log goes on, goes back in
    /// time, or holds what a record cannot: a bug of whoever staged it, found before anything is durable.
    public func admitting(_ entry: Entry) -> LogHead {
        let key = entry.key
        precondition(key == next, "An entry was staged at \(key), where the log goes on at \(next)")
        precondition(entry.time >= time, "An entry's time goes back")
        entry.admit()
        return after(entry)
    }

    /// The head once this record, which stands at `next`, is written; `admitting` is for whoever encoded it.
    public func after(_ record: RecordView) -> LogHead {
        precondition(record.key == next, "A record was staged at \(record.key), where the log goes on at \(next)")
        precondition(record.time >= time, "A record's time goes back")
        return LogHead(behind: record.key, events: record.eventCount, time: record.time)
    }

    /// The head when the log ends with this record.
    public init(behind key: LogKey, _ last: RecordHead) {
        self.init(behind: key, events: Int(last.eventCount), time: last.time)
    }

    init(behind key: LogKey, events: Int, time: Timestamp) {
        let next =
            events == 0
            ? LogKey(position: key.position, ordinal: key.ordinal + 1)
            : LogKey(position: key.position + UInt64(events), ordinal: 0)
        self.init(position: next.position - 1, next: next, time: time)
    }
}
