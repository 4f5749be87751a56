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
    public func after(_ entry: Entry) -> LogHead {
        let count = UInt64(entry.events.count)
        let next =
            count == 0
            ? LogKey(position: entry.key.position, ordinal: entry.key.ordinal + 1)
            : LogKey(position: entry.key.position + count, ordinal: 0)
        return LogHead(position: position + count, next: next, time: entry.time)
    }

    /// The head when the log ends with this record.
    public init(behind key: LogKey, _ last: RecordHead) {
        let count = UInt64(last.eventCount)
        let next =
            count == 0
            ? LogKey(position: key.position, ordinal: key.ordinal + 1) : LogKey(position: key.position + count, ordinal: 0)
        self.init(position: next.position - 1, next: next, time: last.time)
    }
}
