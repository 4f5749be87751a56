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

    /// Takes entries of one stream into the index, in which `cursor` may stand anywhere. Those it has seen already change nothing: folding
    /// begins anew after a restart.
    mutating func put(_ hits: [StreamHit], of stream: Bytes, _ cursor: borrowing Cursor, _ keys: KeyBytes) throws(LMDBError) {
        let (kept, newest) = try lastRows(of: stream, cursor)
        let change = IndexSpacing.change(after: kept, newest, adding: hits)
        let hash = RowHash(table: StoreTables.indexNumber, key: stream)
        if change.removesNewest, let newest {
            let value = keys.value(newest)
            try transaction.delete(tables.index, stream, value)
            self.change { $0.tables[StoreTables.indexNumber].remove(hash.with(value)) }
        }
        for hit in change.added {
            let value = keys.value(hit)
            guard try transaction.add(tables.index, stream, value) else { continue }
            self.change { $0.tables[StoreTables.indexNumber].add(hash.with(value)) }
        }
    }

    /// The last two rows of a stream. What is no row is left to whoever reads or verifies it.
    private func lastRows(of stream: Bytes, _ index: borrowing Cursor) throws(LMDBError) -> (StreamHit?, StreamHit?) {
        guard let newest = try index.lastDuplicate(of: stream).flatMap({ StreamHit($0) }) else { return (nil, nil) }
        return (try index.previousDuplicate().flatMap { StreamHit($0) }, newest)
    }

    mutating func putReceipt(_ id: Bytes, _ place: Bytes) throws(LMDBError) {
        try put(tables.receipts, StoreTables.receiptsNumber, id, place)
    }

    mutating func putMeta(_ key: Bytes, _ value: Bytes) throws(LMDBError) {
        try put(tables.meta, StoreTables.metaNumber, key, value)
    }

    private mutating func put(_ table: Database, _ number: Int, _ key: Bytes, _ value: Bytes) throws(LMDBError) {
        let hash = RowHash(table: number, key: key)
        if let old = try transaction.insert(table, key, value) {
            change { $0.tables[number].remove(hash.with(old)) }
            try transaction.put(table, key, value)
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
