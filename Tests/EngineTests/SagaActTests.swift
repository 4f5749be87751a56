import Kernel
import Testing
import Wire

@testable import Engine

/// What people do to sagas, in every state of one.
@Suite struct SagaActTests {
    /// Sagas brought to each state.
    private enum Stage: String, CaseIterable {
        case napping, pastPivot, rollingBack, stuckUndo, stuckBehind, completed, compensated, terminated
    }

    private func harness(_ stage: Stage) throws -> EngineHarness {
        let harness = try EngineHarness()
        let nap = ("nap", Sagas.sleep("1m", needs: ["a"]))
        switch stage {
        case .napping: try harness.start(Sagas.definition([("a", Sagas.pass("a")), nap]))
        case .pastPivot:
            try harness.start(Sagas.definition([("a", Sagas.passForGood("a", [("pivot", true)])), nap]))
        case .rollingBack, .stuckUndo:
            try harness.gate("a", backOpen: false)
            try harness.gate("no", open: false)
            let retry = stage == .rollingBack ? Sagas.everySecond("forever", only: "locked") : Sagas.everySecond(1, only: "none")
            try harness.start(
                Sagas.definition([("a", Sagas.pass("a", undoRetry: retry)), ("b", Sagas.pass("no", needs: ["a"]))]))
        case .stuckBehind:
            try harness.gate("no", open: false)
            try harness.start(
                Sagas.definition([
                    ("a", Sagas.passForGood("a", [("pivot", true)])), ("b", Sagas.passForGood("no", needs: ["a"])),
                    ("o", Sagas.passForGood("no", needs: ["a"], [("optional", true)])),
                ]))
        case .completed: try harness.start(Sagas.definition([("a", Sagas.pass("a")), ("b", Sagas.pass("b"))]))
        case .compensated:
            try harness.gate("no", open: false)
            try harness.start(Sagas.definition([("a", Sagas.pass("a")), ("b", Sagas.pass("no", needs: ["a"]))]))
        case .terminated:
            try harness.start(Sagas.definition([("a", Sagas.pass("a")), nap]))
            try harness.request("saga.terminate", ["id": "s", "reason": "enough"])
        }
        return harness
    }

    private func outcome(_ harness: EngineHarness, _ operation: String, _ arguments: JSON) throws -> String {
        switch try harness.answer(operation, arguments) {
        case .answer(let body): return try JSON.parse(body)["state"]?.stringValue ?? "?"
        case .fault(let fault):
            return [fault.code.rawValue, fault.details["reason"]?.stringValue].compactMap(\.self).joined(separator: " ")
        default: return "?"
        }
    }

    @Test func `cancel rolls back before the pivot, changes nothing while rolling back, and is refused behind`() throws {
        let expected: [Stage: String] = [
            .napping: "compensated", .pastPivot: "illegal_state past_pivot", .rollingBack: "compensating", .stuckUndo: "stuck",
            .stuckBehind: "illegal_state past_pivot", .completed: "illegal_state ended", .compensated: "illegal_state ended",
            .terminated: "illegal_state ended",
        ]
        for stage in Stage.allCases {
            let harness = try harness(stage)
            #expect(try outcome(harness, "saga.cancel", ["id": "s", "reason": "r"]) == expected[stage]!, "\(stage)")
        }
    }

    @Test func `a cancelled saga says so, with who and why in its history`() throws {
        let harness = try harness(.napping)
        let cancel = OperationRequest(
            id: WireID("c")!, operation: "saga.cancel", arguments: (["id": "s", "reason": "changed my mind"] as JSON).bytes)
        try harness.process([.request(cancel)], actor: "bob")
        #expect(try harness.saga()["reason"] == "cancelled" && harness.step("nap")["state"] == "cancelled")
        let events = try #require(try harness.request("saga.history", ["id": "s"])["events"]?.arrayValue)
        let request = try #require(events.first { $0["name"] == "saga.cancel_requested" })
        #expect(request["body"] == ["reason": "changed my mind", "actor": "bob"] && request["command"] == "c")
        #expect(harness.engine.wakeUp == nil && harness.settled == ["s"])
    }

