import Kernel

/// A commit on its way to be durable, as whoever decides upon it must see it: indexed when first asked. Not thread safe.
public final class PendingCommit {
    let records: RecordBatch
    /// Where the log ends once it is durable.
    public let head: LogHead
    private let writes: [TableWrite]
    private let expiredIDs: [String]
    private let place: (_ id: String) -> Int?

    /// `place` answers the index of the entry with an id's receipt, which whoever staged the commit knows anyway.
    public init(_ commit: Commit, head: LogHead, place: @escaping (_ id: String) -> Int?) {
        self.head = head
        self.place = place
        (records, writes, expiredIDs) = (commit.records, commit.writes, commit.expired)
    }

    /// Whether a store that ends with `head` lacks it.
    func isBehind(_ head: LogHead) -> Bool { records.isEmpty || records.key(0) == head.next }

    func receipt(_ id: String) -> LogKey? { place(id).map { records.key($0) } }

    func isExpired(_ id: String) -> Bool { !expiredIDs.isEmpty && expired.contains(ByteKey(id)) }

    func entry(at key: LogKey) -> Entry? {
        let index = records.indices.partitioningIndex { records.key($0) >= key }
        return index < records.count && records.key(index) == key ? records.entry(index) : nil
    }

    /// Of the entry that holds the event at `position`; nil when it is not here.
    func index(holding position: UInt64) -> Int? {
        let behind = records.indices.partitioningIndex { records.key($0).position > position }
        guard behind > 0 else { return nil }
        let events = records.lend(behind - 1) { $0.eventCount }
        return records.key(behind - 1).position + UInt64(events) > position ? behind - 1 : nil
    }

    /// Of a stream's entries with events, oldest first.
    func indices(of aggregate: AggregateID) -> [Int] {
        guard let number = StreamName.lend(aggregate, { streams.names.number(of: $0) }) else { return [] }
        var indices: [Int] = []
        var next = streams.newest[number]
        while next >= 0 {
            indices.append(next)
            next = streams.before[next]
        }
        return indices.reversed()
    }

    /// Keys of a type that have events here, in byte order.
    func keys(ofType type: String) -> [String] {
        streams.names.sorted().compactMap { number in
            streams.names.lend(number) { name in
                let prefix = type.utf8.count
                guard name.count > prefix, name[prefix] == UInt8(ascii: "/"), name.prefix(prefix).elementsEqual(type.utf8) else {
                    return nil
                }
                return String(decoding: name[(prefix + 1)...], as: UTF8.self)
            }
        }
    }

    /// A table's rows that are touched here, in byte order.
    func rows(_ table: Table) -> [ChangedRow] {
        let written = written(table)
        return written.keys.sorted().map { row(written.writes[$0]) }
    }

    /// The row as it is set here; nil when it is not touched.
    func row(_ table: Table, _ key: [UInt8]) -> ChangedRow? {
        guard !writes.isEmpty else { return nil }
        let written = written(table)
        return key.withUnsafeBytes { written.keys.number(of: $0) }.map { row(written.writes[$0]) }
    }

    private func row(_ write: Int) -> ChangedRow { ChangedRow(key: writes[write].key, value: writes[write].value) }

    private struct Streams {
        var names: ByteTable
        /// Of each stream its newest entry, and of each entry the one before it in its stream; -1 when there is none.
        var newest: [Int] = []
        var before: [Int]
    }

    /// Keys of one table that are touched, and the last of the writes to each.
    private struct Written {
        var keys = ByteTable()
        var writes: [Int] = []
    }

    private lazy var expired = Set(expiredIDs.map { ByteKey($0) })

    private lazy var streams: Streams = {
        var streams = Streams(names: ByteTable(capacity: records.count), before: [Int](repeating: -1, count: records.count))
        for index in records.indices {
            records.lend(index) { record in
                guard record.eventCount > 0 else { return }
                let (number, isNew) = StreamName.lend(record) { streams.names.insert($0) }
                if isNew {
                    streams.newest.append(index)
                } else {
                    streams.before[index] = streams.newest[number]
                    streams.newest[number] = index
                }
            }
        }
        return streams
    }()

    private var indexed: [Table: Written] = [:]

    private func written(_ table: Table) -> Written {
        if let known = indexed[table] { return known }
        var written = Written()
        for (index, write) in writes.enumerated() where write.table == table {
            let (number, isNew) = write.key.withUnsafeBytes { written.keys.insert($0) }
            if isNew { written.writes.append(index) } else { written.writes[number] = index }
        }
        indexed[table] = written
        return written
    }
}

extension Range<Int> {
    /// The first for which `isBehind` holds, where it holds for all that follow.
    fileprivate func partitioningIndex(_ isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
