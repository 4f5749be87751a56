import EventLog
import LMDB

/// Adds up the tables that have a sum, row by row, and looks up the rows at the edges of each page: a damaged page above them
/// hides rows that are there. One pass in the order of the pages: about 50 ns a row.
struct TableScan {
    static let advice = "run `skald store verify --data DIR`, and restore a backup"
    /// Rows between two looks at whether to go on: each may be a page to read, so a few milliseconds at the most.
    private static let stretch: UInt64 = 1 << 6

    let transaction: ReadTransaction
    let tables: StoreTables
    private let isStopped: () -> Bool

    init(_ transaction: ReadTransaction, _ tables: StoreTables, isStopped: @escaping () -> Bool = { false }) {
        (self.transaction, self.tables, self.isStopped) = (transaction, tables, isStopped)
    }

    /// Rows of all these tables, as LMDB counts them.
    func rows() throws(LMDBError) -> Int {
        var rows = 0
        for case (_, let table?) in tables.summed { rows += try transaction.statistics(table).entries }
        return rows
    }

    /// Adds up all tables, or those with these numbers, and holds them against what is stored, where there is something;
    /// answers what they add up to.
    @discardableResult
    func run(_ numbers: Set<Int>? = nil, against stored: TableSums?, problem: (_ table: String, _ what: String) -> Void)
        -> TableSums
    {
        var sums = TableSums()
        for (number, (name, table)) in tables.summed.enumerated() where numbers?.contains(number) ?? true {
            do throws(LMDBError) {
                if let table { sums.tables[number] = try sum(number, table) }
                guard !isStopped() else { return sums }
                guard let wanted = stored?.tables[number], wanted != sums.tables[number] else { continue }
                problem(name, TableScan.difference(sums.tables[number], wanted))
            } catch .corrupted(let text) {
                problem(name, text)
            } catch {
                problem(name, "its pages cannot be read: \(error)")
            }
        }
        return sums
    }

    private static func difference(_ found: TableSums.Sum, _ wanted: TableSums.Sum) -> String {
        found.rows == wanted.rows
            ? "its rows are not those that were written" : "it has \(found.rows) rows where \(wanted.rows) were written"
    }

    private func sum(_ number: Int, _ table: Database) throws(LMDBError) -> TableSums.Sum {
        guard try transaction.kind(of: table) == (number == StoreTables.indexNumber ? .fixedDuplicates : .plain) else {
            throw .corrupted("it is not of the kind that was made")
        }
        let cursor = try transaction.cursor(table)
        let entries = try transaction.statistics(table).entries
        var hasher = RowHasher(number)
        var sum = TableSums.Sum()
        var found = 0
        var last: Cursor.Row?
        while let row = try cursor.next() {
            found += 1
            // A page that leads back to one before it would never end.
            guard found <= entries else { break }
            if sum.rows % TableScan.stretch == 0, isStopped() { return sum }
            let isEdge = last.map { !TableScan.areNeighbours($0, row) } ?? true
            if isEdge, let last { try find(last, number, table) }
            if isEdge { try find(row, number, table) }
            if let hash = try hasher.hash(row) { sum.add(hash) }
            last = row
        }
        if let last { try find(last, number, table) }
        guard found == entries else { throw .corrupted("it has another number of rows than it counts, \(entries)") }
        return sum
    }

    /// Whether two rows that follow each other lie on the same pages.
    private static func areNeighbours(_ row: Cursor.Row, _ next: Cursor.Row) -> Bool {
        page(row.key) == page(next.key) && (row.value.count > LMDBLimits.keyBytes || page(row.value) == page(next.value))
    }

    private static func page(_ bytes: Bytes) -> Int { Int(bitPattern: bytes.baseAddress) >> 12 }

    /// What is looked up must be this row, at its very place. Each time from the root: a cursor that is on the page already
    /// would not look above it.
    private func find(_ row: Cursor.Row, _ number: Int, _ table: Database) throws(LMDBError) {
        guard (1...LMDBLimits.keyBytes).contains(row.key.count) else {
            throw .corrupted("it has a key of \(row.key.count) bytes")
        }
        let value =
            number == StoreTables.indexNumber
            ? try transaction.cursor(table).duplicate(of: row.key, atLeast: row.value) : try transaction.get(table, row.key)
        guard value?.baseAddress == row.value.baseAddress else { throw .corrupted("it has a row that is not found by its key") }
    }
}
