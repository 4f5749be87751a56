import Kernel
import SagaModel
import Testing

/// SG-15: what an answer means, whenever it comes.
@Suite struct SagaAnswerTests {
    private static let a = "s-1/a/do"

    private static func saga(_ steps: [Step], holding: Set<String> = ["a"]) throws -> ScriptedSaga {
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.holding = holding
        try saga.run()
        return saga
    }

    private func verdict(
        _ saga: ScriptedSaga, _ outcome: StepOutcome, _ operation: String = a, attempt: Int = 1, dedupes: Bool = true
    ) -> AnswerVerdict {
        let answer = SagaAnswer(operation: operation, attempt: attempt, outcome: outcome, dedupes: dedupes)
        return saga.state.verdict(on: answer, at: saga.now, random: 0)
    }

    private func counts(_ verdict: AnswerVerdict) -> String? { if case .counts(let event) = verdict { event.name } else { nil } }

    private func isIgnored(_ verdict: AnswerVerdict, _ saga: ScriptedSaga) throws -> Bool {
        guard case .ignored(let event) = verdict else { return false }
        guard let event else { return true }
        var after = saga
        try after.record(event)
        return event.name == "answer.ignored" && after.moves == saga.moves
            && after.state.view(at: saga.now).bytes == saga.state.view(at: saga.now).bytes
    }

    @Test func `every answer to the current attempt counts`() throws {
        let saga = try Self.saga([Sketch.step("a", retry: Sketch.tries(2))])
        #expect(counts(verdict(saga, .done)) == "step.completed")
        #expect(counts(verdict(saga, .no)) == "step.failed")
        #expect(counts(verdict(saga, .later)) == "step.retrying")
        #expect(counts(verdict(saga, .lost)) == "step.unknown")
    }

