import EventLog
import Glibc
import Kernel
import LMDB

/// The writing side: what the log ends with, and whether it may still be written.
struct LogWriter {
    struct Written {
        var transaction: UInt64
        var head: LogHead
        /// The first place the tables may lack.
        var mark: LogKey
    }

    private let environment: Environment
    private let tables: StoreTables
    private let directory: String
    private let witness: SyncWitness
    private let tail: LogTail
    private let tailEntries: Int
    private var head: LogHead
    private var chain: [UInt8]
    private var mark: LogKey
    private var sums: TableSums
    private var fold: LogFold?
    private var failed: String?
    private let keys = KeyBytes()

    init(_ opened: StoreOpening) {
        environment = opened.environment
        tables = opened.tables
        directory = opened.paths.directory
        witness = opened.witness
        tail = opened.tail
        tailEntries = opened.options.tailEntries
        head = opened.head
        chain = opened.chain
        mark = opened.mark
        sums = opened.sums
    }

    /// Throws the failure, unless an earlier final one comes first.
    func refuse(_ failure: LogFailure) throws(LogFailure) {
        if let failed { throw .failed(failed) }
        throw failure
    }

    /// Makes the commit durable; answers the transaction it became and the head behind it.
    mutating func write(_ commit: Commit) throws(LogFailure) -> Written {
        if let failed { throw .failed(failed) }
        let rows = planFold(commit)
        var staging = LogStaging(head: head, chain: chain, tail: tailEntries > 0 ? tail.active : nil, keys: keys)
        do throws(LMDBError) {
            // A copy, which is kept when the transaction is.
            var step = fold
            var isFolded = false
            sums = try environment.write { transaction throws(LMDBError) in
                var writer = RowWriter(transaction, tables, sums)
                isFolded = try step?.step(rows, &writer, keys) ?? false
                try staging.stage(commit, &writer)
                try writer.finish()
                return writer.sums
            }
            (head, chain) = (staging.head, staging.chain)
            folded(step, isDone: isFolded)
            return Written(transaction: lastTransaction, head: head, mark: mark)
        } catch {
            staging.takeBack(commit)
            throw failure(error)
        }
    }

    /// The one before, when this one changed nothing: LMDB gives its number to the next. 0, which none has, when it cannot be told.
    private var lastTransaction: UInt64 { (try? environment.information())?.lastTransaction ?? 0 }

    private mutating func folded(_ step: LogFold?, isDone: Bool) {
        fold = isDone ? nil : step
        if isDone, let step {
            mark = step.mark
            tail.drop(step.segments)
        }
        if tailEntries == 0 { mark = head.next }
    }

    /// Begins to fold when the growing segment is large enough, and all at once when what this commit changes must be in its table
    /// already, or when folding did not keep up. Answers how many rows go with this commit.
    private mutating func planFold(_ commit: Commit) -> Int {
        let isLarge = tail.active.count >= max(tailEntries, 1)
        let tail = tail
        let isDue = commit.expired.contains { tail.holdsReceipt($0) } || overtakes(commit)
        let isBehind = fold != nil && isLarge
        if isDue || (fold == nil && isLarge) { fold = LogFold(tail.rotate(), mark: head.next) }
        if isDue || isBehind || tailEntries == 0 { return .max }
        return max(Limits.foldRows, commit.records.count * (fold?.rowsPerEntry ?? 0))
    }

    /// Whether it writes rows that go to their table at once, where older ones may wait.
    private func overtakes(_ commit: Commit) -> Bool {
        commit.records.isEmpty && mark < head.next && commit.writes.contains { $0.table.waitingNumber != nil }
    }

    /// LMDB has given the transaction up in every case. Only a lack of space leaves the store to be trusted.
    private mutating func failure(_ error: LMDBError) -> LogFailure {
        if isFull(error) { return .full("no space is left for \(directory) (\(error)): free some, or raise its quota") }
        let reason = "the store in \(directory) could not be written (\(error)): stop, and verify it before going on"
        failed = reason
        return .failed(reason)
    }

    /// A failed sync is final: the kernel may have dropped the pages and would tell the next sync that all is well. So is every
    /// I/O error, and a meta page that could not be written. What is left are pages refused for lack of room.
    private func isFull(_ error: LMDBError) -> Bool {
        switch error {
        case .mapFull, .system(ENOSPC), .system(EDQUOT): true
        case .commit(ENOSPC), .commit(EDQUOT): !environment.isPanicked && witness.isOnlyRefused()
        default: false
        }
    }
}
