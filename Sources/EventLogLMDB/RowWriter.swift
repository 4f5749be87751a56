import EventLog
import LMDB

/// Changes rows of the tables beside the log, and their sums with them, within one transaction.
///
/// Of a row that is replaced or removed the old value is needed: it lies on the page that is changed anyway.
struct RowWriter {
    let transaction: WriteTransaction
    let tables: StoreTables
    private(set) var sums: TableSums
    private var isChanged = false

    init(_ transaction: WriteTransaction, _ tables: StoreTables, _ sums: TableSums) {
        (self.transaction, self.tables, self.sums) = (transaction, tables, sums)
    }

    /// Takes entries of one stream into the index, in which its cursor may stand anywhere. Those it has seen already change nothing: folding
    /// begins anew after a restart.
    mutating func put(_ hits: [StreamHit], of stream: Bytes, _ index: borrowing WriteCursor, _ keys: KeyBytes) throws(LMDBError) {
        let (kept, newest) = try lastRows(of: stream, index.place)
        let change = IndexSpacing.change(after: kept, newest, adding: hits)
        let hash = RowHash(table: StoreTables.indexNumber, key: stream)
        var added = change.added[...]
        if change.removesNewest, let newest, let next = added.popFirst() {
            self.change { $0.tables[StoreTables.indexNumber].remove(hash.with(keys.value(newest))) }
            guard try index.place.lastDuplicate(of: stream) != nil else { throw .corrupted("the index has lost a row it just showed") }
            let value = keys.value(next)
            try index.overwrite(stream, value)
            self.change { $0.tables[StoreTables.indexNumber].add(hash.with(value)) }
        }
        for hit in added {
            let value = keys.value(hit)
            guard try index.add(stream, value) else { continue }
            self.change { $0.tables[StoreTables.indexNumber].add(hash.with(value)) }
        }
    }

    /// The last two rows of a stream. What is no row is left to whoever reads or verifies it.
    private func lastRows(of stream: Bytes, _ index: borrowing Cursor) throws(LMDBError) -> (StreamHit?, StreamHit?) {
        guard let newest = try index.lastDuplicate(of: stream).flatMap({ StreamHit($0) }) else { return (nil, nil) }
        return (try index.previousDuplicate().flatMap { StreamHit($0) }, newest)
    }

    /// `cursor` may stand anywhere among the receipts.
    mutating func putReceipt(_ id: Bytes, _ place: Bytes, _ cursor: borrowing WriteCursor) throws(LMDBError) {
        try put(StoreTables.receiptsNumber, id, place, cursor)
    }

    mutating func putMeta(_ key: Bytes, _ value: Bytes) throws(LMDBError) {
        try put(StoreTables.metaNumber, key, value, try transaction.writeCursor(tables.meta))
    }

    private mutating func put(_ number: Int, _ key: Bytes, _ value: Bytes, _ cursor: borrowing WriteCursor) throws(LMDBError) {
        let hash = RowHash(table: number, key: key)
        if let old = try cursor.insert(key, value) {
            change { $0.tables[number].remove(hash.with(old)) }
            // It stands on the row that is there.
            try cursor.overwrite(key, value)
        }
        change { $0.tables[number].add(hash.with(value)) }
    }

    mutating func removeReceipt(_ id: Bytes) throws(LMDBError) {
        guard let old = try transaction.get(tables.receipts, id) else { return }
        let hash = RowHash(table: StoreTables.receiptsNumber, key: id).with(old)
        try transaction.delete(tables.receipts, id)
        change { $0.tables[StoreTables.receiptsNumber].remove(hash) }
    }

    /// Sets or removes a row that is sealed. Its seal stands for its value.
    mutating func put(_ write: TableWrite) throws(LMDBError) {
        write.admit()
        try write.key.lend { key throws(LMDBError) in
            guard let value = write.value else { return try put(write.table, key, nil) }
            try value.lend { value throws(LMDBError) in try put(write.table, key, value) }
        }
    }

    /// The same of a row lent.
    mutating func put(_ table: Table, _ key: Bytes, _ value: Bytes?) throws(LMDBError) {
        let (database, number) = (tables[table], StoreTables.number(table))
        let hash = RowHash(table: number, key: key)
        let old = try transaction.get(database, key).map { hash.with(SealedRow.seal(of: $0)) }
        if let value {
            let seal = try SealedRow.put(key, value, database, transaction)
            change { $0.tables[number].add(hash.with(seal)) }
        } else if old != nil {
            try transaction.delete(database, key)
        }
        if let old { change { $0.tables[number].remove(old) } }
    }

    /// Puts the sums where they changed: the last thing in a transaction.
    mutating func finish() throws(LMDBError) {
        guard isChanged else { return }
        try sums.store(transaction, tables)
        isChanged = false
    }

    private mutating func change(_ body: (inout TableSums) -> Void) {
        body(&sums)
        isChanged = true
    }
}
