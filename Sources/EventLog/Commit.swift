import Kernel

/// Everything that one batch changes, made durable together or not at all.
public struct Commit: Sendable {
    /// In log order, and applied after `expired`. The log, the stream index, the receipts and the chain are derived from them by the store.
    public var entries: [Entry] = []
    /// Caches and work lists kept beside the log; later writes to a key win.
    public var writes: [TableWrite] = []
    /// Ids whose receipts are past retention. Removed before the entries' own receipts are set; an id without one is no error.
    public var expired: [String] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty && writes.isEmpty && expired.isEmpty }

    /// The head of the log behind this commit. Stops the process when an entry does not stand where the log goes on, goes back
    /// in time, or holds what a record or table cannot: a bug of whoever staged it, found before anything is stored.
    public func head(after head: LogHead) -> LogHead {
        var head = head
        for entry in entries { head = Commit.head(after: entry, at: head) }
        for write in writes {
            precondition(
                (1...RecordLimits.tableKeyBytes).contains(write.key.count),
                "A table's key has 1 to \(RecordLimits.tableKeyBytes) bytes")
        }
        return head
    }

    private static func head(after entry: Entry, at head: LogHead) -> LogHead {
        let key = entry.key
        precondition(key == head.next, "An entry was staged at \(key), where the log goes on at \(head.next)")
        precondition(entry.time >= head.time, "An entry's time goes back")
        precondition(entry.firstVersion > 0, "Versions begin at 1")
        let stream = entry.aggregate.type.utf8.count + entry.aggregate.key.utf8.count + 1
        precondition(stream <= RecordLimits.streamBytes, "An aggregate's address is longer than an index key can be")
        precondition(
            entry.receipt == nil || (1...RecordLimits.idBytes).contains(entry.cause.command.utf8.count),
            "An id with a receipt has 1 to \(RecordLimits.idBytes) bytes")
        return LogHead(behind: key, events: entry.events.count, time: entry.time)
    }
}
