import EventLog
import Kernel
import Synchronization

/// A log whose walk behind the writer meets a damaged record.
final class FaultyLog: EventLog {
    private let inner = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
    private let damage = Mutex<LogFailure?>(nil)

    func damage(_ failure: LogFailure) { damage.withLock { $0 = failure } }

    var identity: StoreIdentity { inner.identity }
    var space: SpaceState { inner.space }
    func commit(_ commit: Commit) throws(LogFailure) { try inner.commit(commit) }

    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        try inner.read { try body(FaultyReader(inner: $0, failure: damage.withLock { $0 })) }
    }
}

private struct FaultyReader: LogReader {
    let inner: any LogReader
    let failure: LogFailure?

    var head: LogHead { inner.head }
    func entry(at key: LogKey) throws(LogFailure) -> Entry? { try inner.entry(at: key) }
    func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure) {
        try inner.visitLog(from: position, backwards: backwards, visit)
    }
    func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure) {
        if let failure { throw failure }
        try inner.visitLog(after: key, visit)
    }
    func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? { try inner.stream(aggregate) }
    func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        try inner.visitStream(aggregate, from: version, backwards: backwards, visit)
    }
    func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        try inner.visitKeys(ofType: type, after: key, visit)
    }
    func receipt(_ id: String) throws(LogFailure) -> LogKey? { try inner.receipt(id) }
    func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]? { try inner.value(table, key) }
    func visit(
        _ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool
    ) throws(LogFailure) { try inner.visit(table, from: key, backwards: backwards, visit) }
}
