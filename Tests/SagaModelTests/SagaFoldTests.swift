import Kernel
import SagaModel
import Testing

/// What may follow what, beyond the table of single transitions.
@Suite struct SagaFoldTests {
    private static func chain(_ script: [String: [StepOutcome]] = [:], holding: Set<String> = []) throws -> ScriptedSaga {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b", needs: [0])]))
        saga.script = script
        saga.holding = holding
        try saga.run()
        return saga
    }

    private func isRefused(_ event: SagaEvent, by saga: ScriptedSaga) -> Bool {
        var state = saga.state
        do throws(IllegalTransition) {
            try state.apply(event, at: saga.now)
            return false
        } catch {
            return error.description.contains("saga s-1")
        }
    }

    private static let anyEvent: [SagaEvent] = SagaEventTests.all.map { event in
        switch event {
        case .stepStarted(_, let attempt, let call, let due) where due != nil:
            .stepStarted(step: "b", attempt: attempt, call: call, due: due)
        default: event
        }
    }

    @Test func `DX-11 an ended saga takes no event at all`() throws {
        let completed = try Self.chain()
        let compensated = try Self.chain(["b": [.no]])
        var terminated = try Self.chain(holding: ["b"])
        try terminated.record(.terminated(reason: "enough", actor: nil))
        for saga in [completed, compensated, terminated] {
            #expect(saga.state.isEnded)
            for event in Self.anyEvent { #expect(isRefused(event, by: saga), "\(saga.state.status) \(event.name)") }
        }
    }

    @Test func `SG-03 no step starts, is skipped or waits again once the saga turns back`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b"), Sketch.step("c")]))
        saga.holding = ["a", "b"]
        try saga.perform(.start(0))
        try saga.perform(.start(1))
        try saga.answer("a", .no)
        #expect(saga.state.status == .compensating && saga.step("c").status == .pending)
        #expect(isRefused(.stepStarted(step: "c", attempt: 1, call: nil, due: nil), by: saga))
        #expect(isRefused(.stepSkipped(step: "c"), by: saga))
        #expect(isRefused(.stepRetrying(step: "b", attempt: 1, error: .later, due: 1, definite: false), by: saga))
        #expect(isRefused(.stepUnknown(step: "b", attempt: 1, error: .lost, due: 1), by: saga))
        #expect(!isRefused(.stepFailed(step: "b", attempt: 1, error: .no, certainty: .none, undo: nil, undoError: nil), by: saga))
    }

    @Test func `an undo starts only for what is or may be done, and only when the saga turns back`() throws {
        let saga = try Self.chain(holding: ["b"])
        #expect(isRefused(.undoStarted(step: "a", attempt: 1), by: saga))
        #expect(isRefused(.undoBypassed(step: "a"), by: saga))
        #expect(isRefused(.undoFailed(step: "a", attempt: 1, error: .no, isDefinite: true), by: saga))
        let stuck = try Self.chain(["b": [.no], "undo a": [.no]])
        #expect(isRefused(.undoStarted(step: "b", attempt: 1), by: stuck), "b was refused: there is nothing to undo")
    }

    @Test func `an event of a step that the definition has not is refused`() throws {
        let saga = try Self.chain(holding: ["a"])
        #expect(isRefused(.stepSkipped(step: "zebra"), by: saga))
        #expect(isRefused(.undoStarted(step: "zebra", attempt: 1), by: saga))
        #expect(isRefused(.repaired(step: "zebra", action: "retry", reason: "", actor: nil), by: saga))
        #expect(isRefused(.started(saga.state.start), by: saga))
    }

