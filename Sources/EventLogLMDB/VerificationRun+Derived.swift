import EventLog
import Kernel
import LMDB

extension VerificationRun {
    /// The tables beside the log have the rows that were written, and each is found. Older programs kept no sums.
    mutating func checkSums() throws(LMDBError) {
        var found = report
        defer { report = found }
        let scan = TableScan(transaction, tables)
        scan.run(against: try TableSums.stored(transaction, tables)) { found.add("table \($0)", $1) }
    }

    /// Every row of the index names an entry of its stream, and a stream's entries follow each other.
    mutating func checkIndex() throws(LMDBError) {
        let index = try transaction.cursor(tables.index)
        let log = try transaction.cursor(tables.log)
        var stream: [UInt8] = []
        // What the next entry must say; nil behind one that could not be read.
        var expected: StreamHead? = nil
        var row = try index.next()
        while let found = row {
            if !found.key.elementsEqual(stream) {
                stream = [UInt8](found.key)
                late.remove(RowKey(stream))
                report.streams += 1
                expected = StreamHead(version: 0, position: 0, entryPosition: 0)
            }
            expected = try check(found.value, of: stream, log, expected: expected)
            row = try index.next()
        }
        report.streams += late.count
    }

    private mutating func check(_ bytes: Bytes, of stream: [UInt8], _ log: borrowing Cursor, expected: StreamHead?)
        throws(LMDBError)
        -> StreamHead?
    {
        let place = "stream \(String(decoding: stream, as: UTF8.self))"
        guard let hit = StreamHit(bytes) else {
            report.add(place, "its index has a row of \(bytes.count) bytes")
            return nil
        }
        guard let entry = try entry(at: hit.position, of: stream, log, "its index names position \(hit.position)") else { return nil }
        if entry.firstVersion != hit.firstVersion { report.add(place, "its index gives entry \(entry.key) another version") }
        if let expected { try checkLinks(from: entry, backTo: expected, of: stream, log) }
        return StreamHead(entry)
    }

    /// From an entry back to the one that the row before names, each ends where the next begins.
    private mutating func checkLinks(from last: Entry, backTo head: StreamHead, of stream: [UInt8], _ log: borrowing Cursor)
        throws(LMDBError)
    {
        let place = "stream \(String(decoding: stream, as: UTF8.self))"
        var entry = last
        while entry.previous > head.entryPosition, entry.previous < entry.key.position {
            let why = "entry \(entry.key) names \(entry.previous) as the entry before it"
            guard let before = try self.entry(at: entry.previous, of: stream, log, why) else { return }
            if before.lastVersion + 1 != entry.firstVersion {
                report.add(place, "entry \(entry.key) has version \(entry.firstVersion) where \(before.lastVersion + 1) must follow")
            }
            entry = before
        }
        if entry.firstVersion != head.version + 1 {
            report.add(place, "entry \(entry.key) has version \(entry.firstVersion) where \(head.version + 1) must follow")
        }
        if entry.previous != head.entryPosition {
            report.add(
                place, "entry \(entry.key) names \(entry.previous) as the entry before it, which is \(head.entryPosition)")
        }
    }

    /// The entry of a stream that begins at a position; nil, and reported with who names it, when there is none.
    private mutating func entry(at position: UInt64, of stream: [UInt8], _ log: borrowing Cursor, _ why: String)
        throws(LMDBError) -> Entry?
    {
        let place = "stream \(String(decoding: stream, as: UTF8.self))"
        guard let row = try log.seek(atMost: keys.place(LogKey(position: position, ordinal: .max))), let key = LogKey(row.key),
            key.position == position
        else {
            report.add(place, "\(why), where no entry begins")
            return nil
        }
        guard let entry = try? EntryCodec.decode(row.value, at: key) else {
            report.add(place, "\(why), which cannot be read")
            return nil
        }
        guard entry.aggregate.description.utf8.elementsEqual(stream), !entry.events.isEmpty else {
            report.add(place, "\(why), which is \(entry.aggregate)'s")
            return nil
        }
        return entry
    }

    /// Every receipt names an entry that holds it. An entry's receipt may be gone: it expired.
    mutating func checkReceipts() throws(LMDBError) {
        let cursor = try transaction.cursor(tables.receipts)
        var row = try cursor.next()
        while let found = row {
            report.receipts += 1
            let place = "receipt \(String(decoding: found.key, as: UTF8.self))"
            if let key = LogKey(found.value), let record = try transaction.get(tables.log, keys.key(key)) {
                if let entry = try? EntryCodec.decode(record, at: key) {
                    if entry.receipt == nil || !entry.cause.command.utf8.elementsEqual(found.key) {
                        report.add(place, "entry \(key), which it names, holds another id's answer or none")
                    }
                } else {
                    report.add(place, "entry \(key), which holds its answer, cannot be read")
                }
            } else {
                report.add(place, "it names no entry of the log")
            }
            row = try cursor.next()
        }
    }
}
