import CLMDB

/// A place in one table. Every move answers the row it stands on, or nil past either end; the row stays valid until the
/// transaction ends or writes.
public struct Cursor: ~Copyable {
    public struct Row {
        public let key: Bytes
        public let value: Bytes
    }

    private let handle: OpaquePointer
    private let transaction: ReadTransaction

    init(_ transaction: ReadTransaction, _ database: Database) throws(LMDBError) {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction.handle, database.handle, &opened))
        guard let opened else { throw .other(MDB_INVALID) }
        handle = opened
        self.transaction = transaction
    }

    deinit {
        // A write transaction that has ended has closed its cursors itself.
        if transaction.isLent || !type(of: transaction).closesItsCursors { mdb_cursor_close(handle) }
    }

    public func first() throws(LMDBError) -> Row? { try move(MDB_FIRST) }
    public func last() throws(LMDBError) -> Row? { try move(MDB_LAST) }
    /// The next row; the first, when it stands nowhere yet.
    public func next() throws(LMDBError) -> Row? { try move(MDB_NEXT) }
    public func previous() throws(LMDBError) -> Row? { try move(MDB_PREV) }
    /// The first row of the next key, past the duplicates of this one.
    public func nextKey() throws(LMDBError) -> Row? { try move(MDB_NEXT_NODUP) }

    /// The first row whose key is `key` or behind it.
    public func seek(atLeast key: Bytes) throws(LMDBError) -> Row? { try move(MDB_SET_RANGE, MDB_val(key)) }

    /// The last row whose key is `key` or before it.
    public func seek(atMost key: Bytes) throws(LMDBError) -> Row? {
        guard let row = try seek(atLeast: key) else { return try last() }
        return row.key.elementsEqual(key) ? row : try previous()
    }

    /// The next or previous value of the same key.
    public func nextDuplicate() throws(LMDBError) -> Bytes? { try move(MDB_NEXT_DUP)?.value }
    public func previousDuplicate() throws(LMDBError) -> Bytes? { try move(MDB_PREV_DUP)?.value }

    /// The first, and the last, value of exactly this key.
    public func firstDuplicate(of key: Bytes) throws(LMDBError) -> Bytes? { try move(MDB_SET_KEY, MDB_val(key))?.value }

    public func lastDuplicate(of key: Bytes) throws(LMDBError) -> Bytes? {
        guard try move(MDB_SET_KEY, MDB_val(key)) != nil else { return nil }
        return try move(MDB_LAST_DUP)?.value
    }

    /// The first value of exactly this key that is `value` or behind it.
    public func duplicate(of key: Bytes, atLeast value: Bytes) throws(LMDBError) -> Bytes? {
        try move(MDB_GET_BOTH_RANGE, MDB_val(key), MDB_val(value))?.value
    }

    @inline(__always)
    func put(_ key: Bytes, _ value: inout MDB_val, _ flags: Int32) -> Int32 {
        precondition(transaction.isLent, "An LMDB cursor was used after its transaction")
        var key = MDB_val(key)
        return mdb_cursor_put(handle, &key, &value, UInt32(bitPattern: flags))
    }

    @inline(__always)
    private func move(_ operation: MDB_cursor_op, _ key: MDB_val = MDB_val(), _ value: MDB_val = MDB_val()) throws(LMDBError)
        -> Row?
    {
        // The check of the lending: a cursor must not outlive its transaction.
        precondition(transaction.isLent, "An LMDB cursor was used after its transaction")
        var key = key
        var value = value
        return try found(mdb_cursor_get(handle, &key, &value, operation)) ? Row(key: key.bytes, value: value.bytes) : nil
    }
}
