import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// Disk full is a designed state.
@Suite struct SpaceTests {
    private let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))

    private func harness() throws -> EngineHarness {
        let harness = try EngineHarness(log: log)
        try harness.gate("g", open: false)
        try harness.command("counter/c", "add", ["n": 1], id: "before")
        try harness.start(
            Sagas.definition([("a", Sagas.add("c")), ("b", Sagas.pass("g", needs: ["a"], retry: Sagas.everySecond(3)))]))
        return harness
    }

    private var start: JSON { ["inline": Sagas.definition([("a", Sagas.add("c"))]), "input": [:], "id": "new"] }

    @Test func `amber: no new commands, sagas and definitions, but roll-backs, operators and answers given before go on`() throws
    {
        let harness = try harness()
        log.setSpace(.amber)
        #expect(try harness.command("counter/c", "add", ["n": 1]).code == "read_only")
        #expect(try harness.answer("saga.start", start).code == "read_only")
        #expect(
            try harness.answer("def.register", ["source": .string(Sagas.definition([("a", Sagas.add("c"))]).text)]).code
                == "read_only")
        let submit: JSON = ["id": "i", "aggregate": "counter", "key": "c", "name": "add", "body": ["n": 1]]
        #expect(try harness.answer("command.submit", submit).code == "read_only")
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "before").version == 1)
        try harness.runTimers()
        #expect(try harness.state() == "compensated" && harness.counter("c") == 1)
        #expect(harness.warnings.count { $0.contains("the disk is nearly full") } == 1)
    }

    @Test func `what changes on the disk is told once, also while nobody sends anything`() throws {
        let harness = try harness()
        #expect(harness.engine.spaceNotice() == nil)
        log.setSpace(.amber)
        #expect(harness.engine.spaceNotice()?.contains("nearly full") == true)
        #expect(harness.engine.spaceNotice() == nil)
        try harness.process([])
        #expect(harness.warnings.isEmpty)
        log.setSpace(.green)
        #expect(harness.engine.spaceNotice()?.contains("there is room") == true)
    }

    @Test func `amber: a person can still end a saga`() throws {
        let harness = try harness()
        log.setSpace(.amber)
        #expect(try harness.request("saga.cancel", ["id": "s", "reason": "r"])["state"] == "compensated")
    }

    @Test func `red: nothing is written, timers wait without spinning, reads and old answers go on`() throws {
        let harness = try harness()
        log.setSpace(.red)
        let entries = try harness.entries()
        #expect(try harness.answer("saga.cancel", ["id": "s", "reason": "r"]).code == "read_only")
        #expect(try harness.command("counter/c", "add", ["n": 1]).code == "read_only")
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "before").version == 1)
        harness.clock.advance(60_000)
        #expect(!harness.engine.isDue && harness.engine.wakeUp == harness.clock.now().advanced(by: 1_000))
        try harness.process([])
        #expect(try harness.entries() == entries && harness.state() == "running" && harness.counter("c") == 2)
        log.setSpace(.green)
        #expect(harness.engine.isDue)
        try harness.runTimers()
        #expect(try harness.state() == "compensated")
        let told = harness.warnings.map { $0.prefix { $0 != ":" } }
        #expect(told == ["the disk is full", "there is room on the disk again"])
    }

    @Test func `a commit that finds no space drops the whole batch, says so, and nothing of it was ever told`() throws {
        let harness = try harness()
        let entries = try harness.entries()
        let commits = harness.commits
        let settled = harness.settled
        log.failNextCommit(.full("no space left"))
        let message = harness.message("counter/c", "add", ["n": 5], id: "x")
        let begin = ClientMessage.request(
            OperationRequest(id: WireID("r")!, operation: "saga.start", arguments: start.bytes))
        let answers = try harness.process([message, begin, harness.message("counter/c", "add", ["n": 7], id: "y")])
        #expect(answers.map(\.code) == ["read_only", "read_only", "read_only"])
        #expect(try harness.entries() == entries && harness.commits == commits && harness.settled == settled)
        #expect(harness.warnings.contains { $0.contains("no space left") })
        #expect(try harness.answer("saga.get", ["id": "new"]).code == "not_found")
        #expect(try harness.process([message])[0].result == ["value": 7], "decided anew on what is stored")
        #expect(try harness.request("saga.start", start, id: "r")["existing"] == false)
        #expect(try harness.counter("c") == 8)
    }

    @Test func `a definition whose commit found no space is not known`() throws {
        let harness = try harness()
        let source: JSON = ["source": .string(Sagas.definition([("a", Sagas.add("c"))]).text)]
        log.failNextCommit(.full("no space left"))
        #expect(try harness.answer("def.register", source).code == "read_only")
        #expect(try harness.answer("def.get", ["name": "test"]).code == "not_found")
        #expect(try harness.request("def.register", source)["version"] == 1)
    }

    @Test func `a failed sync is thrown at once and for good`() throws {
        let harness = try harness()
        log.failNextCommit(.failed("sync"))
        #expect(throws: LogFailure.failed("sync")) { try harness.command("counter/c", "add", ["n": 1]) }
        #expect(throws: LogFailure.failed("sync")) { try harness.command("counter/c", "add", ["n": 1]) }
    }

    @Test func `a server starts on a full disk, to be read`() throws {
        _ = try harness()
        log.setSpace(.red)
        let harness = try EngineHarness(log: log)
        #expect(try harness.counter("c") == 2)
    }
}
