import DemoDomain
import Kernel
import Testing
import Wire

@testable import Engine

/// What cannot be read or run is put aside by name, and holds nothing else up.
@Suite struct ParkingTests {
    private static let steps = [
        ("a", Sagas.pass("a")), ("nap", Sagas.sleep("5s", needs: ["a"])), ("b", Sagas.pass("b", needs: ["nap"])),
    ]

    /// The same store under a server that has other aggregates; its clock goes on where the other's stood.
    private func server(_ handlers: [AggregateHandler], on harness: EngineHarness) throws -> EngineHarness {
        let other = try EngineHarness(handlers, log: harness.log)
        other.clock.advance(harness.clock.now().milliseconds - other.clock.now().milliseconds)
        return other
    }

    private func listed(_ harness: EngineHarness, _ state: String) throws -> [String] {
        try harness.request("saga.list", ["state": .string(state)])["sagas"]!.arrayValue!.compactMap { $0["id"]?.stringValue }
    }

    @Test func `a saga whose aggregates are missing is listed as stuck, looked at now and then, and goes on when they are back`()
        throws
    {
        let harness = try EngineHarness()
        for id in ["lost", "gone"] { try harness.start(Sagas.definition(Self.steps), id: id) }
        try harness.start(Sagas.definition([("nap", Sagas.sleep("5s")), ("a", Sagas.add("c", needs: ["nap"]))]), id: "sound")
        let poor = try server(DemoDomain.handlers, on: harness)
        poor.clock.advance(5_000)
        try poor.process([])
        #expect(try poor.state("sound") == "completed")
        #expect(try listed(poor, "stuck") == ["lost", "gone"] && listed(poor, "running") == [])
        #expect(poor.engine.sagaCounts.stuck == 2 && poor.engine.sagaCounts.running == 0)
        #expect(poor.warnings.count { $0.contains("cannot go on") } == 1, "one of those that lack the same")
        #expect(poor.settled.contains("lost") && poor.settled.contains("gone"))
        #expect(!poor.engine.isDue, "its timer does not spin")
        let rich = try server(DemoDomain.handlers + TestDomain.handlers, on: poor)
        try rich.runTimers()
        #expect(try rich.state("lost") == "completed")
        #expect(try listed(rich, "stuck") == [] && listed(rich, "completed") == ["lost", "gone", "sound"])
        #expect(rich.engine.wakeUp == nil)
    }

    @Test func `DX-05 a step on an aggregate that cannot be folded is a definite no, and an undo on one makes the saga stuck`()
        throws
    {
        let harness = try EngineHarness()
        try harness.start(Sagas.definition(Self.steps))
        try harness.start(Sagas.definition([("nap", Sagas.sleep("5s")), ("c", Sagas.pass("c", needs: ["nap"]))]), id: "other")
        for key in ["a", "b"] { try harness.gate(key) }
        let broken = try server([TestDomain.broken { $0.name == "set" }], on: harness)
        try broken.runTimers()
        #expect(try broken.state("other") == "completed")
        #expect(try broken.saga()["error"]?["step"] == "b" && broken.saga()["error"]?["code"] == "internal")
        #expect(try broken.state() == "stuck" && broken.step("a")["undo"]?["state"] == "undo_failed")
        let mended = try server(TestDomain.handlers, on: broken)
        try mended.request("saga.repair", ["id": "s", "step": "a", "do": "retry", "reason": "mended"])
        #expect(try mended.state() == "compensated" && mended.aggregate("gate/a")["state"]?["inside"] == 0)
    }

    @Test func `an act on a saga that cannot be read says so, and nothing is lost`() throws {
        let harness = try EngineHarness()
        try harness.start(Sagas.definition(Self.steps))
        let poor = try server(DemoDomain.handlers, on: harness)
        for operation in ["saga.cancel", "saga.terminate"] {
            let answer = try poor.answer(operation, ["id": "s", "reason": "r"])
            #expect(answer.code == "internal" && answer.message?.contains("definition test v1") == true)
            #expect(answer.fault?.details["reason"] == "parked")
        }
        #expect(try poor.answer("saga.get", ["id": "s"]).code == "internal")
        #expect(try poor.answer("saga.get", ["id": "s"]).fault?.details["reason"] == "parked")
        #expect(try poor.request("saga.history", ["id": "s"])["events"]?.arrayValue?.isEmpty == false)
        #expect(try poor.request("saga.list", [:])["sagas"]?.arrayValue?.first?["id"] == "s")
        let rich = try server(TestDomain.handlers, on: poor)
        #expect(try rich.request("saga.cancel", ["id": "s", "reason": "r"])["state"] == "compensated")
    }
}
