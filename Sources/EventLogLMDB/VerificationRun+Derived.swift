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
        guard let row = try log.seek(atMost: keys.place(LogKey(position: hit.position, ordinal: .max))),
            let key = LogKey(row.key),
            key.position == hit.position
        else {
            report.add(place, "its index names position \(hit.position), where no entry begins")
            return nil
        }
        guard let entry = try? EntryCodec.decode(row.value, at: key) else {
            report.add(place, "its entry \(key), from version \(hit.firstVersion), cannot be read")
            return nil
        }
        guard entry.aggregate.description.utf8.elementsEqual(stream), !entry.events.isEmpty else {
            report.add(place, "its index names entry \(key), which is \(entry.aggregate)'s")
            return nil
        }
        if entry.firstVersion != hit.firstVersion { report.add(place, "its index gives entry \(key) another version") }
        if let expected {
            if entry.firstVersion != expected.version + 1 {
                report.add(place, "entry \(key) has version \(entry.firstVersion) where \(expected.version + 1) must follow")
            }
            if entry.previous != expected.entryPosition {
                report.add(
                    place, "entry \(key) names \(entry.previous) as the entry before it, which is \(expected.entryPosition)")
            }
        }
        return StreamHead(entry)
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
