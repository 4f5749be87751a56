import CLMDB

/// The one write transaction of an environment, lent by `Environment.write` on the thread that began it.
public final class WriteTransaction: ReadTransaction {
    public enum Put: Sendable {
        /// Sets the key; among duplicates, adds the value.
        case set
        /// Behind all keys there are; out of order is `.keyExists`.
        case append
        /// Refused with `.keyExists` if the key is there.
        case insert

        var flags: UInt32 {
            switch self {
            case .set: 0
            case .append: UInt32(bitPattern: MDB_APPEND)
            case .insert: UInt32(bitPattern: MDB_NOOVERWRITE)
            }
        }
    }

    convenience init(_ environment: Environment) throws(LMDBError) {
        try self.init(environment, flags: 0)
    }

    override class var closesItsCursors: Bool { true }

    /// Gives all of it up, unless it was committed.
    override func end() {
        if let handle = takeBack() { mdb_txn_abort(handle) }
    }

    /// LMDB frees the handle whether or not the commit succeeds.
    func commit() throws(LMDBError) {
        guard let handle = takeBack() else { return }
        let code = mdb_txn_commit(handle)
        if code > 0 { throw .commit(code) }
        try check(code)
    }

    /// The table of that name, made if need be.
    public func makeDatabase(_ name: String, _ kind: Database.Kind = .plain) throws(LMDBError) -> Database {
        var opened: MDB_dbi = 0
        try check(mdb_dbi_open(handle, name, kind.flags | UInt32(bitPattern: MDB_CREATE), &opened))
        return Database(handle: opened)
    }

    @inline(__always)
    public func put(_ database: Database, _ key: Bytes, _ value: Bytes, _ how: Put = .set) throws(LMDBError) {
        var key = MDB_val(key)
        var value = MDB_val(value)
        try check(mdb_put(handle, database.handle, &key, &value, how.flags))
    }

    /// Makes room for a value and lends it to be filled at once, without a copy. Plain tables only.
    @inline(__always)
    public func reserve(_ database: Database, _ key: Bytes, count: Int, _ how: Put = .set) throws(LMDBError)
        -> UnsafeMutableRawBufferPointer
    {
        var key = MDB_val(key)
        var value = MDB_val(mv_size: count, mv_data: nil)
        try check(mdb_put(handle, database.handle, &key, &value, how.flags | UInt32(bitPattern: MDB_RESERVE)))
        return UnsafeMutableRawBufferPointer(start: value.mv_data, count: count)
    }

    /// Removes a key with all its values; false if it was not there.
    @discardableResult
    public func delete(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bool {
        var key = MDB_val(key)
        return try found(mdb_del(handle, database.handle, &key, nil))
    }

    /// Removes every row.
    public func clear(_ database: Database) throws(LMDBError) {
        try check(mdb_drop(handle, database.handle, 0))
    }
}
