import Kernel
import SagaModel
import Testing

@Suite struct SagaRollbackTests {
    /// a → b → c
    private static let chain = [Sketch.step("a"), Sketch.step("b", needs: [0]), Sketch.step("c", needs: [1])]

    @Test func `SG-03 after a failure no new step starts`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a"), Sketch.step("b"), Sketch.step("after_b", needs: [1])]))
        saga.holding = ["a", "b"]
        try saga.run()
        try saga.answer("a", .no)
        try saga.answer("b", .done)
        #expect(!saga.story.contains("step.started after_b"))
        #expect(saga.state.status == .compensated)
    }

    @Test func `SG-03 a failure stops the steps that were planned beside it`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b"), Sketch.step("c")]))
        saga.script["a"] = [.no]
        try saga.run()
        #expect(saga.story == ["step.started a", "step.failed a", "saga.compensating", "saga.compensated"])
    }

    @Test func `SG-04 attempts that a participant holds are awaited before anything is undone`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b"), Sketch.step("c")]))
        saga.holding = ["b", "c"]
        try saga.run()
        try saga.answer("b", .no)
        #expect(saga.state.status == .compensating)
        #expect(saga.step("a").undo.status == .pending && saga.wakeUp == nil)
        try saga.answer("c", .done)
        #expect(
            saga.story.suffix(6) == [
                "step.completed c", "undo.started a", "undo.completed a", "undo.started c", "undo.completed c",
                "saga.compensated",
            ])
    }

    @Test func `SG-05 undo runs in reverse order of need`() throws {
        var saga = ScriptedSaga(Sketch.definition(Self.chain + [Sketch.step("d", needs: [2])]))
        saga.script["d"] = [.no]
        try saga.run()
        #expect(saga.story.filter { $0.hasPrefix("undo.started") } == ["undo.started c", "undo.started b", "undo.started a"])
    }

    @Test func `SG-05 independent undos run together, in byte order of their names`() throws {
        let steps = [Sketch.step("z"), Sketch.step("a"), Sketch.step("m"), Sketch.step("last", needs: [0, 1, 2])]
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.script["last"] = [.no]
        saga.holding = ["undo a", "undo m", "undo z"]
        try saga.run()
        #expect(saga.story.suffix(3) == ["undo.started a", "undo.started m", "undo.started z"])
    }

    @Test func `SG-05 skipped and waived steps keep their place in the order`() throws {
        let steps = [
            Sketch.step("a"), Sketch.step("gap", needs: [0], if: .literal(false)),
            Sketch.step("waived", needs: [1], undo: .waived(because: "harmless")), Sketch.step("b", needs: [2]),
            Sketch.step("fails", needs: [3]),
        ]
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.script["fails"] = [.no]
        saga.holding = ["undo b"]
        try saga.run()
        #expect(saga.step("a").undo.status == .pending && saga.step("waived").undo.status == .pending)
        try saga.answerUndo("b", .done)
        #expect(saga.story.suffix(4) == ["undo.bypassed waived", "undo.started a", "undo.completed a", "saga.compensated"])
    }

    @Test func `DX-09 a predecessor is not undone while its dependant's undo waits for a retry`() throws {
        var saga = ScriptedSaga(Sketch.definition(Self.chain))
        saga.script = ["c": [.no], "undo b": [.later, .later, .done]]
        try saga.run()
        #expect(saga.step("b").undo.status == .retrying && saga.step("a").undo.status == .pending)
        try saga.advance(100)
        #expect(saga.step("b").undo.status == .retrying && saga.step("a").undo.status == .pending)
        try saga.advance(200)
        #expect(saga.story.suffix(4) == ["undo.completed b", "undo.started a", "undo.completed a", "saga.compensated"])
    }

    @Test func `SG-06 a step without an undo is bypassed and the rest goes on`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a"), Sketch.step("b", needs: [0], undo: .nothing), Sketch.step("c", needs: [1])]))
        saga.script["c"] = [.no]
        try saga.run()
        #expect(saga.step("b").undo.status == .bypassed && saga.step("a").undo.status == .undone)
    }

    @Test func `SG-09 a waiting retry ends when another step fails: nothing happened`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(5)), Sketch.step("b")]))
        saga.script["a"] = [.later]
        saga.holding = ["b"]
        try saga.run()
        try saga.answer("b", .no)
        #expect(saga.step("a").status == .failed && saga.step("a").certainty == Certainty.none)
        #expect(saga.step("a").undo.status == .none && saga.state.status == .compensated)
    }

    @Test func `SG-09 a waiting retry with an unknown attempt behind it may be done, and is undone`() throws {
        for answers in [[StepOutcome.lost], [.lost, .later]] {
            var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: Sketch.tries(5)), Sketch.step("b")]))
            saga.script["a"] = answers
            saga.holding = ["b"]
            try saga.run()
            try saga.advance(100 * Int64(answers.count - 1))
            try saga.answer("b", .no)
            #expect(saga.step("a").certainty == .maybe && saga.step("a").undo.status == .undone)
        }
    }

    @Test func `SG-10 an undo that is refused is failed at once, the others go on, and the saga is stuck`() throws {
        var saga = ScriptedSaga(Sketch.definition(Self.chain))
        saga.script = ["c": [.no], "undo b": [.no]]
        try saga.run()
        #expect(saga.step("b").undo.status == .failed && saga.step("b").undo.error == .no)
        #expect(saga.step("a").undo.status == .undone)
        #expect(saga.state.isStuck && saga.state.status == .compensating && saga.state.shownState == "stuck")
        #expect(saga.wakeUp == nil && saga.moves.isEmpty)
    }

    @Test func `SG-10 undo attempts run out and the saga is stuck until it is repaired`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a", undo: Sketch.reverse(Sketch.tries(3))), Sketch.step("b", needs: [0])]))
        saga.script = ["b": [.no], "undo a": [.later, .later, .later, .later, .done]]
        try saga.runTimers()
        #expect(saga.state.isStuck && saga.step("a").undo.attempts == 3)
        try saga.record(.repaired(step: "a", action: "retry", reason: "fixed", actor: "ops"))
        try saga.runTimers()
        #expect(saga.state.status == .compensated && saga.step("a").undo.attempts == 5, "the policy counts anew")
    }

    @Test func `DX-08 undo attempts are counted apart from those of the step`() throws {
        let step = Sketch.step("a", undo: Sketch.reverse(Sketch.tries(2)), retry: Sketch.tries(4))
        var saga = ScriptedSaga(Sketch.definition([step, Sketch.step("b", needs: [0])]))
        saga.script = ["a": [.later, .later, .done], "b": [.no], "undo a": [.lost]]
        try saga.runTimers()
        #expect(saga.step("a").attempts == 3 && saga.step("a").undo.attempts == 2)
        #expect(saga.step("a").undo.status == .failed && saga.state.isStuck)
    }

    @Test func `DX-07 parallel first steps that all fail end the saga`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b"), Sketch.step("c")]))
        saga.holding = ["a", "b", "c"]
        try saga.run()
        for name in ["b", "a", "c"] { try saga.answer(name, .no) }
        #expect(saga.state.status == .compensated)
        #expect(saga.state.error == SagaError(step: "b", failure: .no))
    }

    @Test func `a sleep is cancelled at once when the saga turns back`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.sleep("nap", 60_000), Sketch.step("a")]))
        saga.script["a"] = [.no]
        saga.holding = ["a"]
        try saga.run()
        try saga.answer("a", .no)
        #expect(saga.step("nap").status == .cancelled && saga.state.status == .compensated)
    }

    @Test func `a deadline turns the saga back at its time`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.sleep("nap", 60_000, needs: [0])], deadline: 1_000))
        try saga.run()
        #expect(saga.wakeUp == 1_001_000)
        try saga.advance(999)
        #expect(saga.state.status == .running)
        try saga.advance(1)
        #expect(saga.state.status == .compensated && saga.state.reason == .deadline)
        #expect(saga.state.error?.step == nil && saga.state.error?.failure.code == "deadline")
    }

    @Test func `a cancel turns the saga back and undoes what was done`() throws {
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a"), Sketch.step("b", needs: [0])]))
        saga.holding = ["b"]
        try saga.run()
        try saga.cancel()
        #expect(saga.state.status == .compensating && saga.state.reason == .cancelled)
        try saga.answer("b", .done)
        #expect(saga.state.status == .compensated && saga.step("b").undo.status == .undone)
    }

    @Test func `an undo whose input cannot be frozen has failed, is never bypassed, and leaves the step completed`() throws {
        let broken = Template.object([.init(key: "x", value: .expression(.member(.stepResult(0), .literal("missing"))))])
        var saga = ScriptedSaga(
            Sketch.definition([Sketch.step("a", undo: Sketch.reverse(body: broken)), Sketch.step("b", needs: [0])]))
        saga.script["b"] = [.no]
        try saga.run()
        #expect(saga.step("a").status == .completed && saga.step("a").undo.status == .failed)
        #expect(saga.step("a").undo.error?.code == "expression" && saga.state.isStuck)
        try saga.record(.repaired(step: "a", action: "retry", reason: "try", actor: nil))
        try saga.run()
        #expect(saga.step("a").undo.status == .failed && saga.state.isStuck, "there is still nothing to send")
    }

    @Test func `an undo gets what was sent and what came back, null if nobody knows`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("a", body: .literal(["n": 2])), Sketch.step("b", retry: .once, body: .literal(["n": 3])),
            ]))
        saga.script["b"] = [.lost]
        try saga.run()
        #expect(saga.step("a").undo.command?.body == ["input": ["n": 2], "result": ["ok": true]])
        #expect(saga.step("b").undo.command?.body == ["input": ["n": 3], "result": .null])
        #expect(
            saga.step("a").undo.command?.participant
                == .aggregate(AggregateID("thing", "a"), command: "undo", isRemote: false))
    }

    @Test func `while a dependant's undo is tried again after a repair its predecessor waits, and no timer spins`() throws {
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("a"), Sketch.step("b", needs: [0], undo: Sketch.reverse(.once)), Sketch.step("c", needs: [1]),
            ]))
        saga.script = ["c": [.no], "undo b": [.no], "undo a": [.later]]
        try saga.run()
        #expect(saga.step("a").undo.status == .retrying)
        saga.holding = ["undo b"]
        try saga.record(.repaired(step: "b", action: "retry", reason: "fixed", actor: nil))
        try saga.run()
        #expect(saga.step("b").undo.status == .undoing && saga.wakeUp == nil)
        try saga.advance(500)
        #expect(saga.step("a").undo.attempts == 1)
        saga.script["undo a"] = [.done]
        try saga.answerUndo("b", .done)
        #expect(saga.state.status == .compensated)
    }
}
