import SagaModel
import Testing

@Suite struct RetryTests {
    @Test func `a delay grows by its factor and ends at its cap`() {
        let retry = Retry(attempts: nil, first: 500, factor: 2, cap: 3_000, jitter: .none)
        #expect((1...6).map { retry.delay(after: $0, random: .max) } == [500, 1_000, 2_000, 3_000, 3_000, 3_000])
    }

    @Test func `a slow factor reaches its cap too`() {
        let retry = Retry(attempts: nil, first: 100, factor: 1.01, cap: 10_000, jitter: .none)
        #expect(retry.delay(after: 65, random: 0) < retry.delay(after: 100, random: 0))
        #expect(retry.delay(after: 1_000, random: 0) == 10_000)
    }

    @Test func `a delay stays within bounds however many attempts were made`() {
        let retry = Retry(attempts: nil, first: 3_600_000, factor: 100, cap: DefinitionLimits.duration, jitter: .none)
        for attempt in [0, 1, 2, 5, 64, 65, 1_000_000, Int.max] {
            #expect((3_600_000...DefinitionLimits.duration).contains(retry.delay(after: attempt, random: 0)))
        }
    }

    @Test func `full jitter spreads between nothing and the delay`() {
        let retry = Retry(attempts: nil, first: 1_000, factor: 2, cap: 60_000, jitter: .full)
        let delays = (0..<5_000).map { retry.delay(after: 1, random: UInt64($0)) }
        #expect(delays.allSatisfy { (1...1_000).contains($0) })
        #expect(delays.contains { $0 < 10 } && delays.contains { $0 > 990 })
        #expect(retry.delay(after: 1, random: .max) <= 1_000)
    }

    @Test func `an attempt without a delay still gives way, so that no saga spins`() {
        let retry = Retry(attempts: nil, first: 0, factor: 1, cap: 0, jitter: .none)
        #expect(retry.delay(after: 1, random: 0) == 1)
        #expect(Retry(attempts: nil, first: 0, factor: 100, cap: 60_000, jitter: .none).delay(after: 400, random: 0) == 1)
    }

    @Test func `a definite no is final unless its code is named`() {
        #expect(!Retry.forever.covers(definite: "no"))
        #expect(Retry(attempts: 2, only: ["no"]).covers(definite: "no"))
        #expect(!Retry(attempts: 2, only: ["no"]).covers(definite: "never"))
        #expect(!Retry(attempts: 2, only: ["\u{E9}"]).covers(definite: "e\u{301}"))
        #expect(Retry(attempts: 2, except: ["\u{E9}"]).covers(definite: "e\u{301}"))
        #expect(Retry(attempts: 2, except: ["never"]).covers(definite: "no"))
        #expect(!Retry(attempts: 2, except: ["never"]).covers(definite: "never"))
    }

    @Test func `who asks for later than the total time allows is not asked again`() throws {
        let retry = Sketch.tries(9, total: 1_000)
        let outcome = StepOutcome.notNow(.later, after: 4_000)
        var forward = ScriptedSaga(Sketch.definition([Sketch.step("a", retry: retry)]))
        forward.script["a"] = [outcome, .done]
        try forward.run()
        #expect(forward.step("a").status == .failed && forward.state.status == .compensated)
        var back = ScriptedSaga(Sketch.definition([Sketch.step("a", undo: Sketch.reverse(retry)), Sketch.step("b", needs: [0])]))
        back.script = ["b": [.no], "undo a": [outcome, .done]]
        try back.run()
        #expect(back.step("a").undo.status == .failed && back.state.isStuck)
    }
}
