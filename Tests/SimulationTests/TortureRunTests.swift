import Kernel
import SagaModel
import Testing

@testable import Simulation

/// That a torture can fail: what it watches is broken on purpose, one part at a time.
@Suite struct TortureRunTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static func definition(pivot: Bool = false) -> Definition {
        func step(_ name: String, needs: [Int], isPivot: Bool = false) -> Step {
            let undo = UndoAction(
                command: CommandTemplate(aggregate: "thing", name: "undo", key: nil, body: nil), retry: .forever, timeout: nil)
            return Step(
                name: name, needs: needs, condition: nil,
                action: .command(CommandTemplate(aggregate: "thing", name: "do", key: .literal("k"), body: nil)),
                undo: isPivot ? .nothing : .action(undo), isPivot: isPivot, isOptional: false, retry: .once, timeout: nil,
                expect: nil)
        }
        return Definition(
            name: "d", version: 1, summary: nil, key: nil, deadline: nil, attention: 1, input: nil,
            steps: [step("a", needs: []), step("b", needs: [0], isPivot: pivot)], output: nil)
    }

    private static func run(_ points: [TorturePoint] = [], asWorkers: Bool = true) -> TortureRun {
        let definition = definition()
        return TortureRun(
            definition, input: [:], TortureParticipants(readBy: definition), TortureCase(points: points), asWorkers: asWorkers,
            seed: 4, number: 0)
    }

    @Test func `a run without faults completes, and its participants have done everything`() {
        for asWorkers in [false, true] {
            var run = Self.run(asWorkers: asWorkers)
            #expect(run.go() == .completed && run.broken == nil && run.world.isDone == [true, true] && run.commits > 0)
        }
    }

    @Test func `a refusal is undone, as the participants themselves know`() {
        var run = Self.run([TorturePoint(step: 1, isUndo: false, fault: .refused)])
        #expect(run.go() == .compensated && run.broken == nil)
        #expect(run.world.isDone == [false, false] && run.world.isReversed == [true, false])
    }

    @Test func `an effect that stays behind a compensated saga is found`() throws {
        var run = Self.run([TorturePoint(step: 1, isUndo: false, fault: .refused)])
        _ = run.go()
        let attempt = SagaAttempt.example(operation: "torture/b/do~2", step: 1)
        _ = run.world.reply(to: attempt, &run.random)
        #expect(run.brokenAtEnd() == nil, "a refused attempt does nothing")
        var careless = SimulatedWorld(
            Self.definition(), TortureParticipants(readBy: Self.definition()), TortureCase(points: []), asWorkers: true)
        _ = careless.reply(to: attempt, &run.random)
        run.world = careless
        #expect(run.brokenAtEnd() == "the saga is compensated and the effect of 'b' is still there")
    }

    @Test func `a saga that believes in what was never done is found`() {
        var run = Self.run()
        _ = run.go()
        run.world = SimulatedWorld(
            Self.definition(), TortureParticipants(readBy: Self.definition()), TortureCase(points: []), asWorkers: true)
        #expect(run.brokenAtEnd() == "the saga is completed and 'a' was never done")
    }

    @Test func `events that break a promise or do not fold are found as they are stored`() {
        let start = SagaStart(definition: "d", version: 1, input: [:], key: nil, inline: nil, deadline: nil)
        let fresh = StoredSaga(SagaState(id: "s", definition: Self.definition(), start: start, at: Self.now))
        var stored = fresh
        #expect(
            stored.append(.stepStarted(step: "b", attempt: 1, call: nil, due: nil), at: Self.now)
                == "step 'b' starts before 'a' is finished")
        stored = fresh
        #expect(
            stored.append(
                .stepCompleted(
                    step: "a", attempt: 1, result: .null, version: nil, undo: nil, undoError: nil), at: Self.now)?.contains(
                    "pending") == true)
        stored = fresh
        #expect(stored.append(.stepStarted(step: "a", attempt: 1, call: nil, due: nil), at: Self.now) == nil)
        #expect(stored.recovered()?.steps[0].status == .running)
    }

    @Test func `two states that should be one and are not are told apart`() throws {
        func state(deadline: Int64?) -> SagaState {
            let start = SagaStart(definition: "d", version: 1, input: [:], key: nil, inline: nil, deadline: deadline)
            return SagaState(id: "s", definition: Self.definition(), start: start, at: Self.now)
        }
        let endless = state(deadline: nil)
        #expect(StoredSaga.difference(endless, endless, at: Self.now) == nil)
        let now = Self.now.milliseconds
        #expect(StoredSaga.difference(endless, state(deadline: now - 1), at: Self.now) == "the plan differs")
        #expect(StoredSaga.difference(endless, state(deadline: now + 1), at: Self.now) == "the next timer differs")
        var other = endless
        try other.apply(.cancelRequested(reason: "", actor: nil), at: Self.now)
        #expect(StoredSaga.difference(endless, other, at: Self.now) == "the view differs")
        try other.apply(.compensating(reason: .cancelled, error: nil), at: Self.now)
        #expect(StoredSaga.difference(endless, other, at: Self.now) == "the view differs")
    }

    @Test func `a late answer is one, and one for ever unknown keeps an undo trying`() {
        var late = Self.run([TorturePoint(step: 0, isUndo: false, fault: .late)])
        let end = late.go()
        #expect(late.broken == nil && end == .compensated, "one attempt: it is maybe done and undone")
        var stubborn = Self.run([
            TorturePoint(step: 1, isUndo: false, fault: .refused), TorturePoint(step: 0, isUndo: true, fault: .unknownForEver),
        ])
        #expect(stubborn.go() == .trying && stubborn.broken == nil && stubborn.isHopeless)
    }
}

extension SagaAttempt {
    /// An attempt nobody planned.
    fileprivate static func example(operation: String, step: Int) -> SagaAttempt {
        let start = SagaStart(definition: "d", version: 1, input: [:], key: nil, inline: nil, deadline: nil)
        let one = Step(
            name: "b", needs: [], condition: nil,
            action: .command(CommandTemplate(aggregate: "thing", name: "do", key: .literal("k"), body: nil)), undo: .nothing,
            isPivot: false, isOptional: false, retry: .once, timeout: nil, expect: nil)
        let first = Step(
            name: "a", needs: [], condition: .literal(false), action: one.action, undo: .nothing, isPivot: false,
            isOptional: false, retry: .once, timeout: nil, expect: nil)
        let definition = Definition(
            name: "d", version: 1, summary: nil, key: nil, deadline: nil, attention: 1, input: nil,
            steps: step == 0 ? [one] : [first, one], output: nil)
        let now = Timestamp(milliseconds: 1)
        let state = SagaState(id: "torture", definition: definition, start: start, at: now)
        guard let attempt = state.act(for: .start(step), at: now).attempt else { preconditionFailure("a command begins") }
        return attempt
    }
}
