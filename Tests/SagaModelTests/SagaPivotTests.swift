import Kernel
import SagaModel
import Testing

/// SAGAS section 5: the point of no return.
@Suite struct SagaPivotTests {
    /// before → pivot → behind
    private static func saga(pivot: Retry = Sketch.tries(1), behind: Retry = Sketch.patient, deadline: Int64? = nil)
        -> ScriptedSaga
    {
        ScriptedSaga(
            Sketch.definition(
                [
                    Sketch.step("before"), Sketch.step("pivot", needs: [0], pivot: true, retry: pivot),
                    Sketch.step("behind", needs: [1], undo: .nothing, retry: behind),
                ], deadline: deadline))
    }

    @Test func `a pivot that is refused turns the saga back`() throws {
        var saga = Self.saga()
        saga.script["pivot"] = [.no]
        try saga.run()
        #expect(saga.state.status == .compensated && saga.step("before").undo.status == .undone)
        #expect(saga.step("pivot").undo.status == .none)
    }

    @Test func `a pivot whose outcome is unknown is retried without end, never rolled back`() throws {
        var saga = Self.saga()
        saga.script["pivot"] = Array(repeating: .lost, count: 20) + [.done]
        try saga.run()
        #expect(saga.step("pivot").status == .unknown && saga.state.isPivotInDoubt)
        try saga.runTimers()
        #expect(saga.step("pivot").attempts == 21 && saga.state.status == .completed)
        #expect(saga.state.operationID(ofStep: 1) == "s-1/pivot/do")
    }

    @Test func `an unknown pivot outlives its total time as well`() throws {
        var saga = Self.saga(pivot: Sketch.tries(2, total: 50))
        saga.script["pivot"] = [.lost, .lost, .later, .done]
        try saga.runTimers()
        #expect(saga.state.status == .completed)
    }

    @Test func `attempts bound the definite answers of a pivot, not its unknown ones`() throws {
        var saga = Self.saga(pivot: Sketch.tries(2, only: ["no"]))
        saga.script["pivot"] = [.lost, .lost, .lost, .no, .lost, .no]
        try saga.runTimers()
        #expect(saga.step("pivot").attempts == 6 && saga.step("pivot").status == .failed)
        #expect(saga.state.status == .compensated)
    }

    @Test func `where nobody doubts a pivot, all its attempts count, and its total time`() throws {
        var counted = Self.saga(pivot: Sketch.tries(3, only: ["no"]))
        counted.script["pivot"] = [.later, .later, .no, .no]
        try counted.runTimers()
        #expect(counted.step("pivot").attempts == 3 && counted.state.status == .compensated)
        var timed = Self.saga(pivot: Sketch.tries(1_000, only: ["no"], total: 1_000))
        timed.script["pivot"] = [.no]
        try timed.runTimers()
        #expect(timed.step("pivot").attempts == 4, "at 0, 100, 300 and 700 ms")
        #expect(timed.state.status == .compensated)
    }

    @Test func `a definite no after an unknown attempt of the pivot rolls back`() throws {
        var saga = Self.saga()
        saga.script["pivot"] = [.lost, .no]
        try saga.runTimers()
        #expect(saga.state.status == .compensated && saga.state.error == SagaError(step: "pivot", failure: .no))
    }

    @Test func `a pivot that only sleeps is in no doubt: a cancel ends it at once`() throws {
        let nap = Step(
            name: "nap", needs: [0], condition: nil, action: .sleep(3_600_000), undo: .nothing, isPivot: true, isOptional: false,
            retry: .once, timeout: nil, expect: nil)
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("before"), nap]))
        try saga.run()
        #expect(saga.step("nap").status == .running && !saga.state.isPivotInDoubt)
        try saga.cancel()
        #expect(saga.state.status == .compensated && saga.step("nap").status == .cancelled)
    }

    @Test func `a cancel waits for a pivot in flight and is void when it is done`() throws {
        var saga = Self.saga()
        saga.holding = ["pivot", "behind"]
        try saga.run()
        try saga.cancel()
        #expect(saga.state.status == .running)
        #expect(saga.state.view(at: saga.now)["cancel_requested"]?.stringValue != nil, "noted, and to be seen until it is decided")
        try saga.answer("pivot", .done)
        #expect(saga.state.status == .running)
        #expect(saga.state.view(at: saga.now)["cancel_requested"] == nil, "decided: it is void")
        try saga.answer("behind", .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `a cancel that waited for the pivot takes effect when the pivot is refused`() throws {
        var saga = Self.saga()
        saga.holding = ["pivot"]
        try saga.run()
        try saga.cancel()
        try saga.answer("pivot", .no)
        #expect(saga.state.status == .compensated)
        #expect(saga.state.view(at: saga.now)["cancel_requested"] == nil)
    }

    @Test func `a deadline waits for a pivot in doubt, sets no timer meanwhile, and is void when it is done`() throws {
        var saga = Self.saga(deadline: 1_000)
        saga.holding = ["pivot"]
        try saga.run()
        #expect(saga.wakeUp == nil)
        try saga.advance(5_000)
        #expect(saga.state.status == .running)
        try saga.answer("pivot", .lost)
        #expect(saga.wakeUp == 1_005_100)
        saga.holding = []
        try saga.runTimers()
        #expect(saga.state.status == .completed)
    }

    @Test func `a pivot that waits after "not now" alone is no reason to wait for it`() throws {
        var saga = Self.saga(pivot: Sketch.tries(5))
        saga.script["pivot"] = [.later]
        try saga.run()
        try saga.cancel()
        #expect(saga.state.status == .compensated && saga.step("pivot").certainty == Certainty.none)
    }

    @Test func `behind the pivot a step is retried until it succeeds, deadline or not`() throws {
        var saga = Self.saga(deadline: 1_000)
        saga.script["behind"] = Array(repeating: .lost, count: 30) + [.later, .done]
        try saga.runTimers()
        #expect(saga.state.status == .completed && saga.step("behind").attempts == 32)
    }

    @Test func `behind the pivot a definite no makes the saga stuck at once, and a repair goes on`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("pivot", pivot: true), Sketch.step("x", needs: [0], undo: .nothing),
                Sketch.step("y", needs: [0], undo: .nothing), Sketch.step("z", needs: [1], undo: .nothing),
            ]))
        saga.script["x"] = [.no, .done]
        saga.holding = ["y"]
        try saga.run()
        #expect(saga.state.isStuck && saga.state.status == .running)
        #expect(saga.state.stuckError == SagaError(step: "x", failure: .no))
        #expect(saga.step("y").status == .running, "what does not depend on it goes on")
        try saga.record(.repaired(step: "x", action: "retry", reason: "fixed", actor: nil))
        try saga.run()
        #expect(saga.step("z").status == .completed && !saga.state.isStuck)
        #expect(saga.state.operationID(ofStep: 1) == "s-1/x/do~2")
        try saga.answer("y", .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `behind the pivot an optional step that is refused does not make the saga stuck`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("pivot", pivot: true), Sketch.step("x", needs: [0], undo: .nothing, optional: true)]))
        saga.script["x"] = [.no]
        try saga.run()
        #expect(saga.state.status == .completed)
    }

    @Test func `a skipped pivot counts as passed`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("a"), Sketch.step("pivot", needs: [0], if: .literal(false), pivot: true),
                Sketch.step("behind", needs: [1], undo: .nothing),
            ]))
        saga.script["behind"] = [.no]
        try saga.run()
        #expect(saga.state.isPastPivot && saga.state.isStuck && saga.step("a").undo.status == .none)
    }
}