    @Test func `SG-15 a late done completes a step that waits or is unknown`() throws {
        for outcome in [StepOutcome.lost, .later] {
            var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.patient)]))
            saga.script["a"] = [outcome]
            try saga.run()
            try saga.answer("a", .done)
            #expect(saga.state.status == .completed && saga.step("a").due == nil)
        }
    }

    @Test func `SG-15 a late done of a maybe-done step completes the ledger until its undo starts`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b")]))
        saga.holding = ["a", "b"]
        try saga.run()
        try saga.answer("a", .lost)
        #expect(saga.step("a").certainty == .maybe && saga.step("a").undo.status == .pending)
        try saga.answer("a", .done(result: ["id": 9], version: nil))
        #expect(saga.step("a").status == .completed && saga.step("a").certainty == nil)
        #expect(saga.step("a").undo.command?.body["result"] == ["id": 9], "the undo knows the result now")
        saga.holding.insert("undo a")
        try saga.answer("b", .no)
        #expect(saga.step("a").undo.status == .undoing)
    }

    @Test func `SG-15 a late done is refused once the undo has started, and after a definite no`() throws {
        let done = SagaEvent.stepCompleted(step: "a", attempt: 1, result: [:], version: nil, undo: nil, undoError: nil)
        for (answer, undo) in [(StepOutcome.lost, "undo a"), (.no, "undo b")] {
            var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b")]))
            saga.holding = ["a", undo]
            try saga.run()
            try saga.answer("a", answer)
            #expect(!saga.state.isEnded)
            #expect(isRefused(done, by: saga))
        }
    }

    @Test func `DX-11 a second success of an undone step is refused`() throws {
        var saga = try Self.chain(["b": [.no]], holding: ["undo a"])
        let again = SagaEvent.stepCompleted(step: "a", attempt: 1, result: [:], version: nil, undo: nil, undoError: nil)
        #expect(isRefused(again, by: saga))
        try saga.record(.undoCompleted(step: "a", attempt: 1, result: [:]))
        #expect(isRefused(again, by: saga))
        #expect(isRefused(.undoCompleted(step: "a", attempt: 1, result: [:]), by: saga))
    }

    @Test func `a late done whose undo cannot be frozen does not fall back to what was frozen without a result`() throws {
        let id = Expression.conditional(
            .binary(.equal, .stepResult(0), .literal(.null)), .literal("none"), .member(.stepResult(0), .literal("id")))
        let needsResult = Template.object([.init(key: "id", value: .expression(id))])
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a", undo: Sketch.reverse(body: needsResult)), Sketch.step("b")]))
        saga.holding = ["a", "b"]
        try saga.run()
        try saga.answer("a", .lost)
        #expect(saga.step("a").undo.command?.body == ["id": "none"])
        try saga.answer("a", .done(result: ["other": 1], version: nil))
        try saga.answer("b", .no)
        #expect(saga.step("a").undo.status == .failed && saga.step("a").undo.error?.code == "expression")
    }

    @Test func `an undo whose outcome was never a no is repaired under the same operation`() throws {
        for (answer, operation) in [(StepOutcome.lost, "s-1/a/undo"), (.later, "s-1/a/undo"), (.no, "s-1/a/undo~2")] {
            var saga = ScriptedSaga(
                Sketch.definition([Sketch.step("a", undo: Sketch.reverse(.once)), Sketch.step("b", needs: [0])]))
            saga.script = ["b": [.no], "undo a": [answer, .done]]
            try saga.run()
            #expect(saga.state.isStuck)
            try saga.record(.repaired(step: "a", action: "retry", reason: "", actor: nil))
            try saga.run()
            #expect(saga.state.status == .compensated && saga.state.operationID(ofUndo: 0) == operation)
        }
    }

    @Test func `a stuck saga that is cancelled is stuck no more while it turns back`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("a", undo: Sketch.reverse(.once), optional: true), Sketch.step("first"),
                Sketch.step("b", needs: [0, 1]),
            ]))
        saga.script = ["a": [.lost], "undo a": [.no]]
        saga.holding = ["undo first"]
        try saga.run()
        #expect(saga.state.isStuck)
        try saga.cancel()
        #expect(saga.state.shownState == "compensating")
        try saga.answerUndo("first", .done)
        #expect(saga.state.isStuck && saga.state.status == .compensating, "the failed undo is still there")
    }
}
