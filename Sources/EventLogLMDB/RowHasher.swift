import LMDB

/// Hashes of the rows of one table as they are met.
struct RowHasher {
    private let number: Int
    /// The key met last, and its hash: rows of one stream follow each other.
    private var key: UnsafeRawPointer?
    private var hash: RowHash?

    init(_ number: Int) { self.number = number }

    /// Nil for the row that holds the sums themselves.
    mutating func hash(_ row: Cursor.Row) throws(LMDBError) -> UInt64? {
        guard (1...LMDBLimits.keyBytes).contains(row.key.count) else {
            throw .corrupted("it has a key of \(row.key.count) bytes")
        }
        switch number {
        case StoreTables.indexNumber:
            guard row.value.count == KeyBytes.hitBytes else { throw .corrupted("it has a row of \(row.value.count) bytes") }
            return keyHash(row.key).with(row.value)
        case StoreTables.receiptsNumber:
            guard row.value.count == KeyBytes.logKeyBytes else { throw .corrupted("it has a row of \(row.value.count) bytes") }
            return keyHash(row.key).with(row.value)
        case StoreTables.metaNumber:
            if row.key.elementsEqual(StoreTables.sumsKey) { return nil }
            guard row.key.elementsEqual(StoreTables.foldedKey) || row.key.elementsEqual(StoreTables.descriptionKey) else {
                throw .corrupted("it has a row that nobody wrote")
            }
            return keyHash(row.key).with(row.value)
        default:
            return keyHash(row.key).with(SealedRow.seal(of: row.value))
        }
    }

    private mutating func keyHash(_ key: Bytes) -> RowHash {
        if let hash, self.key == key.baseAddress { return hash }
        let hash = RowHash(table: number, key: key)
        (self.key, self.hash) = (key.baseAddress, hash)
        return hash
    }
}
