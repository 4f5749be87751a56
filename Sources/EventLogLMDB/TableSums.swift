import LMDB

/// For each table but the log and its chain: how many rows it has, and the sum of their hashes, in whatever order they came.
///
/// LMDB has no checksums. A row whose key changed on the disk is not found, which looks as if it had never been; the log tells
/// of what it lost itself, and these tables are told by their sums.
struct TableSums: Sendable, Equatable {
    struct Sum: Sendable, Equatable {
        var rows: UInt64 = 0
        var hashes: UInt64 = 0

        mutating func add(_ hash: UInt64) {
            rows &+= 1
            hashes &+= hash
        }

        mutating func remove(_ hash: UInt64) {
            rows &-= 1
            hashes &-= hash
        }
    }

    /// Rows and hashes: two numbers of 8 bytes each.
    private static let sumBytes = 16

    /// By the number of the table.
    var tables = [Sum](repeating: Sum(), count: StoreTables.summedCount)

    init() {}

    /// Nil when the bytes are no such row. What an older program stored lacks tables that came later: they were empty.
    init?(_ bytes: Bytes) {
        let count = bytes.count / TableSums.sumBytes
        guard bytes.count % TableSums.sumBytes == 0, [StoreTables.firstSummedCount, StoreTables.summedCount].contains(count)
        else { return nil }
        func number(_ offset: Int) -> UInt64 { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        for table in 0..<count {
            let place = table * TableSums.sumBytes
            tables[table] = Sum(rows: number(place), hashes: number(place + 8))
        }
    }

    var bytes: [UInt8] {
        tables.flatMap { [$0.rows, $0.hashes] }.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
    }

    /// As they were stored; nil in a store of a program that kept none.
    static func stored(_ transaction: ReadTransaction, _ tables: StoreTables) throws(LMDBError) -> TableSums? {
        try StoreTables.sumsKey.lend { key throws(LMDBError) in
            guard let row = try transaction.get(tables.meta, key) else { return nil }
            guard let sums = SealedRow.open(key, row).flatMap({ TableSums($0) }) else {
                throw .corrupted("table meta, row sums: \(SealedRow.broken): \(TableScan.advice)")
            }
            return sums
        }
    }

    /// Whether what is stored has the length of sums of all tables, right or wrong.
    static func areOfAll(_ transaction: ReadTransaction, _ meta: Database) throws(LMDBError) -> Bool {
        try StoreTables.sumsKey.lend { key throws(LMDBError) in
            try transaction.get(meta, key)?.count == StoreTables.summedCount * sumBytes + SealedRow.sealBytes
        }
    }

    func store(_ transaction: WriteTransaction, _ tables: StoreTables) throws(LMDBError) {
        try StoreTables.sumsKey.lend { key throws(LMDBError) in
            try bytes.lend { value throws(LMDBError) in _ = try SealedRow.put(key, value, tables.meta, transaction) }
        }
    }
}
