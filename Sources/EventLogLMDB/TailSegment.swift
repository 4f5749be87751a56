import EventLog
import Kernel
import Synchronization

/// What the index and the receipts will hold of one stretch of the log, kept in memory until it is folded into them.
///
/// The writer adds what it is about to commit, so a reader whose view has an entry finds it here; what a view does not have
/// yet is told by its place, behind the view's head.
final class TailSegment: Sendable {
    private struct Contents {
        var streams: [RowKey: [StreamHit]] = [:]
        var receipts: [RowKey: LogKey] = [:]
        /// The same as they came: ids mostly rise, and what is nearly sorted is sorted soon.
        var answered: [(id: RowKey, key: LogKey)] = []
        var entries = 0
    }

    private let contents = Mutex(Contents())

    /// Makes room for so many entries at once.
    init(room: Int) {
        contents.withLock { $0.receipts.reserveCapacity(room) }
    }

    /// Entries in it, those without a row of their own among them.
    var count: Int { contents.withLock { $0.entries } }

    /// Adds an entry about to be committed; answers the place its id had here before, which `remove` needs again.
    func add(_ record: RecordView) -> LogKey? {
        let stream = record.eventCount > 0 ? StreamHit.name(of: record) : nil
        let id = record.hasReceipt ? RowKey([UInt8](record.command)) : nil
        return contents.withLock { contents in
            contents.entries += 1
            if let stream {
                let hit = StreamHit(firstVersion: record.firstVersion, position: record.key.position)
                contents.streams[stream, default: []].append(hit)
            }
            guard let id else { return nil }
            contents.answered.append((id, record.key))
            return contents.receipts.updateValue(record.key, forKey: id)
        }
    }

    /// Takes back the entry added last, which was not committed.
    func remove(_ record: RecordView, restoring before: LogKey?) {
        let stream = record.eventCount > 0 ? StreamHit.name(of: record) : nil
        contents.withLock { contents in
            contents.entries -= 1
            if let stream { contents.streams[stream]?.removeLast() }
            if record.hasReceipt, let last = contents.answered.popLast() { contents.receipts[last.id] = before }
        }
    }

    /// A stream's entries here, oldest first.
    func hits(_ stream: RowKey) -> [StreamHit] { contents.withLock { $0.streams[stream] ?? [] } }

    func receipt(_ id: RowKey) -> LogKey? { contents.withLock { $0.receipts[id] } }

    /// Names of streams that begin with `prefix` and have an entry before `end`.
    func streams(_ prefix: [UInt8], before end: UInt64) -> [RowKey] {
        contents.withLock { contents in
            // Sorted by who asks, together with those of other segments.
            contents.streams.filter { $0.key.bytes.starts(with: prefix) && ($0.value.first?.position ?? end) < end }.map(\.key)
        }
    }

    /// Everything in the order of the tables it goes to.
    func rows() -> FoldRows {
        contents.withLock { contents in
            let streams = contents.streams.map { ($0.key, $0.value) }
            let answered = contents.answered
            return FoldRows(
                streams: SortedIndices(streams.map(\.0)).map { streams[$0] },
                // Of an id used twice the later one is put last.
                receipts: SortedIndices(answered.map(\.id)).map { answered[$0] })
        }
    }
}

extension StreamHit {
    /// The name of an aggregate's stream in the index.
    static func name(of aggregate: AggregateID) -> RowKey { name(Array(aggregate.type.utf8), Array(aggregate.key.utf8)) }

    static func name(of record: RecordView) -> RowKey { name(record.type, record.aggregateKey) }

    private static func name(_ type: some Collection<UInt8>, _ key: some Collection<UInt8>) -> RowKey {
        var name: [UInt8] = []
        name.reserveCapacity(type.count + key.count + 1)
        name.append(contentsOf: type)
        name.append(UInt8(ascii: "/"))
        name.append(contentsOf: key)
        return RowKey(name)
    }
}
