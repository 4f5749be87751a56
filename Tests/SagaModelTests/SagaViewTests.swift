import Kernel
import SagaModel
import Testing

/// PROTOCOL section 5.
@Suite struct SagaViewTests {
    @Test func `SG-12 the view of a completed saga has its output, its steps in order, and nothing to undo`() throws {
        let output = Template.object([.init(key: "seen", value: .expression(.stepStatus(1)))])
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("z"), Sketch.step("a")], output: output), input: ["x": 1])
        try saga.run()
        let view = saga.state.view(at: saga.now)
        #expect(view["state"] == "completed" && view["reason"] == .null && view["error"] == .null)
        #expect(view["input"] == ["x": 1] && view["output"] == ["seen": "completed"])
        #expect(view["steps"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["z", "a"])
        #expect(saga.shown("z")["undo"] == .null && saga.shown("z")["result"] == ["ok": true])
        #expect(view["started"] == "1970-01-01T00:16:40.000Z" && view["ended"] == view["started"])
        #expect(view["paused"] == false && view["overdue"] == false && view["stuck_while"] == nil)
    }

    @Test func `DX-21 every error is in the view: the first one on top, each with its step and undo`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a", undo: Sketch.reverse(.once)), Sketch.step("b"), Sketch.step("c")]))
        let worse = Failure(code: "worse", message: "it got worse")
        saga.script["undo a"] = [.rejected(worse)]
        saga.holding = ["b", "c"]
        try saga.run()
        try saga.answer("c", .no)
        try saga.answer("b", .lost)
        let view = saga.state.view(at: saga.now)
        #expect(view["state"] == "stuck" && view["stuck_while"] == "compensating" && view["reason"] == "step_failed")
        #expect(view["error"] == ["step": "c", "code": "no", "message": "a definite no"])
        #expect(saga.shown("b")["error"]?["code"] == "timeout" && saga.shown("b")["certainty"] == "maybe")
        #expect(saga.shown("c")["certainty"] == "none" && saga.shown("c")["undo"] == .null)
        #expect(saga.shown("a")["undo"]?["state"] == "undo_failed" && saga.shown("a")["undo"]?["error"] == worse.json)
        #expect(view["ended"] == .null)
    }

    @Test func `a deadline and a termination are shown with their reason`() throws {
        var late = ScriptedSaga(Sketch.definition([Sketch.sleep("nap", 9_000)], deadline: 1_000))
        try late.run()
        try late.advance(1_000)
        #expect(late.state.view(at: late.now)["reason"] == "deadline")
        #expect(late.state.view(at: late.now)["error"]?["step"] == .null)
        var ended = ScriptedSaga(Sketch.definition([Sketch.sleep("nap", 9_000)]))
        try ended.run()
        try ended.record(.terminated(reason: "enough", actor: "ops"))
        #expect(ended.state.view(at: ended.now)["state"] == "terminated")
        #expect(ended.state.view(at: ended.now)["reason"] == "terminated")
    }

    @Test func `a saga is overdue after longer than its attention in one step`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a")]))
        saga.holding = ["a"]
        try saga.run()
        try saga.advance(Definition.defaultAttention)
        #expect(saga.state.view(at: saga.now)["overdue"] == false)
        try saga.advance(1)
        #expect(saga.state.view(at: saga.now)["overdue"] == true)
        try saga.answer("a", .done)
        #expect(saga.state.view(at: saga.now)["overdue"] == false)
    }

    @Test func `a saga is overdue when a step has waited longer than its attention for a worker that never came`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.call("b", needs: [0])]))
        saga.holding = ["a"]
        try saga.run()
        try saga.advance(Definition.defaultAttention)
        try saga.record(saga.state.event(for: .done, ofStep: 0, at: saga.now, random: 0))
        #expect(saga.shown("b")["waiting_for"] != nil)
        saga.moveClock(to: saga.now.advanced(by: Definition.defaultAttention))
        #expect(saga.state.view(at: saga.now)["overdue"] == false)
        saga.moveClock(to: saga.now.advanced(by: 1))
        #expect(saga.state.view(at: saga.now)["overdue"] == true)
    }

    @Test func `an undo that waits for a worker is overdue from when the saga turned back, not from its last step`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.call("a"), Sketch.call("b", needs: [0])]))
        while let move = saga.moves.first, saga.shown("b")["waiting_for"] == nil { try saga.perform(move) }
        saga.moveClock(to: saga.now.advanced(by: 2 * Definition.defaultAttention))
        #expect(saga.state.view(at: saga.now)["overdue"] == true)
        try saga.record(.cancelRequested(reason: "changed my mind", actor: nil))
        while let move = saga.moves.first, saga.shown("a")["undo"]?["waiting_for"] == nil { try saga.perform(move) }
        #expect(saga.shown("a")["undo"]?["waiting_for"] != nil)
        #expect(saga.state.view(at: saga.now)["overdue"] == false)
        saga.moveClock(to: saga.now.advanced(by: Definition.defaultAttention + 1))
        #expect(saga.state.view(at: saga.now)["overdue"] == true)
    }
}
