import EventLog
import LMDB

/// Rows of one segment on their way into the tables, in key order, so that each page is copied once and not once a row.
struct FoldRows {
    private let rows: TailRows
    /// Numbers of streams and of ids in the order of their bytes.
    private let streams: [Int]
    private let receipts: [Int]
    /// The first stream and the first receipt not yet folded.
    private var nextStream = 0
    private var nextReceipt = 0

    init(_ rows: TailRows) {
        self.rows = rows
        streams = rows.names.sorted()
        receipts = rows.ids.sorted()
    }

    var isDone: Bool { nextStream == streams.count && nextReceipt == receipts.count }

    /// Puts about `limit` rows; whole streams at a time, so that what is in the index of one has no gaps.
    mutating func put(_ limit: Int, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) {
        var left = limit
        let index = try writer.transaction.cursor(writer.tables.index)
        while left > 0, nextStream < streams.count {
            let number = streams[nextStream]
            let hits = rows.hits(number)
            try rows.names.lend(number) { name throws(LMDBError) in try writer.put(hits, of: name, index, keys) }
            left -= hits.count
            nextStream += 1
        }
        while left > 0, nextReceipt < receipts.count {
            let number = receipts[nextReceipt]
            try rows.ids.lend(number) { id throws(LMDBError) in try writer.putReceipt(id, keys.value(rows.place(number))) }
            left -= 1
            nextReceipt += 1
        }
    }
}
