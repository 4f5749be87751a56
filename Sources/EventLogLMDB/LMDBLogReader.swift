import EventLog
import Kernel
import LMDB

/// A view of the log on disk, as one LMDB read transaction shows it.
struct LMDBLogReader: LogReader {
    let transaction: ReadTransaction
    let tables: StoreTables
    let head: LogHead
    let tail: TailView
    let keys = KeyBytes()
    private let receipts: ReceiptRows

    init(_ transaction: ReadTransaction, _ tables: StoreTables, head: LogHead, tail: TailView) {
        self.transaction = transaction
        self.tables = tables
        self.head = head
        self.tail = tail
        receipts = ReceiptRows(transaction, tables.receipts)
    }

    /// The head as the last record tells it.
    static func head(_ transaction: ReadTransaction, _ tables: StoreTables) throws(LogFailure) -> LogHead {
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        guard let row = try reading({ () throws(LMDBError) in try cursor.last() }) else { return .empty }
        let key = try LMDBLogReader.place(row.key)
        return LogHead(behind: key, try RecordHead(row.value, at: key))
    }

    static func place(_ bytes: Bytes) throws(LogFailure) -> LogKey {
        guard let key = LogKey(bytes) else { throw .corrupt("the log has a key of \(bytes.count) bytes") }
        return key
    }

    func entry(at key: LogKey) throws(LogFailure) -> Entry? {
        guard let record = try reading({ () throws(LMDBError) in try transaction.get(tables.log, keys.key(key)) }) else {
            return nil
        }
        return try EntryCodec.decode(record, at: key)
    }

    func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure) {
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        let last = keys.key(LogKey(position: position, ordinal: .max))
        var row = try reading { () throws(LMDBError) in try cursor.seek(atMost: last) }
        let isHeld = try holds(row, position)
        // Else a look that follows what it finds might never end.
        guard isHeld || position == 0 || position > head.position else {
            throw .corrupt("the log: the entry that holds position \(position) is not found by its place")
        }
        if !backwards, !isHeld {
            let first = keys.key(LogKey(position: position, ordinal: 0))
            row = try reading { () throws(LMDBError) in try cursor.seek(atLeast: first) }
        }
        try walk(cursor, from: row, backwards: backwards, visit)
    }

    func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure) {
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.log) }
        let row = try reading { () throws(LMDBError) in
            guard let key else { return try cursor.first() }
            let bytes = keys.key(key)
            guard let row = try cursor.seek(atLeast: bytes), row.key.elementsEqual(bytes) else {
                return try cursor.seek(atLeast: bytes)
            }
            return try cursor.next()
        }
        try walk(cursor, from: row, backwards: false, visit)
    }

    /// Whether the event at this position is in the row's entry.
    private func holds(_ row: Cursor.Row?, _ position: UInt64) throws(LogFailure) -> Bool {
        guard let row else { return false }
        let key = try LMDBLogReader.place(row.key)
        let count = UInt64(try RecordHead(row.value, at: key).eventCount)
        return (key.position..<key.position + count).contains(position)
    }

    private func walk(_ cursor: borrowing Cursor, from start: Cursor.Row?, backwards: Bool, _ visit: (Entry) -> Bool)
        throws(LogFailure)
    {
        var row = start
        var last: Entry?
        while let found = row {
            let entry = try EntryCodec.decode(found.value, at: try LMDBLogReader.place(found.key))
            if let last { try LMDBLogReader.check(last, entry, backwards: backwards) }
            guard visit(entry) else { return }
            last = entry
            row = try reading { () throws(LMDBError) in backwards ? try cursor.previous() : try cursor.next() }
        }
    }

    /// Of two entries read one after the other none may be missing between them.
    private static func check(_ read: Entry, _ entry: Entry, backwards: Bool) throws(LogFailure) {
        let (first, second) = backwards ? (entry, read) : (read, entry)
        let next = LogHead.empty.after(first).next
        guard second.key == next else { throw .corrupt("entry \(second.key): it follows \(first.key), and \(next) is lost") }
    }

    func receipt(_ id: String) throws(LogFailure) -> LogKey? {
        guard let key = keys.text(id) else { return nil }
        if let place = tail.receipt(key) { return place }
        guard let value = try reading({ () throws(LMDBError) in try receipts.value(of: key) })
        else { return nil }
        guard let place = LogKey(value) else { throw .corrupt("receipt of \(id): its row is not a place in the log") }
        return place
    }

    func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]? {
        guard (1...RecordLimits.tableKeyBytes).contains(key.count) else { return nil }
        return try key.lend { key throws(LogFailure) in
            if let number = table.waitingNumber, let changed = tail.row(number, key) { return changed.value }
            let row = try reading { () throws(LMDBError) in try transaction.get(tables[table], key) }
            return try row.map { row throws(LogFailure) in try SealedRow.read(key, row, of: table) }
        }
    }

    func visit(_ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool)
        throws(LogFailure)
    {
        guard let number = table.waitingNumber else { return try visitStored(table, from: key, backwards: backwards, visit) }
        var overlay = RowOverlay(backwards: backwards, following: tail.rows(number, TableVisit(from: key, backwards: backwards)))
        try visitStored(table, from: key, backwards: backwards) { overlay.take($0, $1, visit) }
        overlay.finish(visit)
    }

    private func visitStored(
        _ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool
    ) throws(LogFailure) {
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables[table]) }
        // LMDB takes no empty key, and none longer than its limit; the first bytes of a long one stand for it.
        let longest = [UInt8](key.prefix(LMDBLimits.keyBytes))
        var row = try reading { () throws(LMDBError) in
            try longest.lend { key throws(LMDBError) in
                if key.isEmpty { return backwards ? nil : try cursor.first() }
                return backwards ? try cursor.seek(atMost: key) : try cursor.seek(atLeast: key)
            }
        }
        while let found = row {
            let value = try SealedRow.read(found.key, found.value, of: table)
            guard visit([UInt8](found.key), value) else { return }
            row = try reading { () throws(LMDBError) in backwards ? try cursor.previous() : try cursor.next() }
        }
    }
}
