import EventLog
import Kernel
import LMDB

extension LMDBLogReader {
    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? {
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        guard let key = keys.stream(aggregate.type, aggregate.key) else { return nil }
        if let last = tail.hits(key).last { return StreamHead(try entry(last, of: aggregate, log)) }
        let index = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        guard let last = try reading({ () throws(LMDBError) in try index.lastDuplicate(of: key) }) else { return nil }
        return StreamHead(try entry(try hit(last, aggregate), of: aggregate, log))
    }

    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        let late = StreamName.lend(aggregate) { tail.hits($0) }
        var order = StreamOrder(aggregate, from: version, backwards: backwards)
        // What the tables hold ends before the tail begins.
        if backwards {
            let goesOn = try visitTail(late.reversed(), aggregate, &order, visit)
            if goesOn, try visitIndex(aggregate, &order, visit) { try order.end() }
        } else {
            let isLate = late.first.map { $0.firstVersion <= version } ?? false
            let goesOn = isLate ? true : try visitIndex(aggregate, &order, visit)
            if goesOn { _ = try visitTail(late, aggregate, &order, visit) }
        }
    }

    /// Answers whether the visitor wants more.
    private func visitTail(_ hits: [StreamHit], _ aggregate: AggregateID, _ order: inout StreamOrder, _ visit: (Entry) -> Bool)
        throws(LogFailure) -> Bool
    {
        let (version, backwards) = (order.from, order.backwards)
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        for (index, hit) in hits.enumerated() {
            if backwards && hit.firstVersion > version { continue }
            // The next one begins no later than asked for, so this one ends before.
            if !backwards, index + 1 < hits.count, hits[index + 1].firstVersion <= version { continue }
            let entry = try entry(hit, of: aggregate, log)
            guard backwards || entry.lastVersion >= version else { continue }
            try order.accept(entry)
            if !visit(entry) { return false }
        }
        return true
    }

    private func visitIndex(_ aggregate: AggregateID, _ order: inout StreamOrder, _ visit: (Entry) -> Bool)
        throws(LogFailure) -> Bool
    {
        let (version, backwards) = (order.from, order.backwards)
        guard let key = keys.stream(aggregate.type, aggregate.key) else { return true }
        let index = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        var row = try reading { () throws(LMDBError) in try start(index, key, version, backwards: backwards) }
        while let bytes = row {
            let hit = try hit(bytes, aggregate)
            if hit.position < tail.mark.position {
                let entry = try entry(hit, of: aggregate, log)
                // Forwards, the last entry before the version is looked at and may end short of it.
                if backwards || entry.lastVersion >= version {
                    try order.accept(entry)
                    if !visit(entry) { return false }
                }
            } else if !backwards {
                return true
            }
            row = try reading { () throws(LMDBError) in backwards ? try index.previousDuplicate() : try index.nextDuplicate() }
        }
        return true
    }

    /// The last row whose first version is not beyond `version`; forwards, the first row when there is none.
    private func start(_ index: borrowing Cursor, _ key: Bytes, _ version: UInt64, backwards: Bool) throws(LMDBError) -> Bytes? {
        let beyond = keys.value(StreamHit(firstVersion: version, position: .max))
        guard try index.duplicate(of: key, atLeast: beyond) != nil else { return try index.lastDuplicate(of: key) }
        if let hit = try index.previousDuplicate() { return hit }
        return backwards ? nil : try index.firstDuplicate(of: key)
    }

    private func hit(_ bytes: Bytes, _ aggregate: AggregateID) throws(LogFailure) -> StreamHit {
        guard let hit = StreamHit(bytes) else {
            throw .corrupt("stream \(aggregate): its index has a row of \(bytes.count) bytes")
        }
        return hit
    }

    /// The entry a row of the index names; anything but an entry of this stream that begins there is corruption.
    private func entry(_ hit: StreamHit, of aggregate: AggregateID, _ log: borrowing Cursor) throws(LogFailure) -> Entry {
        let key = keys.place(LogKey(position: hit.position, ordinal: .max))
        guard let row = try reading({ () throws(LMDBError) in try log.seek(atMost: key) }) else {
            throw .corrupt("stream \(aggregate): its index names position \(hit.position), which the log lacks")
        }
        let entry = try EntryCodec.decode(row.value, at: try LMDBLogReader.place(row.key))
        guard entry.key.position == hit.position, entry.firstVersion == hit.firstVersion, !entry.events.isEmpty,
            entry.aggregate.type.utf8.elementsEqual(aggregate.type.utf8),
            entry.aggregate.key.utf8.elementsEqual(aggregate.key.utf8)
        else {
            throw .corrupt(
                "stream \(aggregate): its index names entry \(entry.key), which is \(entry.aggregate)'s or another version")
        }
        return entry
    }
}
