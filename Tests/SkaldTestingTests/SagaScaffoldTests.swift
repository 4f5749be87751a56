import DemoDomain
import Kernel
import SkaldTesting
import Testing

@Suite struct `The four scaffolds of a saga` {
    private func difference(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch { return (error as? Difference)?.description ?? "another error: \(error)" }
    }

    /// Takes 5 out of one account, and then adds one to a counter.
    private func saga(
        take: String = "withdraw, with: { amount: 5 }", undo: String = "{ command: account.deposit, with: { amount: 5 } }",
        count: String = "needs: [take], pivot: true", more: String = ""
    ) throws -> SagaScaffold {
        let text = """
            saga: spend
            version: 1
            steps:
              take: { command: account.\(take), key: ann, undo: \(undo) }
              count: { command: counter.add, key: c, with: { n: 1 }, \(count) }
            \(more)
            """
        return try SagaScaffold(text, aggregates: DemoDomain.handlers)
            .given("account/ann", "open", ["owner": "Ann"]).given("account/ann", "deposit", ["amount": 50])
    }

    @Test func `a definition that cannot run is a difference with its places`() {
        let text = difference { _ = try SagaScaffold("saga: s\nversion: 1\nsteps: {}\n", aggregates: []) }
        #expect(
            text
                == "the definition s cannot run\n  expected: no problems\n  actual:   3:8: `steps` is empty; a saga has at least one step"
        )
    }

    @Test func `a scene that is refused, or an input that does not fit, is a difference`() throws {
        let broke = try saga().given("account/ann", "withdraw", ["amount": 51])
        #expect(
            difference { try broke.succeeds() } == """
                given account/ann withdraw {"amount":51}
                  expected: accepted
                  actual:   rejected: only 50 may be spent
                """)
        #expect(difference { try saga().given("ann", "open").succeeds() }.contains("an address is type/key"))
        let fussy = try saga(more: "input: { type: object, required: [n] }")
        #expect(difference { try fussy.succeeds() }.contains("spend does not start"))
    }

    @Test func `a saga that ends otherwise is a difference that says why`() throws {
        let poor = try saga().given("account/ann", "withdraw", ["amount": 46])
        #expect(
            difference { try poor.verify() } == """
                spend does not succeed
                  expected: completed
                  actual:   compensated; take: insufficient_funds (only 4 may be spent)
                """)
        let mute = try saga(more: "output: { n: \"${ steps.count.result.nothing }\" }")
        #expect(difference { try mute.succeeds() }.contains("actual:   completed; the output: expression"))
    }

    @Test func `an undo that does not put everything back is a difference that shows both states`() throws {
        let short = try saga(undo: "{ command: account.deposit, with: { amount: 4 } }")
        #expect(
            difference { try short.unwinds() } == """
                spend, 'count' fails: account/ann is not as before
                  expected: {"owner":"Ann","balance":50,"open":true,"holds":{}}
                  actual:   {"owner":"Ann","balance":49,"open":true,"holds":{}}
                """)
        // What nobody asks for does not matter.
        try short.comparing { _, state in state["owner"] ?? .null }.unwinds()
    }

    @Test func `an undo that is refused is a difference, as the saga gets stuck`() throws {
        let wrong = try saga(undo: "{ command: account.close, with: {} }")
        let text = difference { try wrong.unwinds() }
        #expect(text.contains("expected: compensated\n  actual:   stuck; the undo of take: not_empty (the account is not empty)"))
    }

    @Test func `an undo that adds up when it is delivered twice is a difference, unless it is said to run once`() throws {
        let twice = "spend, 'count' fails: the undo of 'take', account.deposit, delivered twice: the second changes account/ann"
        #expect(difference { try saga().unwindsWithUndosRepeated() }.hasPrefix(twice))
        try saga().undoingOnce("take").unwindsWithUndosRepeated()
    }

    @Test func `an undo that is not accepted a second time is a difference`() throws {
        let hold = try saga(
            take: "hold, with: { hold: h, amount: 5 }", undo: "{ command: account.capture, with: { hold: h } }"
        ).comparing { _, state in state["holds"] ?? .null }
        try hold.unwinds()
        let text = difference { try hold.unwindsWithUndosRepeated() }
        #expect(
            text.contains("the second is not accepted by account/ann\n  expected: accepted\n  actual:   refused: unknown_hold"))
        let release = "{ command: account.release, with: { hold: h } }"
        try saga(take: "hold, with: { hold: h, amount: 5 }", undo: release).verify()
    }

    @Test func `a decision that is not pure is found by running every step twice`() throws {
        let text = """
            saga: s
            version: 1
            steps:
              a: { command: dice.roll, key: d, undo: none, because: it is a game }
            """
        let scaffold = try SagaScaffold(text, aggregates: [AggregateHandler(Dice.self)])
        try scaffold.succeeds()
        #expect(difference { try scaffold.succeedsWithStepsRepeated() }.hasPrefix("s, every step run twice: another effect"))
    }

    @Test func `a state that loses something in its JSON form is found by running every step twice`() throws {
        let text = """
            saga: s
            version: 1
            steps:
              a: { command: forgetful.learn, key: f, with: { fact: x }, undo: none, because: nothing is lost }
              nap: { sleep: 1s, needs: [a] }
              b: { command: forgetful.tell, key: f, needs: [nap], undo: none, because: it only tells }
            output: ${ steps.b.result }
            """
        let scaffold = try SagaScaffold(text, aggregates: [AggregateHandler(Forgetful.self)])
        #expect(try scaffold.succeeds() == ["facts": 1])
        let lost = "s, every step run twice: another output\n  expected: {\"facts\":1}\n  actual:   {\"facts\":0}"
        #expect(difference { try scaffold.succeedsWithStepsRepeated() } == lost)
    }

    @Test func `optional steps, steps behind the pivot, sleeps and skipped steps each end as they should`() throws {
        let report = try saga(
            count: "needs: [nap], pivot: true",
            more: """
                  nap: { sleep: 1h, needs: [take] }
                  nod: { sleep: 1h, needs: [take] }
                  note: { command: counter.add, key: n, with: { n: 1 }, optional: true, needs: [count] }
                  late: { command: counter.add, key: l, with: { n: 1 }, needs: [count] }
                  rest: { sleep: 1h, needs: [late] }
                  never: { command: counter.add, key: l, with: { n: 1 }, needs: [late], if: "${ false }" }
                """
        ).undoingOnce("take").verify()
        #expect(
            report.description == """
                spend: completed
                  take fails: compensated
                  count fails: compensated, undone: take
                  late fails: stuck
                  note fails: completed
                  nap fails: compensated, undone: take
                  never reached: never
                """)
    }

    @Test func `a misspelt step is a difference that names the nearest`() {
        let text = difference { _ = try saga().undoingOnce("tke") }
        #expect(text == "spend has no step 'tke'\n  expected: one of its steps\n  actual:   'tke'; did you mean 'take'?")
    }

    @Test func `an undo that no failure calls for is named`() throws {
        let report = try saga(count: "needs: [take], undo: { command: counter.add, with: { n: -1 } }").undoingOnce("take")
            .verify()
        #expect(report.neverUndone == ["count"])
        #expect(report.description.hasSuffix("count fails: compensated, undone: take\n  never undone: count"))
    }

    @Test func `a step that retries all but some answers fails with one of those`() throws {
        let patient = try saga(count: "needs: [take], pivot: true, retry: { attempts: forever, except: [overflow] }").undoingOnce(
            "take")
        #expect(try patient.unwinds().map(\.ending) == [.compensated, .compensated])
    }

    @Test func `a step that waits for what never comes is a difference and no endless loop`() throws {
        let text = """
            saga: s
            version: 1
            steps:
              a: { command: account.deposit, key: ann, with: { amount: 1 }, undo: none, because: x, retry: { attempts: forever, first: 1s, cap: 1s, only: [not_open] } }
            """
        let text2 = difference { try SagaScaffold(text, aggregates: DemoDomain.handlers).succeeds() }
        #expect(text2.hasPrefix("s does not end\n  expected: an end within 1000 timers\n  actual:   running; a: not_open"))
    }
}

/// Counts what it learns, and leaves the count out of its JSON form.
private enum Forgetful: Aggregate {
    static let type = "forgetful"
    struct State: Codable, Sendable {
        var facts: Int64 = 0
        private enum CodingKeys: CodingKey {}
    }
    enum Command: Codable, Sendable { case learn(fact: String), tell }
    enum Event: Codable, Sendable { case learnt(fact: String) }
    static let initial = State()
    static func decide(_ command: Command, _ state: State, _ context: CommandContext) -> Decision<Event> {
        switch command {
        case .learn(let fact): .event(.learnt(fact: fact))
        case .tell: .nothing(result: ["facts": .int(state.facts)])
        }
    }
    static func evolve(_ state: inout State, _ event: Event) { state.facts += 1 }
}
