import EventLog
import LMDB

/// Walks records in log order and recomputes the chain over them; used at opening for the last commits and by the verifier
/// for all. What is wrong goes to `problem`, and the walk goes on.
struct LogWalk {
    struct Start {
        /// The commit before the first one walked; nil to begin with the log.
        var behind: LogKey?
        var value: [UInt8]
    }

    let transaction: ReadTransaction
    let tables: StoreTables
    /// The head before the next record; nil until the first record tells, when the walk begins inside the log.
    private(set) var head: LogHead?
    private(set) var chain: [UInt8]
    private(set) var entries = 0
    private(set) var events: UInt64 = 0
    private(set) var commits = 0
    private let keys = KeyBytes()
    private let start: LogKey?

    init(_ transaction: ReadTransaction, _ tables: StoreTables, from start: Start) {
        self.transaction = transaction
        self.tables = tables
        self.start = start.behind
        head = start.behind == nil ? .empty : nil
        chain = start.value
    }

    /// Where to start so that the last `commits` are walked, but no more than about `entries` of them.
    static func tail(_ transaction: ReadTransaction, _ tables: StoreTables, commits: Int, entries: Int) throws(LMDBError) -> Start
    {
        let beginning = Start(behind: nil, value: CommitChain.start)
        let cursor = try transaction.cursor(tables.chain)
        guard var row = try cursor.last(), let last = LogKey(row.key) else { return beginning }
        for step in 1...commits {
            guard let before = try cursor.previous(), let key = LogKey(before.key) else { return beginning }
            row = before
            if step > 1 && last.position - min(last.position, key.position) > UInt64(entries) { break }
        }
        return LogKey(row.key).map { Start(behind: $0, value: ChainRow.value(row.value)) } ?? beginning
    }

    /// Walks to the end of the log. `visit` gets every entry that can be read.
    mutating func run(visit: (Entry) throws(LMDBError) -> Void, problem: (_ place: String, _ what: String) -> Void)
        throws(LMDBError)
    {
        let log = try transaction.cursor(tables.log)
        let commits = try transaction.cursor(tables.chain)
        var row = try seek(log, behind: start)
        var commit = try seek(commits, behind: start)
        var link = CommitChain(after: chain)
        var place = "the log's beginning"
        while let record = row {
            place = "entry " + (LogKey(record.key)?.description ?? "with a key of \(record.key.count) bytes")
            try check(record, place, visit: visit, problem: problem)
            if !link.add(record.value) { problem(place, "it has no header the chain could cover") }
            while let end = commit, end.key.lexicographicallyPrecedes(record.key) {
                problem("commit \(LogKey(end.key)?.description ?? "?")", "the log lacks its last entry")
                commit = try commits.next()
            }
            if let end = commit, end.key.elementsEqual(record.key) {
                close(&link, end, place, problem)
                commit = try commits.next()
            } else if commit == nil {
                problem(place, "it stands behind the last commit of the chain")
                return
            }
            row = try log.next()
        }
        while let end = commit {
            problem("commit \(LogKey(end.key)?.description ?? "?")", "the log lacks its last entry")
            commit = try commits.next()
        }
    }

    private func seek(_ cursor: borrowing Cursor, behind key: LogKey?) throws(LMDBError) -> Cursor.Row? {
        guard let key else { return try cursor.first() }
        let bytes = keys.key(key)
        guard let row = try cursor.seek(atLeast: bytes) else { return nil }
        return row.key.elementsEqual(bytes) ? try cursor.next() : row
    }

    /// Goes on from the stored value, so that one wrong commit is named once.
    private mutating func close(_ link: inout CommitChain, _ row: Cursor.Row, _ place: String, _ problem: (String, String) -> Void) {
        let value = link.value()
        let stored = ChainRow(row.key, row.value)
        if stored == nil { problem(place, "what is stored of the commit that ends here is not what was written") }
        if let stored, !stored.value.elementsEqual(value) {
            problem(place, "the chain over the commit that ends here is not the one stored: a record was changed, lost or added")
        }
        chain = stored.map { [UInt8]($0.value) } ?? value
        commits += 1
        link = CommitChain(after: chain)
    }

    private mutating func check(
        _ row: Cursor.Row, _ place: String, visit: (Entry) throws(LMDBError) -> Void, problem: (String, String) -> Void
    ) throws(LMDBError) {
        entries += 1
        guard let key = LogKey(row.key) else { return problem(place, "the log has a key that is no place in it") }
        let entry: Entry
        do throws(LogFailure) {
            entry = try EntryCodec.decode(row.value, at: key)
        } catch {
            // What follows cannot be checked against a record that cannot be read.
            head = nil
            return problem(place, error.reason(at: place))
        }
        if let head {
            if key != head.next { problem(place, "the log goes on at \(head.next): what stood between is lost") }
            if entry.time < head.time { problem(place, "its time is before that of the entry before") }
        }
        events += UInt64(entry.events.count)
        head = LogHead(position: key.position - 1, next: key, time: entry.time).after(entry)
        try visit(entry)
    }
}
