import CLMDB

/// A place in one table from which it is changed. Where keys come in order this is cheaper than by key alone: each is looked for on
/// the page of the one before first, and not from the root.
///
/// Of the transaction that lent it, and no use after it, like every `Cursor`. Other changes of the table move it along.
public struct WriteCursor: ~Copyable {
    public let place: Cursor

    init(_ place: consuming Cursor) { self.place = place }

    /// Puts a row whose key is not there yet; else changes nothing and answers the value that is there.
    @inline(__always)
    public func insert(_ key: Bytes, _ value: Bytes) throws(LMDBError) -> Bytes? {
        var value = MDB_val(value)
        let code = place.put(key, &value, MDB_NOOVERWRITE)
        if code == MDB_KEYEXIST { return value.bytes }
        try check(code)
        return nil
    }

    /// Adds a value to those of a key; false if it was there. Tables of duplicates only.
    @inline(__always)
    public func add(_ key: Bytes, _ value: Bytes) throws(LMDBError) -> Bool {
        var value = MDB_val(value)
        let code = place.put(key, &value, MDB_NODUPDATA)
        if code == MDB_KEYEXIST { return false }
        try check(code)
        return true
    }

    /// Overwrites the row it stands on, which is of this key, with a value as long. Among duplicates it must sort where the old one
    /// did.
    @inline(__always)
    public func overwrite(_ key: Bytes, _ value: Bytes) throws(LMDBError) {
        var value = MDB_val(value)
        try check(place.put(key, &value, MDB_CURRENT))
    }
}

extension WriteTransaction {
    public func writeCursor(_ database: Database) throws(LMDBError) -> WriteCursor { WriteCursor(try cursor(database)) }
}
