import EventLog
import Kernel
import LMDB

extension LMDBLogReader {
    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? {
        guard let key = keys.stream(aggregate.type, aggregate.key) else { return nil }
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        guard let last = try reading({ () throws(LMDBError) in try cursor.lastDuplicate(of: key) }) else { return nil }
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        return StreamHead(try entry(last, of: aggregate, log))
    }

    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        guard let key = keys.stream(aggregate.type, aggregate.key) else { return }
        let index = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        var hit = try reading { () throws(LMDBError) in try start(index, key, version, backwards: backwards) }
        while let bytes = hit {
            let entry = try entry(bytes, of: aggregate, log)
            // Forwards, the last entry before the version is looked at and may end short of it.
            if backwards || entry.lastVersion >= version, !visit(entry) { return }
            hit = try reading { () throws(LMDBError) in backwards ? try index.previousDuplicate() : try index.nextDuplicate() }
        }
    }

    /// The last row whose first version is not beyond `version`; forwards, the first row when there is none.
    private func start(_ index: borrowing Cursor, _ key: Bytes, _ version: UInt64, backwards: Bool) throws(LMDBError) -> Bytes? {
        let beyond = keys.value(StreamHit(firstVersion: version, position: .max))
        guard try index.duplicate(of: key, atLeast: beyond) != nil else { return try index.lastDuplicate(of: key) }
        if let hit = try index.previousDuplicate() { return hit }
        return backwards ? nil : try index.firstDuplicate(of: key)
    }

    /// The entry a row of the index names; anything but an entry of this stream that begins there is corruption.
    private func entry(_ bytes: Bytes, of aggregate: AggregateID, _ log: borrowing Cursor) throws(LogFailure) -> Entry {
        guard let hit = StreamHit(bytes) else {
            throw .corrupt("stream \(aggregate): its index has a row of \(bytes.count) bytes")
        }
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

    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        guard let start = keys.stream(type, key ?? "") else { return }
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        var row = try reading { () throws(LMDBError) in try cursor.seek(atLeast: start) }
        if key != nil, let found = row, found.key.elementsEqual(start) {
            row = try reading { () throws(LMDBError) in try cursor.nextKey() }
        }
        let prefix = type.utf8.count + 1
        while let found = row {
            guard found.key.count >= prefix, found.key[..<prefix].elementsEqual("\(type)/".utf8) else { return }
            guard visit(String(decoding: found.key[prefix...], as: UTF8.self)) else { return }
            row = try reading { () throws(LMDBError) in try cursor.nextKey() }
        }
    }
}
