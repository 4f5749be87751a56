import EventLog
import LMDB

/// The named tables of the environment; `docs/log-format.md` describes their rows.
struct StoreTables: Sendable {
    /// Position and ordinal → record.
    let log: Database
    /// `type/key` → first version and position of each of its entries with events.
    let index: Database
    /// Id → place of the entry with its receipt.
    let receipts: Database
    /// Place of a commit's last entry → value of the chain.
    let chain: Database
    /// What says which store this is.
    let meta: Database
    /// Those that are there: in a store that was opened to be written, all.
    private let beside: [Database]

    /// Tables beside the log that every store has. One of an older program has no more: those behind came later, all at once.
    private static let firstCount = 6

    /// The row of `meta` that holds the same as the file STORE.
    static let descriptionKey = Array("store".utf8)
    /// The row of `meta` that holds the first place of the log whose rows the tables may lack.
    static let foldedKey = Array("folded".utf8)
    /// The row of `meta` that holds the sums of the tables below.
    static let sumsKey = Array("sums".utf8)

    /// Numbers of the tables that have a sum, in the order of `summed`.
    static let indexNumber = 0
    static let receiptsNumber = 1
    static let metaNumber = 2
    static let summedCount = metaNumber + 1 + Table.allCases.count
    /// How many had one in a store of an older program.
    static let firstSummedCount = metaNumber + 1 + firstCount
    static func number(_ table: Table) -> Int { Int(table.rawValue) + metaNumber }

    /// Only of a store that was opened to be written, or of the tables that every store has.
    subscript(table: Table) -> Database { beside[Int(table.rawValue) - 1] }

    /// Nil when the store is older than the table: it is empty then.
    func stored(_ table: Table) -> Database? { Int(table.rawValue) > beside.count ? nil : self[table] }

    /// Whether no table is still to be made.
    var isComplete: Bool { beside.count == Table.allCases.count }

    static func name(_ table: Table) -> String {
        switch table {
        case .snapshots: "snapshots"
        case .timers: "timers"
        case .sagas: "sagas"
        case .sagaStates: "saga_states"
        case .businessKeys: "business_keys"
        case .server: "server"
        case .queue: "queue"
        case .leases: "leases"
        case .inbox: "inbox"
        }
    }

    /// Names and tables, in the order they are told of; nil for one that the store is older than.
    var named: [(name: String, table: Database?)] {
        [("log", log), ("index", index), ("receipts", receipts), ("chain", chain), ("meta", meta)]
            + Table.allCases.map { (StoreTables.name($0), stored($0)) }
    }

    /// All but the log and its chain, which tell of their own losses.
    var summed: [(name: String, table: Database?)] { named.filter { $0.table != log && $0.table != chain } }

    /// The tables of an existing store; nil when one is missing that must be there. Before any other use of the environment.
    init?(in transaction: ReadTransaction) throws(LMDBError) {
        guard let log = try transaction.database("log"), let index = try transaction.database("index", .fixedDuplicates),
            let receipts = try transaction.database("receipts"), let chain = try transaction.database("chain"),
            let meta = try transaction.database("meta")
        else { return nil }
        var beside: [Database] = []
        for table in Table.allCases {
            guard let database = try transaction.database(StoreTables.name(table)) else { continue }
            // One before it is lost.
            guard beside.count == Int(table.rawValue) - 1 else { return nil }
            beside.append(database)
        }
        if beside.count < Table.allCases.count {
            // A store that has sums of all had all.
            guard beside.count == StoreTables.firstCount, try !TableSums.areOfAll(transaction, meta) else { return nil }
        }
        (self.log, self.index, self.receipts, self.chain, self.meta, self.beside) = (log, index, receipts, chain, meta, beside)
    }

    /// The tables, made where they are missing.
    init(makingIn transaction: WriteTransaction) throws(LMDBError) {
        log = try transaction.makeDatabase("log")
        index = try transaction.makeDatabase("index", .fixedDuplicates)
        receipts = try transaction.makeDatabase("receipts")
        chain = try transaction.makeDatabase("chain")
        meta = try transaction.makeDatabase("meta")
        var beside: [Database] = []
        for table in Table.allCases { beside.append(try transaction.makeDatabase(StoreTables.name(table))) }
        self.beside = beside
    }
}
