import Kernel
import SagaModel
import Testing

/// What nobody is sure of stays one operation, until somebody is.
@Suite struct DoubtTests {
    private static func saga(_ steps: [Step], holding: Set<String>) throws -> ScriptedSaga {
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.holding = holding
        try saga.run()
        return saga
    }

    /// Stuck behind the pivot on `b`: an attempt of it ended unknown, and a "no" of the next was not believed.
    private static func doubtfulStep() throws -> ScriptedSaga {
        let behind = Sketch.step("b", needs: [0], undo: .nothing, retry: Sketch.patient)
        var saga = try saga([Sketch.step("a", pivot: true), behind], holding: ["b"])
        try saga.answer("b", .lost)
        try saga.advance(10_000)
        try saga.take("s-1/b/do", attempt: 2, .no, dedupes: false)
        #expect(saga.step("b").certainty == .maybe && saga.state.stuckError?.step == "b")
        return saga
    }

    @Test func `a repair of a step that is maybe done goes on under the same operation, whose late "done" counts`() throws {
        var saga = try Self.doubtfulStep()
        try saga.record(.repaired(step: "b", action: "retry", reason: "r", actor: nil))
        try saga.run()
        #expect(saga.step("b").attempts == 3 && saga.state.operationID(ofStep: 1) == "s-1/b/do")
        var again = saga
        try again.take("s-1/b/do", attempt: 3, .no, dedupes: false)
        #expect(again.step("b").certainty == .maybe, "it is no more to be believed than before")
        try saga.take("s-1/b/do", attempt: 1, .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `a repair of a step that was refused is a new operation`() throws {
        let behind = Sketch.step("b", needs: [0], undo: .nothing, retry: Sketch.patient)
        var saga = try Self.saga([Sketch.step("a", pivot: true), behind], holding: ["b"])
        try saga.answer("b", .no)
        try saga.record(.repaired(step: "b", action: "retry", reason: "r", actor: nil))
        #expect(saga.state.operationID(ofStep: 1) == "s-1/b/do~2")
    }

    /// Rolling back: `a` is being undone, and the first attempt of that ended unknown.
    private static func doubtfulUndo(_ retry: Retry) throws -> ScriptedSaga {
        let steps = [Sketch.call("a", undo: Sketch.back(retry)), Sketch.step("b", needs: [0], undo: .waived(because: "test"))]
        var saga = try saga(steps, holding: ["b", "undo a"])
        try saga.answer("b", .no)
        try saga.take("s-1/a/undo", attempt: 1, .lost)
        return saga
    }

    @Test func `a "no" to an undo after an unknown attempt is believed only of a participant that dedupes`() throws {
        var believed = try Self.doubtfulUndo(Sketch.tries(3, only: ["no"]))
        try believed.advance(10_000)
        var doubted = believed
        try believed.take("s-1/a/undo", attempt: 2, .no)
        #expect(believed.state.operationID(ofUndo: 0) == "s-1/a/undo~2")
        try doubted.take("s-1/a/undo", attempt: 2, .no, dedupes: false)
        #expect(doubted.step("a").undo.status == .retrying && doubted.state.operationID(ofUndo: 0) == "s-1/a/undo")
        #expect(doubted.step("a").undo.error?.message.contains("does not declare dedupes") == true)
        try doubted.advance(10_000)
        try doubted.take("s-1/a/undo", attempt: 3, .no, dedupes: false)
        #expect(doubted.state.stuckError?.step == "a")
        try doubted.record(.repaired(step: "a", action: "retry", reason: "r", actor: nil))
        try doubted.run()
        #expect(doubted.state.operationID(ofUndo: 0) == "s-1/a/undo", "it may have been undone")
    }

    @Test func `a "no" to an undo after a "not now" is believed of anybody`() throws {
        var saga = try Self.saga(
            [Sketch.call("a"), Sketch.step("b", needs: [0], undo: .waived(because: "test"))], holding: ["b", "undo a"])
        try saga.answer("b", .no)
        try saga.take("s-1/a/undo", attempt: 1, .later)
        try saga.advance(10_000)
        try saga.take("s-1/a/undo", attempt: 2, .no, dedupes: false)
        #expect(saga.step("a").undo.status == .failed && saga.state.isStuck)
    }

    @Test func `a late "done" of an undo counts while it waits to be tried again`() throws {
        var saga = try Self.doubtfulUndo(Sketch.patient)
        #expect(saga.step("a").undo.status == .retrying)
        try saga.take("s-1/a/undo", attempt: 1, .no)
        #expect(saga.step("a").undo.status == .retrying, "a late no does not")
        try saga.take("s-1/a/undo", attempt: 1, .done)
        #expect(saga.state.status == .compensated && saga.step("a").undo.attempts == 1)
    }

    @Test func `a late "done" of an undo that was given up sets the saga free`() throws {
        var saga = try Self.doubtfulUndo(.once)
        #expect(saga.state.stuckError?.step == "a")
        try saga.take("s-1/a/undo", attempt: 1, .done)
        #expect(saga.state.status == .compensated && saga.step("a").undo.status == .undone)
    }

    @Test func `a late "done" of an undo that was refused changes nothing`() throws {
        let steps = [Sketch.call("a"), Sketch.step("b", needs: [0], undo: .waived(because: "test"))]
        var saga = try Self.saga(steps, holding: ["b", "undo a"])
        try saga.answer("b", .no)
        try saga.take("s-1/a/undo", attempt: 1, .no)
        try saga.take("s-1/a/undo", attempt: 1, .done)
        #expect(saga.state.isStuck && saga.step("a").undo.status == .failed)
    }

    @Test func `a repair of a step whose condition had no value asks for it again`() throws {
        let condition = try ExpressionParser.parse("input.q.r == 1", steps: StepNames(["a", "b"])).expression
        let steps = [
            Sketch.step("a", pivot: true),
            Sketch.step("b", needs: [0], if: condition, undo: .nothing, retry: Sketch.patient),
        ]
        var saga = ScriptedSaga(Sketch.definition(steps), input: ["q": .null])
        try saga.run()
        #expect(saga.state.stuckError?.failure.code == "expression")
        try saga.record(.repaired(step: "b", action: "retry", reason: "r", actor: nil))
        try saga.run()
        #expect(saga.state.stuckError?.failure.code == "expression" && saga.step("b").call == nil)
    }
}
