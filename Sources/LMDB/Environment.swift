import CLMDB
import Glibc

/// One LMDB environment: a directory with `data.mdb` and `lock.mdb`.
///
///     Environment ──read {}──▶ ReadTransaction ──▶ get, Cursor
///                 ──write {}─▶ WriteTransaction ─▶ put, delete      commit = two syncs, always
///
/// Transactions are lent to synchronous closures and never given away: LMDB ties a write transaction to its thread, and one
/// that outlives its closure pins pages. Only the default durability is offered; NOSYNC, NOMETASYNC and WRITEMAP lose data.
public final class Environment: Sendable {
    public let path: String
    public let isReadOnly: Bool
    private let place: OpenEnvironments.Place
    // why: LMDB allows an environment's handle to be used by any thread, and it never changes.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Opens the directory, which must exist. `mapSize` in bytes is fixed for the life of the environment and costs only
    /// addresses: choose it big. Throws `.alreadyOpen` when this process has it open.
    public init(path: String, mapSize: Int, readOnly: Bool = false) throws(LMDBError) {
        self.path = path
        isReadOnly = readOnly
        place = try OpenEnvironments.take(path)
        do {
            handle = try Environment.open(path, mapSize: mapSize, readOnly: readOnly)
        } catch {
            OpenEnvironments.release(place)
            throw error
        }
    }

    deinit {
        mdb_env_close(handle)
        OpenEnvironments.release(place)
    }

    private static func open(_ path: String, mapSize: Int, readOnly: Bool) throws(LMDBError) -> OpaquePointer {
        var created: OpaquePointer?
        try check(mdb_env_create(&created))
        guard let handle = created else { throw .other(MDB_INVALID) }
        do throws(LMDBError) {
            try check(mdb_env_set_mapsize(handle, mapSize))
            try check(mdb_env_set_maxreaders(handle, LMDBLimits.readers))
            try check(mdb_env_set_maxdbs(handle, LMDBLimits.databases))
            let flags = UInt32(bitPattern: MDB_NOTLS) | (readOnly ? UInt32(bitPattern: MDB_RDONLY) : 0)
            try check(mdb_env_open(handle, path, flags, 0o600))
            try closeOnExec(handle)
            return handle
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    /// LMDB 0.9 opens data.mdb without O_CLOEXEC: a spawned child would hold it, and its locks, for ever.
    private static func closeOnExec(_ handle: OpaquePointer) throws(LMDBError) {
        var descriptor: Int32 = -1
        try check(mdb_env_get_fd(handle, &descriptor))
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .system(errno) }
    }

    /// Lends a consistent view of everything committed so far. Any thread that may block; keep it short, since it pins the
    /// pages that later commits would reuse.
    @available(*, noasync)
    public func read<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        let transaction = try ReadTransaction(self)
        defer { transaction.end() }
        return try body(transaction)
    }

    /// Lends the one write transaction and commits it, durable when this returns; a throw gives all of it up.
    /// Blocks while another thread or process writes. Never call it inside itself.
    @available(*, noasync)
    public func write<Result>(_ body: (WriteTransaction) throws(LMDBError) -> Result) throws(LMDBError) -> Result {
        let transaction = try WriteTransaction(self)
        defer { transaction.end() }
        let result = try body(transaction)
        try transaction.commit()
        return result
    }

    /// Frees the slots of readers whose process is gone; answers how many.
    @discardableResult
    public func checkReaders() throws(LMDBError) -> Int {
        var dead: Int32 = 0
        try check(mdb_reader_check(handle, &dead))
        return Int(dead)
    }

    /// Writes a consistent copy into an open file while others go on; leaves out free pages. A long reader. The file is the
    /// caller's, because LMDB would make one that all may read.
    @available(*, noasync)
    public func copyCompacted(to descriptor: Int32) throws(LMDBError) {
        try check(mdb_env_copyfd2(handle, descriptor, UInt32(bitPattern: MDB_CP_COMPACT)))
    }

    /// Whether a write of the meta page failed: what is on disk is unknown, and nothing works until it is opened again.
    public var isPanicked: Bool {
        do { return try read { _ in false } } catch { return error as? LMDBError == .panic }
    }

    public func information() throws(LMDBError) -> EnvironmentInformation {
        var info = MDB_envinfo()
        var status = MDB_stat()
        try check(mdb_env_info(handle, &info))
        try check(mdb_env_stat(handle, &status))
        return EnvironmentInformation(
            mapSize: info.me_mapsize, pageSize: Int(status.ms_psize), pagesUsed: info.me_last_pgno &+ 1,
            lastTransaction: UInt64(truncatingIfNeeded: info.me_last_txnid), readerSlots: Int(info.me_numreaders),
            databases: status.ms_entries)
    }
}
