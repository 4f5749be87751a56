import Kernel

/// A commit on its way to be durable, as whoever decides upon it must see it: indexed when first asked. Not thread safe.
public final class PendingCommit {
    let entries: [Entry]
    /// Where the log ends once it is durable.
    public let head: LogHead
    private let commit: Commit
    private let place: ((_ id: String) -> Int?)?

    /// `place` answers the index of the entry with an id's receipt, when whoever staged the commit knows that anyway.
    public init(_ commit: Commit, head: LogHead, place: ((_ id: String) -> Int?)? = nil) {
        self.commit = commit
        self.head = head
        self.place = place
        entries = commit.entries
    }

    /// Whether a store that ends with `head` lacks it.
    func isBehind(_ head: LogHead) -> Bool { entries.first.map { $0.key == head.next } ?? true }

    func receipt(_ id: String) -> LogKey? {
        let index = if let place { place(id) } else { receipts[ByteKey(id)] }
        return index.map { entries[$0].key }
    }

    func isExpired(_ id: String) -> Bool { expired.contains(ByteKey(id)) }

    func entry(at key: LogKey) -> Entry? {
        let index = entries.partitioningIndex { $0.key >= key }
        return index < entries.count && entries[index].key == key ? entries[index] : nil
    }

    /// Of the entry that holds the event at `position`; nil when it is not here.
    func index(holding position: UInt64) -> Int? {
        let behind = entries.partitioningIndex { $0.key.position > position }
        guard behind > 0, !entries[behind - 1].events.isEmpty, entries[behind - 1].lastPosition >= position else { return nil }
        return behind - 1
    }

    /// A stream's entries with events, oldest first.
    func entries(of aggregate: AggregateID) -> [Entry] { (streams[aggregate] ?? []).map { entries[$0] } }

    /// Keys of a type that have events here, in byte order.
    func keys(ofType type: String) -> [String] {
        streams.keys.filter { $0.type == type }.map(\.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A table's rows that are touched here, in byte order.
    func rows(_ table: Table) -> [Row] {
        (rows[table] ?? [:]).values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    /// The row as it is set here; nil when it is not touched.
    func row(_ table: Table, _ key: [UInt8]) -> Row? { rows[table]?[key] }

    struct Row {
        let key: [UInt8]
        /// Nil for a row that is removed.
        let value: [UInt8]?
    }

    private lazy var expired = Set(commit.expired.map { ByteKey($0) })

    private lazy var receipts: [ByteKey: Int] = {
        var receipts: [ByteKey: Int] = [:]
        for (index, entry) in entries.enumerated() where entry.receipt != nil { receipts[ByteKey(entry.cause.command)] = index }
        return receipts
    }()

    private lazy var streams: [AggregateID: [Int]] = {
        var streams: [AggregateID: [Int]] = [:]
        for (index, entry) in entries.enumerated() where !entry.events.isEmpty {
            streams[entry.aggregate, default: []].append(index)
        }
        return streams
    }()

    private lazy var rows: [Table: [[UInt8]: Row]] = {
        var rows: [Table: [[UInt8]: Row]] = [:]
        for write in commit.writes { rows[write.table, default: [:]][write.key] = Row(key: write.key, value: write.value) }
        return rows
    }()
}

extension Array {
    /// Index of the first element for which `isBehind` holds, in a list where it holds for all that follow.
    fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
