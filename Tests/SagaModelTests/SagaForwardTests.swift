import Kernel
import SagaModel
import Testing

@Suite struct SagaForwardTests {
    @Test func `SG-01 a step starts only when all it needs are finished, independent ones together`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("d", needs: [1, 2]), Sketch.step("b", needs: [3]), Sketch.step("c"), Sketch.step("a"),
            ]))
        saga.holding = ["a", "b", "c", "d"]
        try saga.run()
        #expect(saga.story == ["step.started a", "step.started c"])
        try saga.answer("a", .done)
        #expect(saga.story.last == "step.started b")
        try saga.answer("c", .done)
        #expect(saga.step("d").status == .pending)
        try saga.answer("b", .done)
        #expect(saga.story.last == "step.started d")
        try saga.answer("d", .done)
        #expect(saga.state.status == .completed && saga.story.last == "saga.completed")
    }

    @Test func `SG-01 a skipped step counts as finished for what needs it`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a", if: .literal(false)), Sketch.step("b", needs: [0])]))
        try saga.run()
        #expect(saga.story == ["step.skipped a", "step.started b", "step.completed b", "saga.completed"])
    }

    @Test func `SG-01 an optional step that was refused counts as finished, and its error is kept`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", optional: true), Sketch.step("b", needs: [0])]))
        saga.script["a"] = [.no]
        try saga.run()
        #expect(saga.state.status == .completed)
        #expect(saga.step("a").error == .no && saga.step("a").certainty == Certainty.none)
        #expect(saga.state.error == nil)
    }

    @Test func `an optional step that may be done is undone before it counts as finished`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", optional: true), Sketch.step("b", needs: [0])]))
        saga.script["a"] = [.lost]
        saga.holding = ["undo a"]
        try saga.run()
        #expect(saga.story == ["step.started a", "step.failed a", "undo.started a"])
        try saga.answerUndo("a", .done)
        #expect(saga.step("b").status == .completed && saga.state.status == .completed)
    }

    @Test func `an optional step without an undo that may be done is bypassed`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", undo: .waived(because: "harmless"), optional: true)]))
        saga.script["a"] = [.lost]
        try saga.run()
        #expect(saga.story == ["step.started a", "step.failed a", "undo.bypassed a", "saga.completed"])
    }

    @Test func `SG-10 an optional step whose undo failed makes the saga stuck once nothing else moves`() throws {
        let steps = [
            Sketch.step("a", undo: Sketch.reverse(.once), optional: true), Sketch.step("b", needs: [0]),
            Sketch.sleep("nap", 1_000),
        ]
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.script = ["a": [.lost], "undo a": [.no]]
        try saga.run()
        #expect(saga.step("a").undo.status == .failed)
        #expect(!saga.state.isStuck, "the nap still runs")
        try saga.advance(1_000)
        #expect(saga.state.isStuck && saga.state.stuckError == SagaError(step: "a", failure: .no))
        try saga.record(.undoWaived(step: "a", reason: "harmless", actor: nil))
        try saga.run()
        #expect(saga.state.status == .completed)
    }

    @Test func `what is not now is tried again by the policy, under the same operation`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(3))]))
        saga.script["a"] = [.later, .lost, .done]
        try saga.run()
        #expect(saga.step("a").status == .retrying && saga.wakeUp == 1_000_100)
        let operation = saga.state.operationID(ofStep: 0)
        try saga.advance(99)
        #expect(saga.step("a").attempts == 1)
        try saga.advance(1)
        #expect(saga.step("a").status == .unknown && saga.wakeUp == 1_000_300)
        #expect(saga.state.operationID(ofStep: 0) == operation && operation == "s-1/a/do")
        try saga.advance(200)
        #expect(saga.state.status == .completed && saga.step("a").attempts == 3)
    }

    @Test func `a participant that asks for more time than the policy gets it`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(2))]))
        saga.script["a"] = [.notNow(.later, after: 7_000), .done]
        try saga.run()
        #expect(saga.wakeUp == 1_007_000)
    }

    @Test func `SG-08 a definite no that is retried is another operation`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(3, only: ["no"]))]))
        saga.script["a"] = [.no, .lost, .done]
        try saga.run()
        #expect(saga.state.operationID(ofStep: 0) == "s-1/a/do~2")
        try saga.runTimers()
        #expect(saga.state.status == .completed && saga.state.operationID(ofStep: 0) == "s-1/a/do~2")
    }

    @Test func `SG-14 attempts run out on unknown outcomes: the step may be done and its undo runs`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(2))]))
        saga.script["a"] = [.lost]
        try saga.runTimers()
        #expect(saga.step("a").certainty == .maybe && saga.step("a").undo.status == .undone)
        #expect(saga.state.status == .compensated)
    }

    @Test func `not now after an unknown attempt leaves it unknown when attempts run out`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(2))]))
        saga.script["a"] = [.lost, .later]
        try saga.runTimers()
        #expect(saga.step("a").certainty == .maybe)
        var other = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(2))]))
        other.script["a"] = [.later]
        try other.runTimers()
        #expect(other.step("a").certainty == Certainty.none && other.state.status == .compensated)
    }

    @Test func `no attempt starts once the time for all of them is over`() throws {
        let retry = Retry(attempts: nil, first: 100, factor: 1, cap: 100, jitter: .none, total: 250)
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: retry)]))
        saga.script["a"] = [.later]
        try saga.runTimers()
        #expect(saga.step("a").attempts == 3 && saga.state.status == .compensated)
    }

    @Test func `an expression without a value fails its step before anything is sent`() throws {
        let broken = Template.expression(.member(.input, .literal("missing")))
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b", needs: [0], key: broken)]))
        try saga.run()
        #expect(saga.step("b").error?.code == "expression" && saga.step("b").certainty == Certainty.none)
        #expect(saga.step("b").call == nil && saga.step("b").undo.status == .none)
        #expect(saga.state.status == .compensated && saga.step("a").undo.status == .undone)
    }

    @Test func `a sleep ends at its time and not before`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.sleep("nap", 5_000), Sketch.step("a", needs: [0])]))
        try saga.run()
        #expect(saga.wakeUp == 1_005_000)
        try saga.advance(4_999)
        #expect(saga.step("nap").status == .running)
        try saga.advance(1)
        #expect(saga.state.status == .completed && saga.wakeUp == nil)
    }

    @Test func `an output without a value completes the saga all the same and says why`() throws {
        let broken = Template.expression(.member(.input, .literal("missing")))
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a")], output: broken))
        try saga.run()
        #expect(saga.state.status == .completed && saga.state.outputError?.code == "expression")
    }
}
