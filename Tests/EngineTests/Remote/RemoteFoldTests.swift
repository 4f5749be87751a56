import Engine
import EventLog
import Kernel
import Testing
import Wire

/// Where the state for a decision comes from.
@Suite struct RemoteFoldTests {
    private func harness(_ count: Int) throws -> RemoteHarness {
        let harness = try RemoteHarness.ready()
        for _ in 0..<count { _ = try harness.command("a") }
        return harness
    }

    @Test func `ES-05 after a restart the events are folded, and the next decision is the same`() throws {
        let harness = try harness(3)
        #expect(harness.folds.isEmpty, "the state of the last decision was at hand")
        try harness.restart()
        try harness.ready()
        #expect(try harness.command("a", "spend", ["n": 4]).code == "rejected")
        #expect(harness.folds.map(\.version) == [0])
        let body = try JSON.parse(try #require(harness.folds.first).body)
        #expect(body["state"] == .null && body["events"]?.arrayValue?.count == 3)
        #expect(body["events"]?.arrayValue?.first == ["name": "added", "body": ["n": 1], "schema": 1])
        #expect(try harness.command("a", "spend", ["n": 3]).version == 4)
        #expect(harness.folds.count == 1)
    }

    @Test func `ES-06 CB-09 a snapshot is written every 100 versions and folding begins behind it`() throws {
        let harness = try harness(103)
        try harness.restart()
        try harness.ready()
        #expect(try harness.command("a", "look").result == ["sum": 103])
        #expect(harness.folds.map(\.version) == [100])
    }

    @Test func `a snapshot of another schema counts for nothing, and the new one replaces it`() throws {
        let harness = try harness(103)
        try harness.restart()
        try harness.ready(schema: 2)
        #expect(try harness.command("a", "look").result == ["sum": 103])
        #expect(harness.folds.map(\.version) == [0])
        try harness.restart()
        try harness.ready(schema: 2)
        #expect(try harness.command("a", "look").result == ["sum": 103])
        #expect(harness.folds.map(\.version) == [0], "the snapshot was at the head")
    }

    @Test func `workers of two schemas decide in turn, each on its own state`() throws {
        let harness = try harness(5)
        try harness.ready(worker: 2, schema: 2)
        for n in 6...20 { #expect(try harness.command("a").result == ["sum": .int(Int64(n))]) }
        #expect(harness.folds.first?.version == 0)
        #expect(harness.folds.dropFirst().allSatisfy { $0.version > 0 }, "each folds only what is new to it")
        try harness.lose(1)
        #expect(try harness.command("a").result == ["sum": 21])
    }

    @Test func `folds come in parts of at most 512 KiB`() throws {
        let harness = try RemoteHarness.ready()
        let note = JSON.string(String(repeating: "x", count: 200_000))
        for _ in 0..<7 {
            try harness.send(harness.message("a"))
            let events: JSON = [["name": "added", "body": ["n": 1, "note": note]]]
            try harness.say(.done(try harness.decide().task, body: (["events": events, "state": [:]] as JSON).bytes))
        }
        try harness.restart()
        try harness.ready()
        #expect(try harness.command("a", "look").result == ["sum": 7])
        #expect(harness.folds.map(\.version) == [0, 2, 4, 6])
        #expect(harness.folds.allSatisfy { $0.body.count < 600_000 })
    }

    @Test func `DX-05 a refused fold parks that aggregate alone, until the events can be folded`() throws {
        let harness = try harness(1)
        try harness.restart()
        try harness.ready(credit: 1)
        let tags = try harness.send(harness.message("a"), harness.message("a"))
        try harness.say(.refuse(try harness.fold().task, code: "bad_event", message: "what is this"))
        #expect(tags.map { harness.answers[$0]?.code } == ["internal", "internal"])
        let why = try #require(harness.answers[tags[0]]?.message)
        #expect(why.contains("tally/a") && why.contains("bad_event") && why.contains("what is this"))
        #expect(try harness.command("b").version == 1)
        #expect(try harness.command("a").version == 2, "nothing had to wait, so it is tried again at once")
    }

    @Test func `what was accepted waits a minute for a parked aggregate, and others are told at once`() throws {
        let harness = try harness(1)
        try harness.restart()
        try harness.ready()
        let order: JSON = ["id": "inner", "aggregate": "tally", "key": "a", "name": "add", "body": ["n": 1]]
        try harness.send(harness.request("command.submit", order))
        try harness.say(.refuse(try harness.fold().task, code: "bad_event", message: ""))
        let other = try harness.send(harness.message("a"))[0]
        #expect(harness.answers[other]?.code == "internal" && harness.tasks.isEmpty)
        try harness.pass(60_000)
        try harness.work()
        #expect(try harness.engine.request("command.result", ["id": "inner"])["ok"]?["version"] == 2)
    }

    @Test func `a fold that three workers fail at parks as well, and a state that is none is nonsense`() throws {
        let harness = try harness(1)
        try harness.restart()
        try harness.ready()
        let tag = try harness.send(harness.message("a"))[0]
        try harness.say(.done(try harness.fold().task, body: Array("{}".utf8)))
        #expect(harness.errors.map(\.code) == ["bad_request"])
        try harness.say(.unknown(try harness.fold().task, message: "boom"))
        try harness.say(.unknown(try harness.fold().task, message: "boom"))
        #expect(harness.answers[tag]?.code == "internal")
    }
}
