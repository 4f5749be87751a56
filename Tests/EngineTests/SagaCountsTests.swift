import EventLog
import Kernel
import Testing

@testable import Engine

@Suite struct SagaCountsTests {
    private func counts(_ running: Int, _ compensating: Int, _ stuck: Int) -> SagaCounts {
        var counts = SagaCounts()
        (counts.running, counts.compensating, counts.stuck) = (running, compensating, stuck)
        return counts
    }

    @Test func `each state is counted by its rows, and ends are not`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        var commit = Commit()
        for (state, places) in [("running", 1..<6), ("completed", 10..<13), ("terminated", 20..<21), ("stuck", 30..<32)] {
            for place in places {
                let key = try #require(SagaTables.stateKey(state, UInt64(place)))
                commit.writes.append(TableWrite(.sagaStates, key: key, value: []))
            }
        }
        try log.commit(commit)
        #expect(try log.read { try SagaCounts($0) } == counts(5, 0, 2))
    }

    @Test func `they follow sagas that begin, turn back, get stuck, are repaired and end, over a restart too`() throws {
        let harness = try EngineHarness()
        #expect(harness.engine.sagaCounts == counts(0, 0, 0))
        try harness.gate("no", open: false)
        try harness.gate("a", backOpen: false)
        try harness.start(Sagas.definition([("nap", Sagas.sleep("5s"))]), id: "sleeper")
        #expect(harness.engine.sagaCounts == counts(1, 0, 0))
        let retry = Sagas.everySecond(3, only: "locked")
        let steps = [("a", Sagas.pass("a", undoRetry: retry)), ("b", Sagas.pass("no", needs: ["a"]))]
        try harness.start(Sagas.definition(steps), id: "s")
        #expect(harness.engine.sagaCounts == counts(1, 1, 0), "its undo waits to be tried again")
        try harness.runTimers()
        #expect(harness.engine.sagaCounts == counts(0, 0, 1))
        try harness.restart()
        #expect(harness.engine.sagaCounts == counts(0, 0, 1))
        try harness.gate("a")
        try harness.request("saga.repair", ["id": "s", "step": "a", "do": "retry", "reason": "mended"])
        #expect(try harness.state() == "compensated" && harness.engine.sagaCounts == counts(0, 0, 0))
    }

    @Test func `what a full disk kept from being written is not counted`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try EngineHarness(log: log)
        log.failNextCommit(.full("no space"))
        _ = try? harness.start(Sagas.definition([("nap", Sagas.sleep("5s"))]), id: "sleeper")
        #expect(harness.engine.sagaCounts == counts(0, 0, 0))
    }
}
