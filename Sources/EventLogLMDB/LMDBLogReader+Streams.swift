import EventLog
import Kernel
import LMDB

/// Streams, by the rows that the index has of them, by what the tail holds, and from there by the place of the entry before.
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
        if backwards { return try visitBack(aggregate, from: version, late, visit) }
        var order = StreamOrder(aggregate, from: version, backwards: false)
        // Of the late ones, the first that can hold the version: the next begins behind it.
        let start = late.indices.first { $0 + 1 == late.count || late[$0 + 1].firstVersion > version } ?? 0
        let first = late.isEmpty ? nil : late[start]
        if first.map({ $0.firstVersion > version }) ?? true {
            let index = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
            var row = try row(behind: version, of: aggregate, index)
            // Most often of all a new saga is looked for.
            if row == nil, late.isEmpty { return }
            let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
            while let hit = row, hit.position < first?.position ?? .max {
                guard try visitUp(to: hit, aggregate, &order, log, visit) else { return }
                row = try reading { () throws(LMDBError) in try index.nextDuplicate() }.map { bytes throws(LogFailure) in
                    try self.hit(bytes, aggregate)
                }
            }
        }
        guard start < late.count else { return }
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        for hit in late[start...] where try !visitUp(to: hit, aggregate, &order, log, visit) { return }
    }

    /// Visits what lies between the entry visited last and this one, and then this one. Answers whether the visitor wants more.
    private func visitUp(
        to hit: StreamHit, _ aggregate: AggregateID, _ order: inout StreamOrder, _ log: borrowing Cursor, _ visit: (Entry) -> Bool
    ) throws(LogFailure) -> Bool {
        var record = try record(at: hit.position, of: aggregate, log)
        // On the way back they are only looked at: each is read whole once, on the way up.
        var records = [record]
        while record.firstVersion > order.wanted, let position = try earlier(record.previous, than: record.key.position, aggregate) {
            record = try self.record(at: position, of: aggregate, log)
            records.append(record)
        }
        for record in records.reversed() {
            let entry = try entry(record, of: aggregate)
            if record.key.position == hit.position { try check(hit, names: entry) }
            if entry.lastVersion < order.from { continue }
            try order.accept(entry)
            if !visit(entry) { return false }
        }
        return true
    }

    private func visitBack(_ aggregate: AggregateID, from version: UInt64, _ late: [StreamHit], _ visit: (Entry) -> Bool)
        throws(LogFailure)
    {
        var order = StreamOrder(aggregate, from: version, backwards: true)
        let log = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        var place = try start(back: version, of: aggregate, late)
        while let position = place {
            let entry = try entry(try record(at: position, of: aggregate, log), of: aggregate)
            if entry.firstVersion <= version {
                try order.accept(entry)
                if !visit(entry) { return }
            }
            place = try earlier(entry.previous, than: position, aggregate)
        }
        try order.end()
    }

    /// A place from which the entry that holds `version`, or the last one, is reached by going back.
    private func start(back version: UInt64, of aggregate: AggregateID, _ late: [StreamHit]) throws(LogFailure) -> UInt64? {
        if let hit = late.last(where: { $0.firstVersion <= version }) { return hit.position }
        let index = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        let row = try row(behind: version, of: aggregate, index)
        // While folding goes on the index may have rows that the tail has too; the nearer one is the better start.
        return [row?.position, late.first?.position].compactMap(\.self).min()
    }

    /// The first row of a stream that begins behind `version`, else its last; nil for a stream the index does not know.
    private func row(behind version: UInt64, of aggregate: AggregateID, _ index: borrowing Cursor) throws(LogFailure) -> StreamHit? {
        guard let key = keys.stream(aggregate.type, aggregate.key),
            let first = try reading({ () throws(LMDBError) in try index.firstDuplicate(of: key) })
        else { return nil }
        // Short streams have one row, and most visits begin at the beginning.
        let hit = try hit(first, aggregate)
        if hit.firstVersion > version { return hit }
        let beyond = keys.value(StreamHit(firstVersion: version, position: .max))
        var row = try reading { () throws(LMDBError) in try index.duplicate(of: key, atLeast: beyond) }
        if row == nil { row = try reading { () throws(LMDBError) in try index.lastDuplicate(of: key) } }
        return try row.map { bytes throws(LogFailure) in try self.hit(bytes, aggregate) }
    }

    private func earlier(_ position: UInt64, than later: UInt64, _ aggregate: AggregateID) throws(LogFailure) -> UInt64? {
        guard position < later else {
            throw .corrupt("stream \(aggregate): its entry at position \(later) names \(position) as the one before it")
        }
        return position > 0 ? position : nil
    }

    private func hit(_ bytes: Bytes, _ aggregate: AggregateID) throws(LogFailure) -> StreamHit {
        guard let hit = StreamHit(bytes) else {
            throw .corrupt("stream \(aggregate): its index has a row of \(bytes.count) bytes")
        }
        return hit
    }

    /// The entry a row of the index names.
    private func entry(_ hit: StreamHit, of aggregate: AggregateID, _ log: borrowing Cursor) throws(LogFailure) -> Entry {
        let entry = try entry(try record(at: hit.position, of: aggregate, log), of: aggregate)
        try check(hit, names: entry)
        return entry
    }

    private func check(_ hit: StreamHit, names entry: Entry) throws(LogFailure) {
        guard entry.firstVersion == hit.firstVersion else {
            throw .corrupt("stream \(entry.aggregate): its index names entry \(entry.key), which is another version")
        }
    }

    /// All of an entry; anything but one of this stream is corruption.
    private func entry(_ record: RecordView, of aggregate: AggregateID) throws(LogFailure) -> Entry {
        let entry = try EntryCodec.decode(record.bytes, at: record.key)
        guard !entry.events.isEmpty, entry.aggregate == aggregate else {
            throw .corrupt("stream \(aggregate): its index names entry \(entry.key), which is \(entry.aggregate)'s")
        }
        return entry
    }

    /// The entry whose first event is at `position`. Its bytes are not checked: what is taken from them only leads to entries, which
    /// are.
    private func record(at position: UInt64, of aggregate: AggregateID, _ log: borrowing Cursor) throws(LogFailure) -> RecordView {
        let place = keys.place(LogKey(position: position, ordinal: .max))
        guard let row = try reading({ () throws(LMDBError) in try log.seek(atMost: place) }),
            row.value.count >= RecordView.leastBytes
        else { throw .corrupt("stream \(aggregate): position \(position), which it names, is not in the log") }
        let key = try LMDBLogReader.place(row.key)
        guard key.position == position else {
            throw .corrupt("stream \(aggregate): its index names entry \(key), which is another")
        }
        return RecordView(row.value, at: key)
    }
}
