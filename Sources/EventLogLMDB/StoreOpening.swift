import EventLog
import Kernel
import LMDB

/// A store found, or made, and looked over: what a log on disk is built from.
struct StoreOpening {
    let paths: StorePaths
    let options: StoreOptions
    let lock: StoreLock
    let environment: Environment
    let tables: StoreTables
    let witness: SyncWitness
    let identity: StoreIdentity
    /// The transaction that the head and the chain's last value are of.
    let transaction: UInt64
    let head: LogHead
    let chain: [UInt8]
    /// The first place of the log that the tables may lack, and what the tail holds from there.
    let mark: LogKey
    let tail: LogTail
    /// Of the tables beside the log; and whether most of these are still to be held against them.
    let sums: TableSums
    let isUnchecked: Bool

    init(path: String, options: StoreOptions, identity: StoreIdentity?) throws(StoreFailure) {
        paths = StorePaths(directory: path)
        self.options = options
        try FileSystem.makeDirectory(path)
        lock = try StoreLock(paths)
        tail = LogTail(room: options.tailEntries)
        let described = try StoreFile.read(paths)
        try StoreDraft.refuseUnfinished(paths, described)
        if described == nil { StoreOpening.removeTorn(paths) }
        try StoreOpening.refuseLost(paths, described)
        // The map holds no more than the quota: LMDB itself keeps a commit within it.
        let mapBytes = min(options.mapBytes, options.quotaBytes ?? .max)
        environment = try StoreOpening.environment(paths, mapBytes: mapBytes, readOnly: false)
        witness = try SyncWitness(paths)
        let store = described ?? StoreFile(identity: identity ?? StoreFile.newIdentity(), format: StoreFile.format)
        let (tables, found) = try StoreOpening.tables(environment, paths, making: store, described: described)
        self.identity = found.identity
        if described == nil { try found.write(paths) }
        (self.tables, sums, isUnchecked) = try StoreOpening.checkTables(environment, tables, paths, options)
        (transaction, head, chain) = try StoreOpening.checkEnd(environment, self.tables, paths)
        mark = try StoreOpening.replay(environment, self.tables, paths, into: tail.active) ?? head.next
    }

    /// A file without even its two root pages is the rest of a making that was interrupted: nothing was ever in it.
    private static func removeTorn(_ paths: StorePaths) {
        if let size = FileSystem.size(paths.data), size < Limits.rootBytes { FileSystem.remove(paths.data) }
    }

    /// A store without its data is a loss to be told of, never a new store.
    static func refuseLost(_ paths: StorePaths, _ described: StoreFile?) throws(StoreFailure) {
        guard let described, (FileSystem.size(paths.data) ?? 0) == 0 else { return }
        throw .corrupt(
            "\(paths.data) is missing or empty, but \(paths.store) says store \(described.identity.uuid) was here: is the disk "
                + "mounted that holds it? Else restore a backup into an empty directory")
    }

    static func environment(_ paths: StorePaths, mapBytes: Int, readOnly: Bool) throws(StoreFailure) -> Environment {
        do throws(LMDBError) {
            let environment = try Environment(path: paths.directory, mapSize: mapBytes, readOnly: readOnly)
            FileSystem.giveToOwner(of: paths.directory, paths.files)
            try environment.checkReaders()
            try checkSize(environment, paths)
            try checkRoots(environment, paths)
            try checkFreePages(environment, paths)
            return environment
        } catch {
            throw StoreFailure(paths.data, error)
        }
    }

    /// The tables of the store that is there, or of a new one; and what its data says it is.
    private static func tables(_ environment: Environment, _ paths: StorePaths, making new: StoreFile, described: StoreFile?)
        throws(StoreFailure) -> (StoreTables, StoreFile)
    {
        if let tables = try existing(environment, paths) {
            let found = try description(environment, tables, paths)
            if described == nil { try refuseUndescribed(environment, tables, paths) }
            guard let described, described.identity != found.identity else { return (tables, found) }
            throw .refused(
                "\(paths.store) is of store \(described.identity.uuid), but \(paths.data) is of \(found.identity.uuid): "
                    + "put back the file that belongs to the data, which is in each backup of it")
        }
        do throws(LMDBError) {
            guard described == nil, try environment.information().databases == 0 else {
                throw .corrupted("it lacks tables of a store: restore a backup")
            }
            return try environment.write { transaction throws(LMDBError) in
                let tables = try StoreTables(makingIn: transaction)
                try new.bytes.lend { value throws(LMDBError) in
                    try StoreTables.descriptionKey.lend { key throws(LMDBError) in
                        try transaction.put(tables.meta, key, value)
                    }
                }
                return (tables, new)
            }
        } catch {
            throw StoreFailure(paths.data, error)
        }
    }

    /// Data without STORE is what an interrupted copy leaves. Only that of a store being made, which holds nothing yet, is used.
    private static func refuseUndescribed(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths)
        throws(StoreFailure)
    {
        let entries: Int
        do { entries = try environment.read { transaction in try transaction.statistics(tables.log).entries } } catch {
            throw StoreFailure(paths.data, error)
        }
        guard entries > 0 else { return }
        throw .refused(
            "\(paths.data) has no \(paths.store) beside it, as when it is the rest of an interrupted copy: "
                + "`skald store restore \(paths.directory) --data NEWDIR` verifies it and makes a store of it, or restore a backup"
        )
    }

    /// The tables of the store that is there; nil when there is none yet.
    static func existing(_ environment: Environment, _ paths: StorePaths) throws(StoreFailure) -> StoreTables? {
        do { return try environment.read { transaction in try StoreTables(in: transaction) } } catch {
            throw StoreFailure(paths.data, error)
        }
    }

    /// What the data says of itself.
    static func description(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths) throws(StoreFailure)
        -> StoreFile
    {
        let bytes: [UInt8]
        do {
            bytes = try environment.read { transaction in
                try StoreTables.descriptionKey.lend { try transaction.get(tables.meta, $0) }.map { [UInt8]($0) } ?? []
            }
        } catch { throw StoreFailure(paths.data, error) }
        guard let file = StoreFile(bytes) else {
            throw .corrupt("\(paths.data) does not say which store it is: restore a backup")
        }
        try file.requireKnownFormat(paths)
        return file
    }

    /// Checks the last commits and answers what the log ends with.
    private static func checkEnd(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths)
        throws(StoreFailure) -> (UInt64, LogHead, [UInt8])
    {
        do {
            return try environment.read { transaction in
                let start = try LogWalk.tail(
                    transaction, tables, commits: Limits.checkedCommits, entries: Limits.checkedEntries)
                var walk = LogWalk(transaction, tables, from: start)
                var problems: [String] = []
                try walk.run(visit: { _ in }, problem: { problems.append("\($0): \($1)") })
                if let first = problems.first {
                    throw StoreFailure.corrupt(
                        "\(paths.directory) is damaged at its end (\(first)): run `skald store verify --data DIR`, and restore a backup")
                }
                return (transaction.id, try LMDBLogReader.head(transaction, tables), walk.chain)
            }
        } catch {
            throw StoreFailure(paths.data, error)
        }
    }
}