    @Test func `a late "done" of the current operation counts while the step waits, and a late "no" does not`() throws {
        var saga = try Self.saga([Sketch.step("a", retry: Sketch.tries(3))])
        try saga.answer("a", .lost)
        #expect(saga.step("a").status == .unknown)
        #expect(counts(verdict(saga, .done)) == "step.completed")
        for outcome in [StepOutcome.no, .later, .lost] { #expect(try isIgnored(verdict(saga, outcome), saga)) }
        try saga.advance(10_000)
        #expect(saga.step("a").attempts == 2 && saga.step("a").status == .running)
        #expect(counts(verdict(saga, .done, attempt: 1)) == "step.completed")
        #expect(try isIgnored(verdict(saga, .no, attempt: 1), saga))
        #expect(counts(verdict(saga, .no, attempt: 2)) == "step.failed")
        #expect(try isIgnored(verdict(saga, .done, attempt: 3), saga), "an attempt that never began")
    }

    @Test func `a late "done" completes the ledger of a step that is maybe done, until its undo starts`() throws {
        var saga = try Self.saga([Sketch.step("a"), Sketch.step("b")], holding: ["a", "b", "undo a"])
        try saga.answer("a", .lost)
        #expect(saga.step("a").certainty == .maybe && saga.state.status == .compensating)
        let late = verdict(saga, .done)
        #expect(counts(late) == "step.completed")
        guard case .counts(.stepCompleted(_, _, _, _, let undo, _)) = late else { return }
        #expect(undo?.body["result"] == ["ok": true])
        try saga.answer("b", .no)
        #expect(saga.step("a").undo.status == .undoing)
        #expect(try isIgnored(verdict(saga, .done), saga))
        #expect(counts(verdict(saga, .done, "s-1/a/undo")) == "undo.completed")
    }

    @Test func `what is said of an operation that was refused and tried again is stale`() throws {
        var saga = try Self.saga([Sketch.step("a", retry: Sketch.tries(3, only: ["no"]))])
        try saga.answer("a", .no)
        #expect(try isIgnored(verdict(saga, .done), saga))
        #expect(try isIgnored(verdict(saga, .done, "s-1/a/do~2"), saga), "it has not been asked yet")
        try saga.advance(10_000)
        #expect(try isIgnored(verdict(saga, .done, attempt: 1), saga))
        #expect(try isIgnored(verdict(saga, .done, "s-1/a/do~2", attempt: 1), saga))
        #expect(counts(verdict(saga, .done, "s-1/a/do~2", attempt: 2)) == "step.completed")
    }

    @Test func `a "no" after an unknown attempt is believed only of a participant that dedupes`() throws {
        var saga = try Self.saga([Sketch.step("a", retry: Sketch.tries(3))])
        #expect(counts(verdict(saga, .no, dedupes: false)) == "step.failed", "nothing was unknown yet")
        try saga.answer("a", .lost)
        try saga.advance(10_000)
        for (dedupes, certainty) in [(true, Certainty.none), (false, .maybe)] {
            guard case .counts(.stepFailed(_, _, _, let seen, _, _)) = verdict(saga, .no, attempt: 2, dedupes: dedupes) else {
                Issue.record("not failed")
                continue
            }
            #expect(seen == certainty)
        }
        var pivot = try Self.saga([Sketch.step("a", pivot: true)])
        try pivot.answer("a", .lost)
        try pivot.advance(10_000)
        let doubted = verdict(pivot, .no, attempt: 2, dedupes: false)
        #expect(counts(doubted) == "step.unknown")
        #expect("\(doubted)".contains("does not declare dedupes"), "else nobody knows why it is asked again")
        #expect(counts(verdict(pivot, .no, attempt: 2)) == "step.failed")
    }

    @Test func `a late "done" of the step a saga is stuck on sets the saga free`() throws {
        let behind = ["b", "c"].map { Sketch.step($0, needs: [0], undo: .nothing, retry: Sketch.patient) }
        var saga = try Self.saga([Sketch.step("a", pivot: true)] + behind, holding: ["b", "c"])
        try saga.answer("b", .lost)
        try saga.advance(10_000)
        guard case .counts(let no) = verdict(saga, .no, "s-1/b/do", attempt: 2, dedupes: false) else { return }
        try saga.record(no)
        try saga.run()
        #expect(saga.state.stuckError?.step == "b")
        guard case .counts(let late) = verdict(saga, .done, "s-1/b/do") else { return }
        try saga.record(late)
        #expect(!saga.state.isStuck && saga.step("b").status == .completed)
        try saga.answer("c", .no)
        #expect(saga.state.stuckError?.step == "c")
    }

    @Test func `an answer to nothing is ignored without a trace`() throws {
        let saga = try Self.saga([Sketch.step("a")])
        for operation in ["", "s-1", "s-1/a", "s-2/a/do", "s-1/b/do", "s-1/a/redo", "s-1/a/do/x"] {
            #expect(verdict(saga, .done, operation) == .ignored(nil), "\(operation)")
        }
        #expect(try isIgnored(verdict(saga, .done, "s-1/a/undo"), saga))
        #expect(try isIgnored(verdict(saga, .done, "s-1/a/do~7"), saga))
        #expect(try isIgnored(verdict(saga, .done, attempt: .min), saga) && isIgnored(verdict(saga, .done, attempt: .max), saga))
        let ended = try Self.saga([Sketch.step("a")], holding: [])
        #expect(ended.state.isEnded && verdict(ended, .done) == .ignored(nil))
    }

    @Test func `whatever is answered whenever, the fold takes what the verdict says`() throws {
        var random = SplitMix(seed: 11)
        for _ in 0..<200 {
            var walk = SagaWalk(random.next())
            try walk.go()
            guard case .started(let start) = walk.saga.events[0].event else { continue }
            var state = SagaState(id: "s-1", definition: walk.saga.state.definition, start: start, at: walk.saga.events[0].time)
            for (event, time) in walk.saga.events.dropFirst() {
                try state.apply(event, at: time)
                for (index, step) in state.definition.steps.enumerated() {
                    let operations = [
                        state.operationID(ofStep: index), state.operationID(ofUndo: index), "s-1/\(step.name)/do~9",
                        state.operationID(ofProbe: index),
                    ]
                    for outcome in [StepOutcome.done, .no, .later, .lost] {
                        let answer = SagaAnswer(
                            operation: operations[random.below(4)], attempt: random.below(5), outcome: outcome,
                            dedupes: random.chance(50))
                        var after = state
                        switch state.verdict(on: answer, at: time, random: random.next()) {
                        case .counts(let event): try after.apply(event, at: time)
                        case .ignored(let event?): try after.apply(event, at: time)
                        case .ignored(nil): break
                        }
                    }
                }
            }
        }
    }
}
