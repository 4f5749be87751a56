import EventLog
import EventLogTesting
import Kernel
import Testing

@Suite struct InMemoryEventLogTests {
    private func makeLog() -> InMemoryEventLog {
        InMemoryEventLog(identity: StoreIdentity(uuid: "u", created: Timestamp(milliseconds: 0)))
    }

    @Test(arguments: EventLogContract.all) func `it keeps the contract of every store`(_ fact: EventLogContract) throws {
        try fact.show(makeLog())
    }

    @Test func `a commit told to fail changes nothing, and after a final failure none is taken`() throws {
        let log = makeLog()
        var scribe = try LogScribe(log)
        let commit = { () throws -> Commit in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "1"), ["1"])
            return scribe.commit
        }
        log.failNextCommit(.full("on purpose"))
        let first = try commit()
        #expect(throws: LogFailure.full("on purpose")) { try log.commit(first) }
        #expect(try log.read { $0.head } == .empty)
        try scribe.add(AggregateID("a", "1"), ["1"])
        try scribe.write()
        log.failNextCommit(.failed("disk"))
        let second = try commit()
        for _ in 0..<2 { #expect(throws: LogFailure.failed("disk")) { try log.commit(second) } }
        #expect(try log.read { $0.head.position } == 1)
    }

    @Test func `a log without space is read-only`() throws {
        let log = makeLog()
        log.setSpace(.red)
        var scribe = try LogScribe(log)
        try scribe.add(AggregateID("a", "1"), ["1"])
        #expect(throws: LogFailure.self) { try scribe.write() }
        #expect(log.space == .red)
        #expect(try log.read { $0.head } == .empty)
    }
}
