import EventLog
import LMDB

/// Moves segments of the tail into the tables, a slice with each commit. The mark in `meta`, the first place not folded, moves
/// when a segment is done; rows put before that are found twice, in the tables and in the tail, and read from the tail.
struct LogFold {
    private var rows: [FoldRows]
    /// Where the log went on when the last of the segments was closed.
    let mark: LogKey

    init(_ segments: [TailSegment], mark: LogKey) {
        rows = segments.map { $0.folding() }
        self.mark = mark
    }

    /// Rows to put for each new entry.
    var rowsPerEntry: Int {
        let (count, entries) = rows.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.entries) }
        return Limits.foldPace * ((count + entries - 1) / max(entries, 1))
    }

    /// Segments to let go of once the commit that finished them is durable.
    var segments: Int { rows.count }

    /// Puts about `limit` rows; answers whether all are in, the mark with them.
    mutating func step(_ limit: Int, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) -> Bool {
        for index in rows.indices where !rows[index].isDone {
            try rows[index].put(limit, &writer, keys)
            guard rows[index].isDone else { return false }
        }
        try LogFold.setMark(mark, &writer, keys)
        return true
    }

    static func setMark(_ mark: LogKey, _ writer: inout RowWriter, _ keys: KeyBytes) throws(LMDBError) {
        try StoreTables.foldedKey.lend { key throws(LMDBError) in try writer.putMeta(key, keys.value(mark)) }
    }

    /// The first place whose rows the tables may lack; nil when they lack nothing.
    static func mark(_ transaction: ReadTransaction, _ tables: StoreTables) throws(LMDBError) -> LogKey? {
        try StoreTables.foldedKey.lend { key throws(LMDBError) in try transaction.get(tables.meta, key) }.flatMap { LogKey($0) }
    }
}
