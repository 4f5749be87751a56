import EventLog
import Kernel
import Testing

@testable import Engine

@Suite struct SagaCountsTests {
    @Test func `each state is counted by itself, ends are not, and no further than the limit`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        var commit = Commit()
        func add(_ state: String, _ places: Range<Int>) throws {
            for place in places {
                let key = try #require(SagaTables.stateKey(state, UInt64(place)))
                commit.writes.append(TableWrite(.sagaStates, key: key, value: []))
            }
        }
        try add("running", 1..<QueryLimits.counted + 10)
        try add("completed", 5_000..<5_003)
        try add("stuck", 6_000..<6_002)
        try log.commit(commit)
        let counts = try log.read { try SagaCounts($0) }
        #expect(counts.running == QueryLimits.counted && counts.compensating == 0 && counts.stuck == 2)
    }
}
