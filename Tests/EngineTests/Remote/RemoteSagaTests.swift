import Engine
import EventLog
import Kernel
import Testing
import Wire

/// Steps of sagas on aggregates that workers decide for.
@Suite struct RemoteSagaTests {
    static let move = """
        saga: move
        version: 1
        steps:
          take:
            command: tally.spend
            key: from
            with: { n: 3 }
            undo: { command: tally.add, with: { n: 3 } }
          give:
            command: tally.add
            key: to
            needs: [take]
            with: { n: 3 }
            undo: { command: tally.add, with: { n: -3 } }
          stop:
            command: gate.pass
            key: g
            needs: [give]
            pivot: true
        """

    private func harness(credit: Int64 = 4, log: (any EventLog)? = nil) throws -> RemoteHarness {
        let log = log ?? InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try RemoteHarness(EngineHarness(log: log))
        try harness.ready(credit: credit)
        _ = try harness.ask("def.register", ["source": .string(Self.move)])
        return harness
    }

    private func start(_ harness: RemoteHarness) throws {
        try harness.send(harness.request("saga.start", ["definition": "move", "input": [:], "id": "s"]))
    }

    private func state(_ harness: RemoteHarness) throws -> String? {
        try harness.engine.request("saga.get", ["id": "s"])["state"]?.stringValue
    }

    @Test func `each step is decided by a worker, and recorded with its effect in one commit`() throws {
        let harness = try harness()
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        let take = try harness.decide("from")
        #expect(take.name == "spend" && take.version == 1)
        #expect(try JSON.parse(take.body) == ["state": ["sum1": 10], "command": ["n": 3]])
        #expect(try harness.engine.story("s") == ["saga.started"], "nothing is recorded before the decision")
        let commits = harness.engine.commits
        try harness.answer(take)
        #expect(harness.engine.commits == commits + 1)
        try harness.work()
        #expect(try state(harness) == "completed")
        #expect(try harness.events("from") == [10, -3] && harness.events("to") == [3])
        let event = try #require(try harness.engine.events([("aggregate", "tally"), ("key", "to")]).first)
        #expect(event["command"] == "s/give/do" && event["correlation"] == "s")
        #expect(try harness.get("to")["state"] == ["sum1": 3])
    }

    @Test func `a refusal turns the saga back, and undos go to workers too`() throws {
        let harness = try harness()
        try harness.engine.gate("g", open: false)
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        try harness.work()
        #expect(try state(harness) == "compensated")
        #expect(try harness.events("from") == [10, -3, 3] && harness.events("to") == [3, -3])
        let steps = try harness.engine.request("saga.get", ["id": "s"])["steps"]?.arrayValue
        #expect(steps?.first?["undo"]?["state"] == "undone")
    }

    @Test func `a step that is refused by its worker fails with the worker's code`() throws {
        let harness = try harness()
        try start(harness)
        try harness.work()
        #expect(try state(harness) == "compensated")
        let error = try harness.engine.request("saga.get", ["id": "s"])["error"]
        #expect(error?["code"] == "too_little" && error?["step"] == "take")
    }

    @Test(arguments: 0...3) func `SG-13 a kill after any number of answers changes nothing of the end`(answers: Int) throws {
        let harness = try harness()
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        for _ in 0..<answers { if let task = try? harness.decide() { try harness.answer(task) } }
        try harness.restart()
        try harness.pass(1)
        try harness.ready()
        try harness.work()
        #expect(try state(harness) == "completed")
        #expect(try harness.events("from") == [10, -3] && harness.events("to") == [3])
    }

    @Test func `a step that waits for a worker waits for ever, in its place`() throws {
        let harness = try harness(credit: 0)
        let first = try harness.send(harness.message("from", "add", ["n": 3], headers: [Header("deadline_ms", "600000")]))[0]
        try start(harness)
        let last = try harness.send(harness.message("from", "add", ["n": 5], headers: [Header("deadline_ms", "600000")]))[0]
        try harness.pass(500_000)
        try harness.ready()
        try harness.work()
        #expect(harness.answers[first]?.version == 1 && harness.answers[last]?.version == 3)
        #expect(try harness.events("from") == [3, -3, 5] && state(harness) == "completed")
    }

    @Test func `a saga that was cancelled meanwhile does not want the decision any more`() throws {
        let harness = try harness()
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        let take = try harness.decide("from")
        _ = try harness.engine.request("saga.cancel", ["id": "s", "reason": "no"])
        #expect(try state(harness) == "compensated")
        try harness.answer(take)
        #expect(try harness.events("from") == [10] && harness.errors.isEmpty)
        #expect(try harness.command("from", "spend", ["n": 10]).version == 2)
    }

    @Test func `a decision that cannot be written is asked again`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try harness(log: log)
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        let take = try harness.decide("from")
        log.failNextCommit(.full("no space"))
        try harness.answer(take)
        #expect(try harness.events("from") == [10] && harness.tasks.isEmpty)
        try harness.pass(2_000)
        try harness.work()
        #expect(try state(harness) == "completed")
        #expect(try harness.events("from") == [10, -3] && harness.events("to") == [3])
    }

    @Test func `SG-11 a version that is not expected is a definite no, without a worker's word`() throws {
        let harness = try harness()
        _ = try harness.command("a")
        let step: JSON = [
            "command": "tally.add", "key": "a", "with": ["n": 1], "expect": 5,
            "undo": ["command": "tally.add", "with": ["n": -1]],
        ]
        let given = harness.given.count
        try harness.send(
            harness.request(
                "saga.start", ["inline": ["saga": "one", "version": 1, "steps": ["x": step]], "input": [:], "id": "s"]))
        #expect(try state(harness) == "compensated" && harness.given.count == given)
        #expect(try harness.engine.request("saga.get", ["id": "s"])["error"]?["code"] == "conflict")
    }

    @Test func `a definition for a type that nobody offers runs once somebody does`() throws {
        let harness = try RemoteHarness()
        #expect(try harness.engine.answer("def.register", ["source": .string(Self.move)]).code == "invalid_definition")
        guard case .disabled = try harness.engine.engine.install(Self.move) else {
            Issue.record("it is not disabled")
            return
        }
        try harness.ready()
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        try harness.work()
        #expect(try state(harness) == "completed")
    }

    @Test func `what a worker's offer enabled is the same after a restart, without its file as well`() throws {
        let harness = try RemoteHarness()
        _ = try harness.engine.engine.install(Self.move)
        try harness.ready()
        _ = try harness.command("from", "add", ["n": 10])
        try start(harness)
        try harness.restart()
        #expect(try state(harness) == "running")
        guard case .refused = try harness.engine.engine.install(Self.move.replacing("n: 3", with: "n: 4")) else {
            Issue.record("another text is taken")
            return
        }
        try harness.pass(1)
        try harness.ready()
        try harness.work()
        #expect(try state(harness) == "completed")
    }
}
