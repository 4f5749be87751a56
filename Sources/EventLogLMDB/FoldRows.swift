import EventLog
import LMDB

/// Rows of one segment on their way into the tables, in key order, so that each page is copied once and not once a row.
struct FoldRows {
    private let streams: [(name: RowKey, hits: [StreamHit])]
    private let receipts: [(id: RowKey, key: LogKey)]
    /// The first stream and the first receipt not yet folded.
    private var nextStream = 0
    private var nextReceipt = 0

    init(streams: [(name: RowKey, hits: [StreamHit])], receipts: [(id: RowKey, key: LogKey)]) {
        self.streams = streams
        self.receipts = receipts
    }

    var isDone: Bool { nextStream == streams.count && nextReceipt == receipts.count }

    /// Puts about `limit` rows; whole streams at a time, so that what is in the index of one has no gaps.
    mutating func put(_ limit: Int, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) {
        var left = limit
        while left > 0, nextStream < streams.count {
            let (name, hits) = streams[nextStream]
            try name.bytes.lend { name throws(LMDBError) in try writer.put(hits, of: name, keys) }
            left -= hits.count
            nextStream += 1
        }
        while left > 0, nextReceipt < receipts.count {
            let (id, key) = receipts[nextReceipt]
            try id.bytes.lend { id throws(LMDBError) in try writer.putReceipt(id, keys.value(key)) }
            left -= 1
            nextReceipt += 1
        }
    }
}
