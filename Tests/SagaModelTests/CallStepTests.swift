import Kernel
import Testing

@testable import SagaModel

/// Steps and undos that workers do: offered, taken, timed, and answered whenever.
@Suite struct CallStepTests {
    private static func saga(_ steps: [Step], holding: Set<String> = []) throws -> ScriptedSaga {
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.holding = holding
        try saga.run()
        return saga
    }

    @Test func `a call is offered, and nothing is recorded of it until a worker takes it`() throws {
        let body = Template.literal(["n": 1])
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.call("a", body: body), Sketch.step("b"), Sketch.call("c", needs: [0])]))
        let offers = SagaPlan.offers(saga.state, at: saga.now)
        #expect(offers.map(\.operation) == ["s-1/a/do"] && offers[0].participant == .worker(action: "far.a"))
        #expect(offers[0].body == ["n": 1] && offers[0].timeout == 5_000 && offers[0].direction == .do && offers[0].number == 1)
        #expect(offers[0].aggregate == nil && offers[0].origin == nil && offers[0].expected == nil)
        // All that needs no worker is done; the call still waits, whatever time it is.
        try saga.perform(.start(1))
        #expect(saga.step("a").status == .pending && saga.wakeUp == nil && SagaRules.brokenAtRest(saga.state) == nil)
        #expect(saga.shown("a")["waiting_for"] == "far.a" && saga.shown("a")["state"] == "pending")
        #expect(saga.shown("b")["waiting_for"] == nil)
        saga.holding = ["a"]
        try saga.run()
        #expect(SagaPlan.offers(saga.state, at: saga.now).isEmpty && saga.step("a").status == .running)
        #expect(saga.step("a").call == StepCall(key: nil, input: ["n": 1], expected: nil))
        try saga.answer("a", .done)
        #expect(saga.state.status == .completed)
    }

    @Test func `a command that workers decide is offered too, and has no time`() throws {
        let command = CommandTemplate(aggregate: "ticket", name: "book", key: .literal("k"), body: nil, isRemote: true)
        let step = Step(
            name: "a", needs: [], condition: nil, action: .command(command), undo: .nothing, isPivot: true, isOptional: false,
            retry: .once, timeout: 10, expect: nil)
        var saga = ScriptedSaga(Sketch.definition([step]))
        #expect(SagaPlan.offers(saga.state, at: saga.now).map(\.participant.waitedFor) == ["ticket"])
        saga.holding = ["a"]
        try saga.run()
        #expect(saga.step("a").due == nil && saga.wakeUp == nil && !saga.moves.contains(.timeOut(0, .do)))
    }

    @Test func `SG-08 a worker that does not answer in time leaves the step unknown, and the same operation is offered again`()
        throws
    {
        var saga = try Self.saga([Sketch.call("a", retry: Sketch.tries(2))], holding: ["a", "undo a"])
        #expect(saga.wakeUp == saga.now.milliseconds + 5_000)
        try saga.advance(4_999)
        #expect(saga.step("a").status == .running)
        try saga.advance(1)
        #expect(saga.step("a").status == .unknown && saga.step("a").error?.code == "timeout" && saga.step("a").hadUnknown)
        saga.moveClock(to: saga.now.advanced(by: 60_000))
        let again = SagaPlan.offers(saga.state, at: saga.now)
        #expect(again.map(\.operation) == ["s-1/a/do"] && again.map(\.number) == [2])
        try saga.run()
        try saga.advance(5_000)
        #expect(saga.step("a").status == .failed && saga.step("a").certainty == .maybe && saga.state.status == .compensating)
        #expect(saga.step("a").undo.status == .undoing)
    }

    @Test func `the time of an attempt ends in the same event wherever the move is made`() throws {
        let jittery = Retry(attempts: nil, first: 60_000, factor: 1, cap: 60_000, jitter: .full)
        let saga = try Self.saga([Sketch.call("a", retry: jittery)], holding: ["a"])
        let late = saga.now.advanced(by: 5_000)
        let events = (0..<3).map { _ in saga.state.act(for: .timeOut(0, .do), at: late).event }
        #expect(Set(events.map { $0.body.text }).count == 1)
        guard case .stepUnknown(_, 1, _, let due) = events[0] else {
            Issue.record("\(events[0])")
            return
        }
        #expect(due > late.milliseconds && due <= late.milliseconds + 60_000)
    }

    @Test func `DX-08 undo attempts are counted apart, time out, and keep their operation`() throws {
        var saga = try Self.saga(
            [Sketch.call("a", undo: Sketch.back(Sketch.tries(2))), Sketch.step("b", needs: [0])], holding: ["b", "undo a"])
        try saga.answer("b", .no)
        #expect(saga.step("a").undo.attempts == 1 && saga.step("a").attempts == 1 && saga.step("a").undo.status == .undoing)
        #expect(saga.wakeUp == saga.now.milliseconds + 3_000)
        try saga.advance(3_000)
        #expect(saga.step("a").undo.status == .retrying && saga.step("a").undo.error?.code == "timeout")
        saga.moveClock(to: saga.now.advanced(by: 10_000))
        let offer = try #require(SagaPlan.offers(saga.state, at: saga.now).first)
        #expect(offer.operation == "s-1/a/undo" && offer.number == 2 && offer.direction == .undo && offer.timeout == 3_000)
        #expect(offer.origin == SagaAttempt.Origin(operation: "s-1/a/do", input: [:], result: ["ok": true]))
        try saga.run()
        try saga.advance(3_000)
        #expect(saga.step("a").undo.status == .failed && saga.state.stuckError?.step == "a" && saga.step("a").attempts == 1)
    }

    @Test func `an undo of what is maybe done is told that nobody knows the result`() throws {
        var saga = try Self.saga([Sketch.call("a", body: .literal(["n": 2]))], holding: ["a", "undo a"])
        saga.moveClock(to: saga.now.advanced(by: 5_000))
        try saga.perform(.timeOut(0, .do))
        try saga.perform(try #require(saga.moves.first))
        let offer = try #require(SagaPlan.offers(saga.state, at: saga.now).first)
        #expect(offer.body == ["input": ["n": 2], "result": .null])
        #expect(offer.origin == SagaAttempt.Origin(operation: "s-1/a/do", input: ["n": 2], result: .null))
    }

    @Test func `SG-15 DX-10 a late "done" counts until the undo begins, and whatever else is late does not`() throws {
        var saga = try Self.saga([Sketch.call("a"), Sketch.call("b", timeout: 60_000)], holding: ["a", "b", "undo a"])
        try saga.advance(5_000)
        #expect(saga.step("a").certainty == .maybe && saga.state.status == .compensating && saga.step("b").status == .running)
        for outcome in [StepOutcome.no, .later, .lost] {
            let late = try saga.take("s-1/a/do", attempt: 1, outcome)
            #expect(
                late == .ignored(.answerIgnored(step: "a", operation: "s-1/a/do", attempt: 1, outcome: outcome.word)))
        }
        #expect(saga.step("a").undo.command?.body == ["input": [:], "result": .null])
        try saga.take("s-1/a/do", attempt: 1, .done)
        #expect(saga.step("a").status == .completed && saga.step("a").undo.command?.body["result"] == ["ok": true])
        try saga.answer("b", .no)
        #expect(saga.step("a").undo.status == .undoing)
        guard case .ignored = try saga.take("s-1/a/do", attempt: 1, .done) else {
            Issue.record("it is being undone")
            return
        }
    }

    @Test func `"working" lets the time of a held attempt run anew, and of no other`() throws {
        var saga = try Self.saga([Sketch.call("a", retry: Sketch.tries(2)), Sketch.step("b")], holding: ["a"])
        let later = saga.now.milliseconds + 9_000
        try saga.record(.attemptExtended(step: "a", direction: .do, attempt: 1, due: later))
        #expect(saga.wakeUp == later && saga.state.holds(0, .do, 1))
        try saga.advance(5_000)
        #expect(saga.step("a").status == .running)
        for wrong: SagaEvent in [
            .attemptExtended(step: "a", direction: .do, attempt: 2, due: 1),
            .attemptExtended(step: "a", direction: .undo, attempt: 1, due: 1),
            .attemptExtended(step: "a", direction: .probe, attempt: 1, due: 1),
            .attemptExtended(step: "b", direction: .do, attempt: 1, due: 1),
            .attemptExtended(step: "zebra", direction: .do, attempt: 1, due: 1),
        ] {
            var state = saga.state
            #expect(throws: IllegalTransition.self, "\(wrong)") { try state.apply(wrong, at: saga.now) }
        }
        try saga.advance(4_000)
        #expect(saga.step("a").status == .unknown && !saga.state.holds(0, .do, 1))
    }
}
