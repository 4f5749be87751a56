import Engine
import Kernel
import Testing
import Wire

/// Workers that are slow, wrong, gone, or poisoned.
@Suite struct RemoteFailureTests {
    @Test func `without a worker a command times out and leaves no trace`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        let entries = try harness.engine.entries()
        let tags = try harness.send(
            harness.message("a", id: "c1"), harness.message("a", headers: [Header("deadline_ms", "5000")]))
        try harness.pass(5_000)
        #expect(tags.map { harness.answers[$0]?.code } == [nil, "timeout"])
        try harness.pass(25_000)
        #expect(harness.answers[tags[0]]?.code == "timeout")
        #expect(try harness.engine.entries() == entries)
        try harness.ready(credit: 4)
        #expect(harness.tasks.isEmpty)
        #expect(try harness.command("a", id: "c1").version == 1)
    }

    @Test func `a decision that comes after the timeout is gone`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a", headers: [Header("deadline_ms", "1000")]))[0]
        let other = try harness.send(harness.message("a", "add", ["n": 7]))[0]
        let late = try harness.decide()
        try harness.pass(1_000)
        #expect(harness.answers[tag]?.code == "timeout")
        try harness.answer(late)
        #expect(harness.errors.map(\.code) == ["gone"])
        try harness.work()
        #expect(harness.answers[other]?.version == 1)
        #expect(try harness.events("a") == [7])
    }

    @Test func `a wrong deadline is refused`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a", headers: [Header("deadline_ms", "soon")]))[0]
        #expect(harness.answers[tag]?.code == "bad_request")
    }

    @Test func `a worker that is lost gives its decision to another`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        _ = try harness.decide()
        try harness.ready(worker: 2)
        try harness.lose(1)
        try harness.work()
        #expect(harness.answers[tag]?.version == 1)
    }

    @Test func `SS-19 a command that ends three workers has failed, for ever, and the next one works`() throws {
        let harness = try RemoteHarness.ready()
        let patient = [Header("deadline_ms", "600000")]
        let poison = try harness.send(harness.message("a", "add", ["n": 13], id: "c1", headers: patient))[0]
        let next = try harness.send(harness.message("a", "add", ["n": 1], headers: patient))[0]
        _ = try harness.decide()
        try harness.lose(1)
        try harness.ready(worker: 2)
        try harness.say(.unknown(try harness.decide().task, message: "boom"), worker: 2)
        let last = try harness.decide()
        try harness.pass(30_000)
        #expect(harness.answers[poison]?.code == "handler_failed")
        let told = harness.warnings.filter { $0.hasPrefix("handler_failed: add on tally/a") }
        #expect(told.count == 1 && told[0].contains("`skald command result c1`") && !told[0].contains("boom"))
        try harness.say(Tally.decide(last, schema: 1), worker: 2)
        #expect(harness.errors.map(\.code) == ["gone"])
        try harness.work()
        #expect(harness.answers[next]?.version == 1)
        #expect(try harness.command("a", "add", ["n": 13], id: "c1").code == "handler_failed")
        #expect(try harness.command("a", "look").fault == nil)
    }

    @Test func `a worker that works on has its time anew`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a", headers: [Header("deadline_ms", "600000")]))[0]
        let task = try harness.decide()
        for _ in 0..<5 {
            try harness.pass(20_000)
            try harness.say(.working(task.task))
        }
        #expect(harness.tasks.isEmpty)
        try harness.answer(task)
        #expect(harness.answers[tag]?.version == 1 && harness.errors.isEmpty)
    }

    @Test(
        arguments: [
            [1], ["events": 1], ["events": [["name": "added"]]], ["events": [["name": "Added"]], "state": 1],
            ["events": [["name": "added", "body": 1]], "state": 1],
            ["events": [["name": "added", "schema": 0]], "state": 1],
            ["events": .array(Array(repeating: ["name": "added"], count: 10_001)), "state": 1],
        ] as [JSON])
    func `nonsense is told to the worker and is no decision`(body: JSON) throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        try harness.say(.done(try harness.decide().task, body: body.bytes))
        #expect(harness.errors.map(\.code) == ["bad_request"] && harness.answers[tag] == nil)
        try harness.work()
        #expect(harness.answers[tag]?.version == 1, "asked again")
    }

    @Test func `a frame that cannot be read counts as no answer`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        let task = try harness.decide().task
        try harness.process([.nonsense(task, Fault(.badRequest, "not JSON"), PeerID(number: 2))])
        #expect(harness.tasks.isEmpty, "who does not hold it ends nothing")
        try harness.process([.nonsense(task, Fault(.badRequest, "not JSON"), PeerID(number: 1))])
        try harness.work()
        #expect(harness.answers[tag]?.version == 1)
    }

    @Test func `not now puts off that key alone`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        try harness.say(.retry(try harness.decide().task, afterMilliseconds: 2_000, message: ""))
        #expect(try harness.command("b").version == 1)
        #expect(harness.tasks.isEmpty)
        try harness.pass(2_000)
        try harness.work()
        #expect(harness.answers[tag]?.version == 1)
    }

    @Test func `only who holds a decision may answer it, and who comes back with it holds it again`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        try harness.ready(worker: 2)
        let task = try harness.decide()
        try harness.answer(task, worker: 2)
        #expect(harness.errors.map(\.code) == ["forbidden"] && harness.answers[tag] == nil)
        try harness.ready(worker: 2, holding: [task.task.text])
        try harness.answer(task, worker: 2)
        #expect(harness.answers[tag]?.version == 1)
    }

    @Test func `a decision from before a restart is gone`() throws {
        let harness = try RemoteHarness.ready()
        try harness.send(harness.message("a"))
        let task = try harness.decide()
        try harness.restart()
        try harness.ready(holding: [task.task.text])
        try harness.answer(task)
        #expect(harness.errors.map(\.code) == ["gone", "gone"])
        #expect(try harness.events("a") == [])
        #expect(try harness.command("a").version == 1)
    }
}
