/// The port to durable storage: an append-only log, the indexes derived from it, and a few tables of caches.
///
///     engine ──Commit──▶ EventLog ──LogReader──▶ queries, hydration, recovery
///
/// One writer. `commit` blocks until the batch is durable, all of it or nothing; call it from a thread that may
/// block, one commit at a time.
/// `read` lends a consistent view and may be called from any thread that may block.
public protocol EventLog: AnyObject, Sendable {
    /// Made when the store was, and never changed.
    var identity: StoreIdentity { get }
    /// The state of the space left for writing; read before each batch, cheap.
    var space: SpaceState { get }
    /// Lends a view of everything committed so far. The reader must not leave the closure, nor outlive a second of work.
    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result
    /// Makes the batch durable in one transaction and one sync. After `.failed` the store takes no further commit:
    /// a failed sync is final and the process must end and verify on restart.
    func commit(_ commit: Commit) throws(LogFailure)
    /// Housekeeping, about once a minute, on a thread that may block.
    func maintain() throws(LogFailure)
}

extension EventLog {
    public func maintain() throws(LogFailure) {}
}
