import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// SAGAS section 5, isolation: what a saga does without a delay is one transaction.
@Suite struct SagaBatchTests {
    @Test(arguments: [3, 100, 999])
    func `a saga over local aggregates without delays costs one commit whatever its number of steps`(count: Int) throws {
        let harness = try EngineHarness()
        try harness.start(Sagas.definition(Sagas.chain(count)))
        #expect(harness.commits == 1 && harness.engine.wakeUp == nil)
        #expect(try harness.state() == "completed")
        #expect(try (0..<5).compactMap { try harness.counter("c\($0)") }.reduce(0, +) == Int64(count))
    }

    @Test func `a roll-back within it costs no commit of its own, and all of it lies at consecutive positions`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        let before = try harness.events().count
        let commits = harness.commits
        let steps = Sagas.chain(50) + [("last", Sagas.pass("no", needs: ["s49"]))]
        try harness.process([
            harness.message("counter/before", "add", ["n": 1]),
            .request(
                OperationRequest(
                    id: WireID("r")!, operation: "saga.start",
                    arguments: (["inline": Sagas.definition(steps), "input": [:], "id": "s"] as JSON).bytes)),
            harness.message("counter/after", "add", ["n": 1]),
        ])
        #expect(try harness.commits == commits + 1 && harness.state() == "compensated")
        let events = try harness.events().dropFirst(before + 1).dropLast()
        #expect(events.count == 1 + 100 + 2 + 1 + 100 + 1 + 100)
        #expect(events.allSatisfy { $0["correlation"] == "s" }, "nothing else lies in between")
        let positions = events.compactMap { $0["position"]?.intValue }
        #expect(positions == Array(positions[0]..<positions[0] + Int64(events.count)))
    }

    @Test func `a saga of more moves than a batch holds goes on in the next one by its timer, and over restarts`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        let steps = Sagas.chain(800) + [("last", Sagas.pass("no", needs: ["s799"]))]
        #expect(try harness.start(Sagas.definition(steps))["state"] == "compensating")
        #expect(harness.commits == 2 && harness.engine.isDue)
        try harness.restart()
        #expect(harness.engine.isDue)
        let timer = try harness.log.read { try harness.queries.sagaReader.load("s", $0)?.timer }
        #expect(timer == harness.engine.wakeUp?.milliseconds, "what recovery finds is the row that running wrote")
        try harness.process([])
        #expect(harness.commits == 3 && !harness.engine.isDue && harness.engine.wakeUp == nil)
        #expect(try harness.state() == "compensated")
        #expect(try (0..<5).compactMap { try harness.counter("c\($0)") } == [0, 0, 0, 0, 0])
    }

    @Test func `what a turn may add to one batch is bounded in bytes as well`() throws {
        let harness = try EngineHarness()
        let steps = (0..<12).map { index -> (String, JSON) in
            let needs = index == 0 ? [] : ["s\(index - 1)"]
            return ("s\(index)", Sagas.pass("g\(index)", needs: needs, [("with", ["note": "${ input.note }"])]))
        }
        let note = JSON.string(String(repeating: "n", count: 900_000))
        #expect(try harness.start(Sagas.definition(steps), input: ["note": note])["state"] == "running")
        for _ in 0..<12 where harness.engine.isDue { try harness.process([]) }
        #expect(try harness.commits > 1 && harness.state() == "completed")
    }

    @Test func `many sagas in one batch share its steps, and each goes on later`() throws {
        let harness = try EngineHarness()
        let definition = Sagas.definition(Sagas.chain(999))
        let starts = (0..<20).map { index -> ClientMessage in
            let arguments: JSON = ["inline": definition, "input": [:], "id": .string("s\(index)")]
            return .request(OperationRequest(id: WireID("r\(index)")!, operation: "saga.start", arguments: arguments.bytes))
        }
        try harness.process(starts)
        #expect(harness.commits == 1 && harness.engine.isDue)
        #expect(try harness.request("saga.list", ["state": "running"])["sagas"]!.arrayValue!.count == 4)
        try harness.command("counter/lone", "add", ["n": 1])
        #expect(harness.commits == 2 && !harness.engine.isDue)
        #expect(try harness.request("saga.list", ["state": "completed"])["sagas"]!.arrayValue!.count == 20)
    }

    @Test func `commands in a batch see what sagas in it did, and the other way round`() throws {
        let harness = try EngineHarness()
        let start: JSON = ["inline": Sagas.definition([("a", Sagas.add("c"))]), "input": [:], "id": "s"]
        let answers = try harness.process([
            harness.message("counter/c", "add", ["n": 10]),
            .request(OperationRequest(id: WireID("r")!, operation: "saga.start", arguments: start.bytes)),
            harness.message("counter/c", "add", ["n": 100]),
        ])
        #expect(answers[2].result == ["value": 111] && answers[2].version == 3)
        #expect(try harness.events([("aggregate", "counter")]).map { $0["version"] } == [1, 2, 3])
    }
}
