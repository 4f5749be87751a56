import Kernel
import SagaModel
import Testing

@Suite struct SagaDriverTests {
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func driver(_ steps: [Step], deadline: Int64? = nil) -> SagaDriver {
        let start = SagaStart(
            definition: "sketch", version: 1, input: [:], key: nil, inline: nil, deadline: deadline.map { 1_000_000 + $0 })
        return SagaDriver(
            SagaState(id: "s", definition: Sketch.definition(steps, deadline: deadline), start: start, at: now))
    }

    @Test func `independent steps begin together, and each attempt says all that is to be sent`() throws {
        var driver = Self.driver([Sketch.step("a", body: .literal(["n": 1])), Sketch.step("b"), Sketch.step("c", needs: [0, 1])])
        try driver.run(at: Self.now)
        let (events, attempts) = driver.drain()
        #expect(events.map(\.name) == ["step.started", "step.started"])
        #expect(attempts.map(\.operation) == ["s/a/do", "s/b/do"] && attempts.map(\.number) == [1, 1])
        #expect(
            attempts[0].aggregate == AggregateID("thing", "a") && attempts[0].participant.name == "thing.do"
                && attempts[0].body == ["n": 1])
        #expect(driver.drain().events.isEmpty)
        for attempt in attempts { try driver.answer(attempt.answer(.done), at: Self.now, random: 0) }
        try driver.run(at: Self.now)
        #expect(driver.drain().attempts.map(\.operation) == ["s/c/do"])
    }

    @Test func `an attempt that times out is unknown, and its late answer still counts`() throws {
        var driver = Self.driver([Sketch.step("a", retry: Sketch.tries(2))])
        try driver.run(at: Self.now)
        let attempt = driver.drain().attempts[0]
        try driver.answer(attempt.timedOut, at: Self.now, random: 0)
        #expect(driver.state.steps[0].status == .unknown && driver.wakeUp == 1_000_100)
        let late = try driver.answer(attempt.answer(.done), at: Self.now, random: 0)
        #expect(late != .ignored(nil) && driver.state.steps[0].status == .completed)
        try driver.run(at: Self.now)
        #expect(driver.state.status == .completed)
        let again = try driver.answer(attempt.answer(.done), at: Self.now, random: 0)
        #expect(again == .ignored(nil))
        #expect(driver.drain().events.map(\.name) == ["step.unknown", "step.completed", "saga.completed"])
    }

    @Test func `a stale answer is written down and changes nothing`() throws {
        var driver = Self.driver([Sketch.step("a"), Sketch.step("b")])
        try driver.run(at: Self.now)
        let attempts = driver.drain().attempts
        for _ in 0..<2 { try driver.answer(attempts[0].answer(.done), at: Self.now, random: 0) }
        let events = driver.drain().events
        #expect(events.map(\.name) == ["step.completed", "answer.ignored"])
        #expect(events[1].body == ["step": "a", "attempt": 1, "operation": "s/a/do", "outcome": "done"])
    }

    @Test func `a participant that never stops repeating itself fills no log`() throws {
        var driver = Self.driver([Sketch.step("a"), Sketch.step("b")])
        try driver.run(at: Self.now)
        let attempts = driver.drain().attempts
        for _ in 0..<1_000 { try driver.answer(attempts[0].answer(.done), at: Self.now, random: 0) }
        #expect(driver.drain().events.count == 1 + 100)
        #expect(try driver.answer(attempts[1].answer(.done), at: Self.now, random: 0) != .ignored(nil))
    }

    @Test func `a limit cuts a run off, and going on ends in the same place`() throws {
        let steps = (0..<6).map { Sketch.step("s\($0)", if: .literal(false)) }
        var (whole, cut) = (Self.driver(steps), Self.driver(steps))
        let isDone = try whole.run(at: Self.now)
        var turns = 1
        while try !cut.run(at: Self.now, limit: 2) { turns += 1 }
        #expect(isDone && turns == 4 && whole.state.status == .completed)
        #expect(whole.drain().events == cut.drain().events)
    }

    @Test func `an expression without a value fails its step before anything is sent`() throws {
        var driver = Self.driver([Sketch.step("a", key: .expression(.member(.input, .literal("nope"))))])
        try driver.run(at: Self.now)
        let (events, attempts) = driver.drain()
        #expect(attempts.isEmpty && events.map(\.name).prefix(2) == ["step.started", "step.failed"])
        #expect(driver.state.status == .compensated && driver.state.steps[0].error?.code == "expression")
    }

    @Test func `a person's word goes the same way as an answer`() throws {
        var driver = Self.driver([Sketch.step("a"), Sketch.step("b")])
        try driver.run(at: Self.now)
        let attempts = driver.drain().attempts
        try driver.record(.cancelRequested(reason: "no", actor: "me"), at: Self.now)
        try driver.run(at: Self.now)
        try driver.answer(attempts[0].answer(.done), at: Self.now, random: 0)
        try driver.answer(attempts[1].answer(.no), at: Self.now, random: 0)
        try driver.run(at: Self.now)
        let undo = driver.drain().attempts
        #expect(undo.map(\.operation) == ["s/a/undo"] && undo[0].isUndo && undo[0].expected == nil)
        try driver.answer(undo[0].answer(.done), at: Self.now, random: 0)
        try driver.run(at: Self.now)
        #expect(driver.state.status == .compensated)
    }
}
