import EventLog
import Kernel
import LMDB

extension LMDBLogReader {
    /// Two sorted lists, that of the index and that of the tail, are read as one.
    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        let prefix = StreamHit.name(of: AggregateID(type, "")).bytes
        let last = key.map { StreamHit.name(of: AggregateID(type, $0)) }
        var late = tail.streams(prefix, behind: last)[...]
        let cursor = try reading { () throws(LMDBError) in try transaction.cursor(tables.index) }
        var early = try first(cursor, prefix, behind: last)
        while true {
            let name: RowKey
            if let stored = early, late.first.map({ stored <= $0 }) ?? true {
                name = stored
                early = try next(cursor, prefix)
                if late.first == name { late.removeFirst() }
            } else if let kept = late.popFirst() {
                name = kept
            } else {
                return
            }
            guard visit(String(decoding: name.bytes[prefix.count...], as: UTF8.self)) else { return }
        }
    }

    private func first(_ cursor: borrowing Cursor, _ prefix: [UInt8], behind name: RowKey?) throws(LogFailure) -> RowKey? {
        let start = [UInt8]((name?.bytes ?? prefix).prefix(LMDBLimits.keyBytes))
        let row = try reading { () throws(LMDBError) in
            try start.lend { start throws(LMDBError) in
                guard let row = try cursor.seek(atLeast: start), name != nil, row.key.elementsEqual(start) else {
                    return try cursor.seek(atLeast: start)
                }
                return try cursor.nextKey()
            }
        }
        return LMDBLogReader.name(row, prefix)
    }

    private func next(_ cursor: borrowing Cursor, _ prefix: [UInt8]) throws(LogFailure) -> RowKey? {
        LMDBLogReader.name(try reading { () throws(LMDBError) in try cursor.nextKey() }, prefix)
    }

    private static func name(_ row: Cursor.Row?, _ prefix: [UInt8]) -> RowKey? {
        row.flatMap { $0.key.starts(with: prefix) ? RowKey([UInt8]($0.key)) : nil }
    }
}
