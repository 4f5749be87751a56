import EventLog
import Kernel
import LMDB

extension StoreOpening {
    /// Reads the end of the log that is not folded; answers where it begins.
    static func replay(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths, into segment: TailSegment)
        throws(StoreFailure) -> LogKey?
    {
        do {
            return try environment.read { transaction in
                guard let mark = try LogFold.mark(transaction, tables) else { return nil }
                try checkFold(transaction, tables, mark)
                let cursor = try transaction.cursor(tables.log)
                let keys = KeyBytes()
                var row = try cursor.seek(atLeast: keys.key(mark))
                while let found = row {
                    let key = try LMDBLogReader.place(found.key)
                    _ = try EntryCodec.decode(found.value, at: key)
                    _ = segment.add(RecordView(found.value, at: key))
                    row = try cursor.next()
                }
                try replayRows(transaction, tables, from: mark, into: segment)
                return mark
            }
        } catch { throw StoreFailure(paths.data, error) }
    }

    /// Rows that wait, as the commits left them.
    private static func replayRows(
        _ transaction: ReadTransaction, _ tables: StoreTables, from mark: LogKey, into segment: TailSegment
    ) throws {
        let cursor = try transaction.cursor(tables.chain)
        let keys = KeyBytes()
        var row = try cursor.seek(atLeast: keys.key(mark))
        while let found = row {
            guard let place = LogKey(found.key), let commit = ChainRow(found.key, found.value) else {
                throw LogFailure.corrupt("rows that wait to be folded are not those that were written: restore a backup")
            }
            segment.add(commit, at: place)
            row = try cursor.next()
        }
    }

    /// A mark too far on would hide entries from their streams: it must lie in the log, and what is before it be in the index.
    private static func checkFold(_ transaction: ReadTransaction, _ tables: StoreTables, _ mark: LogKey) throws {
        guard try mark <= LMDBLogReader.head(transaction, tables).next else {
            throw LogFailure.corrupt("its tables are marked as folded beyond the end of the log: restore a backup")
        }
        let log = try transaction.cursor(tables.log)
        let keys = KeyBytes()
        _ = try log.seek(atLeast: keys.key(mark))
        var row = mark == (try LMDBLogReader.head(transaction, tables).next) ? try log.last() : try log.previous()
        for _ in 0..<Limits.checkedCommits {
            guard let found = row else { return }
            let entry = try EntryCodec.decode(found.value, at: try LMDBLogReader.place(found.key))
            if !entry.events.isEmpty, let stream = keys.stream(entry.aggregate.type, entry.aggregate.key) {
                let hit = StreamHit(firstVersion: entry.firstVersion, position: entry.key.position)
                let index = try transaction.cursor(tables.index)
                let stored = try index.duplicate(of: stream, atLeast: keys.value(hit))
                guard stored.flatMap({ StreamHit($0) })?.reaches(hit) ?? false else {
                    throw LogFailure.corrupt("its index lacks entry \(entry.key), which is marked as folded: restore a backup")
                }
            }
            row = try log.previous()
        }
    }
}
