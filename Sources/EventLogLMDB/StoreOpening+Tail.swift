import EventLog
import LMDB

extension StoreOpening {
    /// Marks the tables as whole where there is no mark: in a new store, and in one written when every row went with its commit.
    static func setMark(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths) throws(StoreFailure) {
        do {
            let missing = try environment.read { transaction in
                try LogFold.mark(transaction, tables) == nil ? try LMDBLogReader.head(transaction, tables).next : nil
            }
            guard let missing else { return }
            let keys = KeyBytes()
            try environment.write { transaction throws(LMDBError) in try LogFold.setMark(missing, transaction, tables, keys) }
        } catch { throw StoreFailure(paths.data, error) }
    }

    /// Reads the end of the log that is not folded; answers where it begins.
    static func replay(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths, into segment: TailSegment)
        throws(StoreFailure) -> LogKey?
    {
        do {
            return try environment.read { transaction in
                guard let mark = try LogFold.mark(transaction, tables) else { return nil }
                let cursor = try transaction.cursor(tables.log)
                let keys = KeyBytes()
                var row = try cursor.seek(atLeast: keys.key(mark))
                while let found = row {
                    _ = segment.add([try EntryCodec.decode(found.value, at: try LMDBLogReader.place(found.key))])
                    row = try cursor.next()
                }
                return mark
            }
        } catch { throw StoreFailure(paths.data, error) }
    }
}
