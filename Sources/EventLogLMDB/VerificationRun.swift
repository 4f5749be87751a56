import EventLog
import Kernel
import LMDB

/// One verification of one view of a store.
struct VerificationRun {
    let transaction: ReadTransaction
    let tables: StoreTables
    var report: VerificationReport
    /// The streams that the index may lack: those of entries not folded yet.
    var late: Set<RowKey> = []
    let keys = KeyBytes()

    init(_ transaction: ReadTransaction, _ tables: StoreTables, _ report: VerificationReport) {
        self.transaction = transaction
        self.tables = tables
        self.report = report
    }

    mutating func tail() {
        section("log") { run throws(LMDBError) in
            let start = try LogWalk.tail(
                run.transaction, run.tables, commits: Limits.checkedCommits, entries: Limits.checkedEntries)
            try run.walk(from: start)
        }
        section("tables") { run throws(LMDBError) in
            run.report.receipts = try run.transaction.statistics(run.tables.receipts).entries
            for table in Table.allCases.compactMap(run.tables.stored) {
                run.report.rows += try run.transaction.statistics(table).entries
            }
        }
    }

    mutating func whole() {
        section("sums") { run throws(LMDBError) in try run.checkSums() }
        section("log") { run throws(LMDBError) in try run.walk(from: LogWalk.Start(behind: nil, value: CommitChain.start)) }
        section("index") { run throws(LMDBError) in try run.checkIndex() }
        section("receipts") { run throws(LMDBError) in try run.checkReceipts() }
        for table in Table.allCases {
            section(StoreTables.name(table)) { run throws(LMDBError) in try run.checkRows(table) }
        }
    }

    /// A part whose pages cannot be read is a problem of that part; the others are looked at all the same.
    private mutating func section(_ name: String, _ body: (inout VerificationRun) throws(LMDBError) -> Void) {
        do throws(LMDBError) { try body(&self) } catch { report.add("table \(name)", "its pages cannot be read: \(error)") }
    }

    /// The log and its chain, and that the index and the receipts have each entry they must.
    private mutating func walk(from start: LogWalk.Start) throws(LMDBError) {
        let index = try transaction.cursor(tables.index)
        var walk = LogWalk(transaction, tables, from: start)
        var found = report
        let mark = try LogFold.mark(transaction, tables)
        let swept = try swept()
        var late: Set<RowKey> = []
        try walk.run { entry throws(LMDBError) in
            if try transaction.get(tables.log, keys.key(entry.key)) == nil {
                found.add("entry \(entry.key)", "it is not found by its place")
            }
            if let mark, entry.key >= mark {
                if !entry.events.isEmpty { late.insert(StreamHit.name(of: entry.aggregate)) }
                return
            }
            if !entry.events.isEmpty, try !isIndexed(entry, index) {
                found.add("stream \(entry.aggregate)", "its index lacks entry \(entry.key)")
            }
            if entry.receipt != nil, swept.map({ entry.key > $0 }) ?? true, try !hasReceipt(entry) {
                found.add("receipt \(entry.cause.command)", "it is lost, though entry \(entry.key) is within retention")
            }
        } problem: {
            found.add($0, $1)
        }
        report = found
        self.late = late
        (report.entries, report.events, report.commits) = (walk.entries, walk.events, walk.commits)
    }

    private func isIndexed(_ entry: Entry, _ index: borrowing Cursor) throws(LMDBError) -> Bool {
        let hit = StreamHit(firstVersion: entry.firstVersion, position: entry.key.position)
        guard let stream = keys.stream(entry.aggregate.type, entry.aggregate.key) else { return false }
        return try index.duplicate(of: stream, atLeast: keys.value(hit)).flatMap { StreamHit($0) }?.reaches(hit) ?? false
    }

    private func hasReceipt(_ entry: Entry) throws(LMDBError) -> Bool {
        guard let id = keys.text(entry.cause.command) else { return false }
        return try transaction.get(tables.receipts, id) != nil
    }
}
