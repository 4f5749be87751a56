public import EventLog
import LMDB
import Synchronization
import Threads

/// The log on disk: one LMDB environment, in which one transaction holds all that a commit changes.
///
///     commit ─▶ log (append) + chain + tables beside it ─▶ one write transaction ─▶ durable
///          └─▶ tail in memory ─▶ folded, sorted and in bulk, into index, receipts and rows of sagas by later commits
///     read   ─▶ one read transaction + the tail ─▶ LMDBLogReader, every record checked
///
/// One process writes a store at a time. Others may read, verify and copy it meanwhile.
public final class LMDBEventLog: EventLog {
    public let identity: StoreIdentity
    let environment: Environment
    let tables: StoreTables
    let paths: StorePaths
    private let gauge: Mutex<SpaceGauge>
    private let writer: Mutex<LogWriter>
    private let tail: LogTail
    /// Only over tables that were too large to be checked at opening.
    let watch: TablesWatch?
    /// Where the last commit left the log, so that a reader of its transaction need not look it up.
    private let latest: Mutex<LogWriter.Written>
    /// Last, and so given up last: when nothing of the store is open any more.
    private let lock: StoreLock

    /// Opens the store in a directory, or makes one where there is none. Blocks for the sync of a new one, and for the check
    /// of the last commits of an old one. A new store gets `identity`, or one made of the clock and chance.
    public convenience init(path: String, options: StoreOptions = StoreOptions(), identity: StoreIdentity? = nil)
        throws(StoreFailure)
    {
        try self.init(try StoreOpening(path: path, options: options, identity: identity))
    }

    private init(_ opened: StoreOpening) throws(StoreFailure) {
        identity = opened.identity
        environment = opened.environment
        tables = opened.tables
        paths = opened.paths
        gauge = Mutex(SpaceGauge(opened.paths, opened.options))
        tail = opened.tail
        latest = Mutex(LogWriter.Written(transaction: opened.transaction, head: opened.head, mark: opened.mark))
        writer = Mutex(LogWriter(opened))
        lock = opened.lock
        do throws(ThreadError) {
            watch = opened.isUnchecked ? try TablesWatch(environment, tables, paths) : nil
        } catch {
            throw .system("\(paths.directory): \(error)")
        }
    }

    public var space: SpaceState { gauge.withLock { $0.state(environment) } }

    public func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        while true {
            let segments = tail.current
            let result = try environment.read { transaction -> Result? in
                // Else a segment came or went since: what it holds might be missed.
                guard tail.current.generation == segments.generation else { return nil }
                return try body(try reader(transaction, segments.all))
            }
            if let result { return result }
        }
    }

    private func reader(_ transaction: ReadTransaction, _ segments: [TailSegment]) throws -> LMDBLogReader {
        let known = latest.withLock { $0 }
        if known.transaction == transaction.id {
            return LMDBLogReader(
                transaction, tables, head: known.head, tail: TailView(segments, mark: known.mark, head: known.head))
        }
        let head = try LMDBLogReader.head(transaction, tables)
        let mark = try LogFold.mark(transaction, tables) ?? head.next
        return LMDBLogReader(transaction, tables, head: head, tail: TailView(segments, mark: mark, head: head))
    }

    public func commit(_ commit: Commit) throws(LogFailure) {
        try watch?.check()
        let space = self.space
        try writer.withLock { writer throws(LogFailure) in
            if space == .red {
                try writer.refuse(.full("no space is left for \(paths.directory): free some, or raise its quota"))
            }
            let written = try writer.write(commit)
            latest.withLock { $0 = written }
        }
    }

    /// Frees what readers that died with their process still hold; run it about each minute. Answers how many.
    @discardableResult
    public func checkReaders() throws(LogFailure) -> Int {
        try reading { () throws(LMDBError) in try environment.checkReaders() }
    }
}
