import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct SagaTurnTests {
    /// A note that is small enough for a step and, with its quotes written out, too large for an event.
    private static let big = JSON.string(String(repeating: "\"", count: EngineLimits.body * 6 / 10))

    private func definition(optional: Bool = true) -> JSON {
        let notes: [(String, JSON)] = [("with", ["note": "${ input.note }"]), ("optional", .bool(optional))]
        return Sagas.definition([
            ("a", Sagas.pass("g")), ("b", Sagas.pass("g", needs: ["a"], notes)), ("c", Sagas.pass("g", needs: ["b"])),
        ])
    }

    @Test(arguments: ["big", "poison"])
    func `a step whose events are not kept leaves its aggregate where the steps before it left it`(note: String) throws {
        let harness = try EngineHarness([TestDomain.broken { $0.body["note"] == "poison" }])
        try harness.command("gate/g", "pass")
        let input: JSON = ["note": note == "big" ? Self.big : .string(note)]
        #expect(try harness.start(definition(), input: input)["state"] == "completed")
        #expect(try harness.step("b")["error"]?["code"] == (note == "big" ? "too_large" : "handler_failed"))
        #expect(try harness.command("gate/g", "pass").result == ["inside": 4])
        try harness.restart()
        #expect(try harness.command("gate/g", "pass").result == ["inside": 5])
    }

    @Test func `the undo of a turn that fails finds what the turn itself has done`() throws {
        let harness = try EngineHarness([TestDomain.broken { $0.body["note"] == "poison" }])
        let input: JSON = ["note": "poison"]
        #expect(try harness.start(definition(optional: false), input: input)["state"] == "compensated")
        #expect(try harness.aggregate("gate/g")["state"]?["inside"] == 0)
        #expect(try harness.command("gate/g", "pass").version == 3)
        try harness.restart()
        #expect(try harness.command("gate/g", "pass").result == ["inside": 2])
    }

    @Test func `sagas of one batch find each other's effects on an aggregate, and so does a command between them`() throws {
        let harness = try EngineHarness(TestDomain.handlers)
        let start = { (id: String) -> ClientMessage in
            let arguments: JSON = ["inline": self.definition(), "input": ["note": "n"], "id": .string(id)]
            return .request(
                OperationRequest(id: WireID(harness.newID())!, operation: "saga.start", arguments: arguments.bytes))
        }
        let answers = try harness.process([start("s"), harness.message("gate/g", "pass"), start("t")])
        #expect(answers[1].result == ["inside": 4])
        #expect(try harness.state("t") == "completed")
        #expect(try harness.command("gate/g", "pass").version == 8)
        try harness.restart()
        #expect(try harness.command("gate/g", "pass").result == ["inside": 9])
    }
}
