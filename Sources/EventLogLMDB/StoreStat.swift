public import EventLog
import LMDB

/// Sizes of a store at one moment.
public struct StoreStat: Sendable, Equatable {
    public struct Rows: Sendable, Equatable {
        public var table: String
        public var rows: Int
        /// Of its pages; for the index without those of streams that outgrew a page.
        public var bytes: Int
    }

    public var identity: StoreIdentity
    public var format: Int
    public var head: LogHead
    public var entries: Int
    public var events: UInt64
    /// Entries whose rows are not folded into their tables yet, and so not counted there.
    public var unfolded: Int
    public var tables: [Rows]
    /// Length of the data file.
    public var fileBytes: Int
    /// Bytes of the file that hold nothing and are used before it grows.
    public var freeBytes: Int
    /// Process ids of those reading at this moment, this one not among them.
    public var readers: [Int32]
    /// Commits made since the oldest of them began; 0 without any. What they pin cannot be used again.
    public var oldestReaderCommits: UInt64
    public var space: SpaceState

    /// Looks at the store in a directory, which another process may have open. `options` are those it is run with: they
    /// decide its space state.
    public static func read(path: String, options: StoreOptions = StoreOptions()) throws(StoreFailure) -> StoreStat {
        let paths = StorePaths(directory: path)
        guard let described = try StoreFile.read(paths) else { throw .refused(paths.noStore) }
        try StoreOpening.refuseLost(paths, described)
        let environment = try StoreOpening.environment(paths, mapBytes: Limits.mapBytes, readOnly: true)
        guard let tables = try StoreOpening.existing(environment, paths) else {
            throw .corrupt("\(paths.data) lacks tables of a store: restore a backup")
        }
        let space = SpaceGauge(paths, options).observed(environment)
        return try read(environment, tables, paths, described, space)
    }

    static func read(
        _ environment: Environment, _ tables: StoreTables, _ paths: StorePaths, _ described: StoreFile, _ space: SpaceState
    ) throws(StoreFailure) -> StoreStat {
        do {
            let readers = try environment.readers().filter { $0.transaction != nil }
            return try environment.read { transaction in
                let head = try LMDBLogReader.head(transaction, tables)
                let unfolded = try unfolded(transaction, tables)
                let rows = try tables.named.map { name, table in
                    let statistics = try table.map { try transaction.statistics($0) }
                    return Rows(table: name, rows: statistics?.entries ?? 0, bytes: statistics?.bytes ?? 0)
                }
                let oldest = readers.compactMap(\.transaction).min() ?? transaction.id
                return StoreStat(
                    identity: described.identity, format: described.format, head: head,
                    entries: try transaction.statistics(tables.log).entries, events: head.position, unfolded: unfolded,
                    tables: rows,
                    fileBytes: FileSystem.size(paths.data) ?? 0,
                    freeBytes: try transaction.freePages() * environment.information().pageSize, readers: readers.map(\.process),
                    oldestReaderCommits: transaction.id - min(oldest, transaction.id), space: space)
            }
        } catch {
            throw StoreFailure(paths.data, error)
        }
    }
}

extension StoreStat {
    private static func unfolded(_ transaction: ReadTransaction, _ tables: StoreTables) throws(LMDBError) -> Int {
        guard let mark = try LogFold.mark(transaction, tables) else { return 0 }
        let cursor = try transaction.cursor(tables.log)
        let keys = KeyBytes()
        var count = 0
        var row = try cursor.seek(atLeast: keys.key(mark))
        while row != nil {
            count += 1
            row = try cursor.next()
        }
        return count
    }
}

extension LMDBEventLog {
    /// Sizes of this store now.
    public func stat() throws(StoreFailure) -> StoreStat {
        try StoreStat.read(environment, tables, paths, StoreFile(identity: identity, format: StoreFile.format), space)
    }
}
