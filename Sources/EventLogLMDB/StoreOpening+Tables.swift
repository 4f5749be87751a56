import EventLog
import LMDB

extension StoreOpening {
    /// All tables and their sums, after the tables were held against them; and whether most of that is still to be done, because
    /// there are too many rows. `meta` is always looked at: how the end of the log is read hangs on it. Makes what an older
    /// program left out, tables and sums in one transaction, so that sums of all tables tell that all were made.
    static func checkTables(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths, _ options: StoreOptions)
        throws(StoreFailure) -> (tables: StoreTables, sums: TableSums, isUnchecked: Bool)
    {
        do {
            let found = try environment.read { transaction -> (TableSums, Bool)? in
                guard let stored = try TableSums.stored(transaction, tables) else { return nil }
                let scan = TableScan(transaction, tables)
                let isLarge = try scan.rows() > options.checkedRows
                try refuse { scan.run(isLarge ? [StoreTables.metaNumber] : nil, against: stored, problem: $0) }
                return (stored, isLarge)
            }
            guard let (sums, isUnchecked) = found else {
                let (tables, sums) = try makeSums(environment, tables)
                return (tables, sums, false)
            }
            if tables.isComplete { return (tables, sums, isUnchecked) }
            return (try makeTables(environment, sums), sums, isUnchecked)
        } catch { throw StoreFailure(paths.data, error) }
    }

    /// In a store of a program that knew fewer tables: makes the others, which the sums take as empty already.
    private static func makeTables(_ environment: Environment, _ sums: TableSums) throws(LMDBError) -> StoreTables {
        try environment.write { transaction throws(LMDBError) in
            let tables = try StoreTables(makingIn: transaction)
            try sums.store(transaction, tables)
            return tables
        }
    }

    /// In a new store, and in one of a program that kept no sums: adds up what is there. Where there is no mark either, every row
    /// went with its commit, so the tables are whole.
    private static func makeSums(_ environment: Environment, _ tables: StoreTables) throws -> (StoreTables, TableSums) {
        let missing = try environment.read { transaction in
            try LogFold.mark(transaction, tables) == nil ? try LMDBLogReader.head(transaction, tables).next : nil
        }
        return try environment.write { transaction throws(LMDBError) in
            let tables = try StoreTables(makingIn: transaction)
            if let missing {
                var writer = RowWriter(transaction, tables, TableSums())
                try LogFold.setMark(missing, &writer, KeyBytes())
            }
            let sums = try refuse { problem throws(LMDBError) in
                TableScan(transaction, tables).run(against: nil, problem: problem)
            }
            try sums.store(transaction, tables)
            return (tables, sums)
        }
    }

    /// Throws the first problem told of.
    @discardableResult
    private static func refuse<Result>(_ body: ((_ table: String, _ what: String) -> Void) throws(LMDBError) -> Result)
        throws(LMDBError) -> Result
    {
        var first: String?
        let result = try body { table, what in first = first ?? "table \(table): \(what)" }
        if let first { throw .corrupted("\(first): \(TableScan.advice)") }
        return result
    }
}