    @Test func `terminate stops a saga in any live state at once and undoes nothing`() throws {
        for stage in Stage.allCases {
            let harness = try harness(stage)
            let inside = try harness.aggregate("gate/a")
            let isLive = ![.completed, .compensated, .terminated].contains(stage)
            let expected = isLive ? "terminated" : "illegal_state ended"
            #expect(try outcome(harness, "saga.terminate", ["id": "s", "reason": "r"]) == expected, "\(stage)")
            #expect(try harness.aggregate("gate/a") == inside)
            #expect(harness.engine.wakeUp == nil)
            if isLive { #expect(try harness.saga()["reason"] == "terminated" && harness.settled.contains("s")) }
        }
    }

    @Test func `repair is refused unless the step named is what the saga is stuck on`() throws {
        for stage in Stage.allCases {
            for action in ["retry", "waive"] {
                for step in ["a", "b", "o", "nap"] {
                    let harness = try harness(stage)
                    let known = try harness.saga()["steps"]!.arrayValue!.contains { $0["name"]?.stringValue == step }
                    let isOwn =
                        stage == .stuckUndo && step == "a" || stage == .stuckBehind && step == "b" && action == "retry"
                        || stage == .rollingBack && step == "a" && action == "waive"
                    let isEnded = [.completed, .compensated, .terminated].contains(stage)
                    let expected =
                        isEnded ? "illegal_state ended" : !known ? "not_found" : isOwn ? nil : "illegal_state not_failed"
                    let found = try outcome(
                        harness, "saga.repair", ["id": "s", "step": .string(step), "do": .string(action), "reason": "r"])
                    if let expected { #expect(found == expected, "\(stage) \(action) \(step)") }
                    if isOwn { #expect(!found.contains("illegal"), "\(stage) \(action) \(step)") }
                }
            }
        }
    }

    @Test func `a repair of a step that is not there names it, and of a saga that is not there does not`() throws {
        let harness = try harness(.stuckUndo)
        let repair: JSON = ["id": "s", "step": "nope", "do": "retry", "reason": "r"]
        #expect(try harness.answer("saga.repair", repair).fault?.details["step"] == "nope")
        let other: JSON = ["id": "none", "step": "a", "do": "retry", "reason": "r"]
        let missing = try harness.answer("saga.repair", other)
        #expect(missing.code == "not_found" && missing.fault?.details["step"] == nil)
    }

    @Test func `SG-10 a failed undo is repaired by trying it again, or waived`() throws {
        let retried = try harness(.stuckUndo)
        #expect(try outcome(retried, "saga.repair", ["id": "s", "step": "a", "do": "retry", "reason": "not yet"]) == "stuck")
        try retried.gate("a")
        #expect(try outcome(retried, "saga.repair", ["id": "s", "step": "a", "do": "retry", "reason": "open"]) == "compensated")
        #expect(try retried.aggregate("gate/a")["state"]?["inside"] == 0)
        let waived = try harness(.stuckUndo)
        for none in ["", " \n"] {
            let waiver: JSON = ["id": "s", "step": "a", "do": "waive", "reason": .string(none)]
            #expect(try outcome(waived, "saga.repair", waiver) == "bad_request", "what is left undone has a reason")
        }
        #expect(
            try outcome(waived, "saga.repair", ["id": "s", "step": "a", "do": "waive", "reason": "by hand"]) == "compensated")
        #expect(try waived.step("a")["undo"]?["state"] == "waived")
        #expect(try waived.step("a")["undo"]?["waived_because"] == "by hand")
    }

    @Test func `behind the pivot a saga is stuck on what failed first, and says so also when it is given up`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        try harness.start(
            Sagas.definition([
                ("p", Sagas.passForGood("p", [("pivot", true)])), ("b", Sagas.passForGood("no", needs: ["p", "a"])),
                ("a", Sagas.passForGood("a", needs: ["p"])), ("aa", Sagas.passForGood("no", needs: ["p"])),
            ]))
        #expect(try harness.saga()["error"]?["step"] == "aa")
        try harness.request("saga.terminate", ["id": "s", "reason": "enough"])
        #expect(try harness.saga()["error"]?["step"] == "aa")
        #expect(try harness.saga()["reason"] == "terminated")
    }

    @Test func `a step behind the pivot is repaired by trying it again`() throws {
        let harness = try harness(.stuckBehind)
        try harness.gate("no")
        #expect(try outcome(harness, "saga.repair", ["id": "s", "step": "b", "do": "retry", "reason": "open"]) == "completed")
        #expect(try harness.step("o")["state"] == "failed")
    }

    @Test func `an undo that has no input cannot be tried again, only waived`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        let undo: JSON = ["command": "gate.back", "key": "${ steps.a.result.nowhere }", "with": [:]]
        let a: JSON = ["command": "gate.pass", "key": "a", "undo": undo]
        try harness.start(Sagas.definition([("a", a), ("b", Sagas.pass("no", needs: ["a"]))]))
        #expect(try harness.step("a")["state"] == "completed" && harness.state() == "stuck")
        #expect(
            try outcome(harness, "saga.repair", ["id": "s", "step": "a", "do": "retry", "reason": "r"])
                == "illegal_state no_undo_input")
        #expect(try outcome(harness, "saga.repair", ["id": "s", "step": "a", "do": "waive", "reason": "r"]) == "compensated")
    }

    @Test func `an act on a saga that is not there, or without its arguments, says what is missing`() throws {
        let harness = try harness(.napping)
        for operation in ["saga.cancel", "saga.terminate"] {
            #expect(try outcome(harness, operation, ["id": "none", "reason": "r"]) == "not_found")
            #expect(try outcome(harness, operation, ["reason": "r"]) == "bad_request")
        }
        #expect(try outcome(harness, "saga.repair", ["id": "s", "step": "a", "do": "pray", "reason": "r"]) == "bad_request")
        #expect(try outcome(harness, "saga.repair", ["id": "s", "do": "retry"]) == "bad_request")
    }

    @Test func `acts are idempotent by their id and do not act twice`() throws {
        let harness = try harness(.stuckUndo)
        let repair: JSON = ["id": "s", "step": "a", "do": "retry", "reason": "r"]
        let first = try harness.answer("saga.repair", repair, id: "once")
        let events = try harness.story().count
        #expect(try harness.answer("saga.repair", repair, id: "once") == first)
        try harness.restart()
        #expect(try harness.answer("saga.repair", repair, id: "once") == first)
        #expect(try harness.story().count == events)
    }
}
