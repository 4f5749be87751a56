import Kernel
import Testing

@testable import SagaModel

/// Asking what became of an attempt that nobody is sure of.
@Suite struct ProbeTests {
    private static let probe = "s-1/a/probe"

    /// A saga whose call `a` has timed out once, and whose probe is held.
    private static func asked(
        retry: Retry = Sketch.tries(2), probe: Probe = Sketch.probe(), pivot: Bool = false, also: [Step] = [],
        holding: Set<String> = []
    ) throws -> ScriptedSaga {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.call("a", pivot: pivot, retry: retry, body: .literal(["n": 1]), probe: probe)] + also))
        saga.holding = holding.union(["a", "undo a", "probe a"])
        try saga.run()
        try saga.advance(5_000)
        #expect(saga.step("a").status == .unknown && !saga.step("a").probe.isOpen)
        try saga.advance(100)
        #expect(saga.step("a").probe.isOpen && saga.step("a").attempts == 1)
        return saga
    }

    @Test func `an unknown attempt is asked about before it is sent again`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.call("a", body: .literal(["n": 1]), probe: Sketch.probe())]))
        saga.holding = ["a", "probe a"]
        try saga.run()
        try saga.advance(5_000)
        #expect(saga.wakeUp == saga.now.milliseconds + 100 && SagaPlan.offers(saga.state, at: saga.now).isEmpty)
        saga.moveClock(to: saga.now.advanced(by: 100))
        let offer = try #require(SagaPlan.offers(saga.state, at: saga.now).first)
        #expect(offer.direction == .probe && offer.operation == Self.probe && offer.participant == .worker(action: "far.look"))
        #expect(offer.body == ["n": 1] && offer.timeout == 1_000 && offer.number == 1)
        #expect(offer.origin == SagaAttempt.Origin(operation: "s-1/a/do", input: ["n": 1], result: .null))
        // Nobody has taken it: the time is over, and no timer is left that could spin.
        #expect(SagaPlan.wakeUp(saga.state, after: saga.now) == nil && SagaRules.brokenAtRest(saga.state) == nil)
        try saga.run()
        #expect(saga.story.last == "step.probed a" && SagaPlan.offers(saga.state, at: saga.now).isEmpty)
        #expect(saga.wakeUp == saga.now.milliseconds + 1_000 && SagaRules.brokenAtRest(saga.state) == nil)
    }

    @Test func `"done" completes the step with the result and its undo`() throws {
        var saga = try Self.asked(also: [Sketch.step("z", needs: [0])], holding: ["z"])
        try saga.take(Self.probe, attempt: 1, .done(result: ["id": 4], version: nil))
        #expect(saga.step("a").status == .completed && saga.step("a").result == ["id": 4] && !saga.step("a").probe.isOpen)
        #expect(saga.step("a").undo.command?.body["result"] == ["id": 4])
    }

    @Test func `"refused" is a definite no, retried only where its code says so`() throws {
        var saga = try Self.asked()
        try saga.take(Self.probe, attempt: 1, .no)
        #expect(saga.step("a").status == .failed && saga.step("a").certainty == Certainty.none)
        #expect(saga.state.status == .compensated, "there is nothing to undo")
        var again = try Self.asked(retry: Sketch.tries(2, only: ["no"]))
        try again.take(Self.probe, attempt: 1, .no)
        #expect(again.step("a").status == .retrying && again.step("a").generation == 2 && !again.step("a").hadUnknown)
        try again.advance(10_000)
        #expect(again.state.operationID(ofStep: 0) == "s-1/a/do~2" && again.step("a").attempts == 2)
        #expect(again.state.operationID(ofProbe: 0) == "s-1/a/probe~2")
    }

    @Test func `"not now" sends the same operation again, after the time it says`() throws {
        var saga = try Self.asked()
        try saga.take(Self.probe, attempt: 1, .notNow(.later, after: 7_000))
        #expect(saga.step("a").status == .retrying && saga.step("a").due == saga.now.milliseconds + 7_000)
        #expect(saga.step("a").hadUnknown, "the first attempt may still arrive")
        try saga.advance(7_000)
        #expect(saga.state.operationID(ofStep: 0) == "s-1/a/do" && saga.step("a").attempts == 2)
        var last = try Self.asked(retry: .once)
        try last.take(Self.probe, attempt: 1, .later)
        #expect(last.step("a").certainty == .maybe, "no attempt is left, and nobody says that none will ever arrive")
    }

    @Test func `"unknown" and no answer ask again, until nobody is asked any more`() throws {
        var saga = try Self.asked(probe: Sketch.probe(Sketch.tries(2)))
        try saga.take(Self.probe, attempt: 1, .lost)
        #expect(saga.step("a").status == .unknown && saga.wakeUp == saga.now.milliseconds + 200)
        try saga.advance(200)
        #expect(saga.step("a").probe.attempts == 2)
        try saga.advance(1_000)
        #expect(saga.step("a").status == .retrying, "asked twice, sent again")
        try saga.advance(1_000)
        #expect(saga.step("a").attempts == 2 && saga.step("a").status == .running)
        try saga.advance(5_000)
        #expect(saga.step("a").status == .unknown, "and asked about anew")
        try saga.advance(100)
        try saga.advance(1_000)
        try saga.advance(200)
        #expect(saga.step("a").probe.attempts == 4 && saga.step("a").probe.isOpen)
        try saga.advance(1_000)
        #expect(saga.step("a").certainty == .maybe && saga.step("a").undo.status == .undoing)
        #expect(saga.step("a").error?.code == "timeout")
    }

    @Test func `the pivot is asked about without end, and the saga never turns back meanwhile`() throws {
        var saga = try Self.asked(retry: .once, probe: Sketch.probe(Sketch.tries(1)), pivot: true)
        try saga.record(.cancelRequested(reason: "", actor: nil))
        for _ in 0..<40 { try saga.advance(2_000) }
        #expect(saga.step("a").probe.attempts > 15 && saga.step("a").attempts == 1 && saga.state.status == .running)
        let asked = saga.step("a").probe.attempts
        try saga.take(Self.probe, attempt: asked, .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `a question that cannot be put is as good as no answer`() throws {
        let body = Template.object([Template.Member(key: "id", value: .expression(.member(.input, .literal("missing"))))])
        var saga = ScriptedSaga(Sketch.definition([Sketch.call("a", probe: Sketch.probe(Sketch.tries(2), body: body))]))
        saga.holding = ["a", "undo a"]
        try saga.run()
        try saga.advance(5_000)
        saga.moveClock(to: saga.now.advanced(by: 100))
        #expect(saga.moves == [.probe(0)] && SagaPlan.offers(saga.state, at: saga.now).isEmpty, "no worker is asked")
        try saga.run()
        #expect(saga.step("a").status == .unknown && saga.step("a").probe.attempts == 1)
        #expect(saga.step("a").error?.code == "expression")
        try saga.advance(200)
        #expect(saga.step("a").certainty == .maybe && saga.step("a").undo.status == .undoing)
    }

    @Test func `a saga that turns back asks no more, and a late "done" still says what to undo`() throws {
        var saga = try Self.asked(also: [Sketch.step("b")], holding: ["b"])
        try saga.answer("b", .no)
        #expect(saga.state.status == .compensating && saga.step("a").certainty == .maybe && !saga.step("a").probe.isOpen)
        #expect(saga.step("a").undo.status == .undoing)
        let late = try saga.take(Self.probe, attempt: 1, .done)
        #expect(late == .ignored(.answerIgnored(step: "a", operation: Self.probe, attempt: 1, outcome: "done")))
        var draining = try Self.asked(also: [Sketch.call("b", timeout: 60_000)], holding: ["b"])
        try draining.cancel()
        #expect(draining.state.status == .compensating && draining.step("a").undo.status != .undoing, "b is still held")
        try draining.take(Self.probe, attempt: 1, .done)
        #expect(draining.step("a").status == .completed && draining.step("a").undo.command?.body["result"] == ["ok": true])
    }

    @Test func `answers of earlier questions count only when they say "done"`() throws {
        var saga = try Self.asked()
        try saga.take(Self.probe, attempt: 1, .lost)
        try saga.advance(200)
        #expect(saga.step("a").probe.attempts == 2)
        for outcome in [StepOutcome.no, .later, .lost] {
            var other = saga
            guard case .ignored = try other.take(Self.probe, attempt: 1, outcome) else {
                Issue.record("\(outcome) counts")
                continue
            }
        }
        for attempt in [0, 3, -1, .max, .min] {
            var other = saga
            guard case .ignored = try other.take(Self.probe, attempt: attempt, .done) else {
                Issue.record("\(attempt) counts")
                continue
            }
        }
        try saga.take("s-1/a/probe", attempt: 1, .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `a late "done" of the call itself ends the question`() throws {
        var saga = try Self.asked(also: [Sketch.step("z", needs: [0])], holding: ["z"])
        try saga.take("s-1/a/do", attempt: 1, .done)
        #expect(saga.step("a").status == .completed && !saga.step("a").probe.isOpen)
        guard case .ignored = try saga.take(Self.probe, attempt: 1, .no) else {
            Issue.record("the question is still open")
            return
        }
    }

    @Test func `"working" counts for a question too`() throws {
        var saga = try Self.asked()
        let later = saga.now.milliseconds + 60_000
        try saga.record(.attemptExtended(step: "a", direction: .probe, attempt: 1, due: later))
        #expect(saga.wakeUp == later)
        try saga.advance(59_999)
        #expect(saga.step("a").probe.isOpen)
        try saga.advance(1)
        #expect(!saga.step("a").probe.isOpen && saga.step("a").status == .unknown)
    }
}
