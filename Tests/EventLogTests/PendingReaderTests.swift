import EventLog
import EventLogTesting
import Kernel
import Synchronization
import Testing

/// A log whose last commit is always still on its way: what a reader sees of it, a `PendingReader` adds.
private final class LateLog: EventLog {
    private let inner: InMemoryEventLog
    private let last = Mutex<(commit: Commit, head: LogHead)?>(nil)
    /// Whether the commit lands before it is read: then its view must add nothing twice.
    private let lands: Bool

    init(lands: Bool) {
        inner = InMemoryEventLog(identity: StoreIdentity(uuid: "late", created: Timestamp(milliseconds: 0)))
        self.lands = lands
    }

    var identity: StoreIdentity { inner.identity }
    var space: SpaceState { inner.space }

    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        let pending = last.withLock { $0 }
        return try inner.read { reader in
            guard let pending else { return try body(reader) }
            let entries = pending.commit.entries
            let staged = PendingCommit(pending.commit, head: pending.head) { id in
                entries.lastIndex { $0.receipt != nil && $0.cause.command.hasBytes(of: id) }
            }
            return try body(PendingReader(reader, staged))
        }
    }

    func commit(_ commit: Commit) throws(LogFailure) {
        if !lands, let before = last.withLock({ $0 }) { try inner.commit(before.commit) }
        var head = LogHead.empty
        do { head = try inner.read { $0.head } } catch { throw .failed("\(error)") }
        for entry in commit.entries { head = head.after(entry) }
        if lands { try inner.commit(commit) }
        last.withLock { $0 = (commit, head) }
    }
}

@Suite struct PendingReaderTests {
    @Test(arguments: EventLogContract.all)
    func `a store and the commit on its way are one store`(_ fact: EventLogContract) throws {
        try fact.show(LateLog(lands: false))
    }

    @Test(arguments: EventLogContract.all)
    func `a commit that has landed is seen once`(_ fact: EventLogContract) throws {
        try fact.show(LateLog(lands: true))
    }
}
