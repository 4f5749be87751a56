import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct IdempotenceTests {
    @Test func `SS-17 the same id again gives the same answer and no event, in the batch, later and after a restart`() throws {
        let harness = try EngineHarness()
        let message = harness.message("counter/c", "add", ["n": 1], id: "b")
        let answers = try harness.process([message, harness.message("counter/c", "add", ["n": 5]), message])
        #expect(answers[0] == answers[2] && answers[0].version == 1)
        #expect(try harness.process([message])[0] == answers[0])
        try harness.restart()
        #expect(try harness.process([message])[0] == answers[0])
        #expect(try harness.aggregate("counter/c")["version"] == 2)
    }

    @Test(
        arguments: [
            ("withdraw", ["amount": 1], nil, "rejected"), ("open", ["owner": "B"], 7, "conflict"),
        ] as [(String, JSON, UInt64?, String)])
    func `SS-17 a refusal is remembered word for word too`(name: String, body: JSON, expected: UInt64?, code: String) throws {
        let harness = try EngineHarness()
        try harness.command("account/a", "open", ["owner": "A"])
        let first = try harness.command("account/a", name, body, id: "x", expected: expected)
        #expect(first.code == code)
        try harness.command("account/a", "deposit", ["amount": 100])
        for _ in 0..<2 {
            let again = try harness.command("account/a", name, body, id: "x", expected: expected)
            #expect(again.encoded(for: WireID("x")!) == first.encoded(for: WireID("x")!))
            try harness.restart()
        }
    }

    @Test func `SS-17 requests are remembered by their id as commands are`() throws {
        let harness = try EngineHarness()
        let arguments: JSON = ["inline": Sagas.definition([("a", Sagas.add("c"))]), "input": [:]]
        let first = try harness.answer("saga.start", arguments, id: "r")
        try harness.restart()
        #expect(try harness.answer("saga.start", arguments, id: "r") == first)
        #expect(try harness.counter("c") == 1)
        #expect(try harness.events([("aggregate", "$saga")]).filter { $0["name"] == "saga.started" }.count == 1)
    }

    @Test func `SS-18 the same id with anything else in it is refused, and the first answer stays`() throws {
        let harness = try EngineHarness()
        let first = try harness.command("counter/c", "add", ["n": 1], id: "a")
        #expect(try harness.command("counter/c", "add", ["n": 2], id: "a").code == "id_reused")
        #expect(try harness.command("counter/d", "add", ["n": 1], id: "a").code == "id_reused")
        #expect(try harness.command("counter/c", "burst", ["n": 1], id: "a").code == "id_reused")
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "a", expected: 0).code == "id_reused")
        #expect(try harness.answer("saga.cancel", ["id": "s", "reason": ""], id: "a").code == "id_reused")
        let headed = harness.message("counter/c", "add", ["n": 1], id: "a", headers: [Header("x-later", "1")])
        #expect(try harness.process([headed])[0] == first, "headers do not count")
    }

    @Test func `a command that could not be decided leaves its id free`() throws {
        let harness = try EngineHarness()
        #expect(try harness.command("counter/c", "add", ["m": 1], id: "a").code == "bad_request")
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "a").version == 1)
    }

    // MARK: retention

    private func harness(retention: Int64 = 60_000) throws -> EngineHarness {
        try EngineHarness(configuration: EngineConfiguration(retention: retention))
    }

    @Test func `SS-12 an answer is the same every time inside the retention, then it is gone, and an id never seen is not found`()
        throws
    {
        let harness = try harness()
        let id = UUIDv7.text(time: harness.clock.now(), random: (1, 2))
        try harness.command("counter/c", "add", ["n": 1], id: id)
        let result: JSON = ["id": .string(id)]
        let done: JSON = ["state": "done", "ok": ["version": 1, "position": 1, "result": ["value": 1]]]
        harness.clock.advance(59_999)
        try harness.command("counter/c", "add", ["n": 1])
        #expect(try harness.request("command.result", result) == done)
        harness.clock.advance(2)
        try harness.command("counter/c", "add", ["n": 1])
        #expect(try harness.answer("command.result", result).code == "gone")
        #expect(try harness.answer("command.result", ["id": "never"]).code == "not_found")
        let fresh = UUIDv7.text(time: harness.clock.now(), random: (3, 4))
        #expect(try harness.answer("command.result", ["id": .string(fresh)]).code == "not_found")
    }

    @Test func `receipts are swept in order, a bounded number a batch, and a restart goes on where it was`() throws {
        let harness = try harness()
        try harness.process((0..<600).map { harness.message("counter/c", "add", ["n": 1], id: "old-\($0)") })
        harness.clock.advance(60_001)
        try harness.command("counter/c", "add", ["n": 1], id: "new-1")
        let left = { try (0..<600).filter { try harness.queries.hasResult("old-\($0)") } }
        #expect(try left() == Array(258..<600))
        try harness.restart()
        try harness.command("counter/c", "add", ["n": 1], id: "new-2")
        #expect(try left() == Array(516..<600))
        try harness.command("counter/c", "add", ["n": 1], id: "new-3")
        #expect(try left() == [])
        #expect(try ["new-1", "new-2", "new-3"].allSatisfy { try harness.queries.hasResult($0) })
        #expect(try harness.events([("aggregate", "counter")]).count == 603, "events stay")
    }

    @Test func `a swept id used again is a new command with a receipt of its own`() throws {
        let harness = try harness()
        try harness.command("counter/c", "add", ["n": 1], id: "a")
        harness.clock.advance(60_001)
        try harness.command("counter/c", "add", ["n": 1], id: "b")
        #expect(try harness.command("counter/c", "add", ["n": 7], id: "a").version == 3)
        #expect(try harness.command("counter/c", "add", ["n": 7], id: "a").version == 3)
    }

    @Test func `a damaged record in the way of the sweep is reported, and the server goes on`() throws {
        let log = FaultyLog()
        let harness = try EngineHarness(log: log, configuration: EngineConfiguration(retention: 60_000))
        try harness.command("counter/c", "add", ["n": 1])
        harness.clock.advance(60_001)
        log.damage(.corrupt("entry 1: its bytes do not match their CRC32C"))
        #expect(try harness.command("counter/c", "add", ["n": 1]).version == 2)
        #expect(harness.warnings.contains { $0.contains("CRC32C") })
    }
}
