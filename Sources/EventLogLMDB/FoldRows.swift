import EventLog
import LMDB

/// Rows of one segment on their way into the tables, in key order, so that each page is copied once and not once a row.
struct FoldRows {
    private let rows: TailRows
    /// Numbers of streams and of ids in the order of their bytes.
    private let streams: [Int]
    private let receipts: [Int]
    /// Of each table whose rows wait, the numbers of its rows in that order.
    private let tables: [[Int]]
    /// The first stream, receipt, table and row of it not yet folded.
    private var nextStream = 0
    private var nextReceipt = 0
    private var nextTable = 0
    private var nextRow = 0

    init(_ rows: TailRows) {
        self.rows = rows
        streams = rows.names.sorted()
        receipts = rows.ids.sorted()
        tables = rows.tables.map { $0.sorted() }
    }

    var isDone: Bool { nextStream == streams.count && nextReceipt == receipts.count && nextTable == tables.count }

    /// Of the log, and rows that they become, at the most.
    var entries: Int { rows.entries }
    var count: Int { rows.entries + receipts.count + tables.reduce(0) { $0 + $1.count } }

    /// Puts about `limit` rows; whole streams at a time, so that what is in the index of one has no gaps.
    mutating func put(_ limit: Int, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) {
        var left = limit
        let index = try writer.transaction.writeCursor(writer.tables.index)
        while left > 0, nextStream < streams.count {
            let number = streams[nextStream]
            let hits = rows.hits(number)
            try rows.names.lend(number) { name throws(LMDBError) in try writer.put(hits, of: name, index, keys) }
            left -= hits.count
            nextStream += 1
        }
        if left > 0, nextReceipt < receipts.count { left -= try putReceipts(left, &writer, keys) }
        while left > 0, nextTable < tables.count { left -= try putTable(left, &writer) }
    }

    /// Puts receipts; answers how many.
    private mutating func putReceipts(_ limit: Int, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) -> Int {
        let cursor = try writer.transaction.writeCursor(writer.tables.receipts)
        let numbers = receipts[nextReceipt...].prefix(limit)
        for number in numbers {
            try rows.ids.lend(number) { id throws(LMDBError) in try writer.putReceipt(id, keys.value(rows.place(number)), cursor) }
        }
        nextReceipt += numbers.count
        return numbers.count
    }

    /// Puts rows of the next table; answers how many.
    private mutating func putTable(_ limit: Int, _ writer: inout RowWriter) throws(LMDBError) -> Int {
        let numbers = tables[nextTable][nextRow...].prefix(limit)
        for number in numbers {
            try rows.tables[nextTable].lend(number) { key, value throws(LMDBError) in
                try writer.put(Table.waiting[nextTable], key, value)
            }
        }
        nextRow += numbers.count
        if nextRow == tables[nextTable].count { (nextTable, nextRow) = (nextTable + 1, 0) }
        return numbers.count
    }
}
