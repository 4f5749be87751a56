public import EventLog
import LMDB
import Synchronization

/// The log on disk: one LMDB environment, in which one transaction holds all that a commit changes.
///
///     commit ─▶ log (append) + index + receipts + chain + tables ─▶ one write transaction ─▶ durable
///     read   ─▶ one read transaction ─▶ LMDBLogReader, every record checked
///
/// One process writes a store at a time. Others may read, verify and copy it meanwhile.
public final class LMDBEventLog: EventLog {
    public let identity: StoreIdentity
    let environment: Environment
    let tables: StoreTables
    let paths: StorePaths
    private let lock: StoreLock
    private let gauge: Mutex<SpaceGauge>
    private let writer: Mutex<LogWriter>
    /// The head as of a transaction, so that a reader of that transaction need not look at the last record.
    private let latest: Mutex<(transaction: UInt64, head: LogHead)>

    /// Opens the store in a directory, or makes one where there is none. Blocks for the sync of a new one, and for the check
    /// of the last commits of an old one. A new store gets `identity`, or one made of the clock and chance.
    public convenience init(path: String, options: StoreOptions = StoreOptions(), identity: StoreIdentity? = nil)
        throws(StoreFailure)
    {
        self.init(try StoreOpening(path: path, options: options, identity: identity))
    }

    private init(_ opened: StoreOpening) {
        identity = opened.identity
        environment = opened.environment
        tables = opened.tables
        paths = opened.paths
        lock = opened.lock
        gauge = Mutex(SpaceGauge(opened.paths, opened.options))
        latest = Mutex((opened.transaction, opened.head))
        writer = Mutex(LogWriter(head: opened.head, chain: opened.chain))
    }

    public var space: SpaceState { gauge.withLock { $0.state(environment) } }

    public func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        try environment.read { transaction in
            let known = latest.withLock { $0 }
            let head = known.transaction == transaction.id ? known.head : try LMDBLogReader.head(transaction, tables)
            return try body(LMDBLogReader(transaction, tables, head: head))
        }
    }

    public func commit(_ commit: Commit) throws(LogFailure) {
        let space = self.space
        try writer.withLock { writer throws(LogFailure) in
            if space == .red {
                try writer.refuse(.full("no space is left for \(paths.directory): free some, or raise its quota"))
            }
            let written = try writer.write(commit, environment, tables, directory: paths.directory)
            latest.withLock { $0 = written }
        }
    }

    /// Frees what readers that died with their process still hold; run it about each minute. Answers how many.
    @discardableResult
    public func checkReaders() throws(LogFailure) -> Int {
        try reading { () throws(LMDBError) in try environment.checkReaders() }
    }
}
