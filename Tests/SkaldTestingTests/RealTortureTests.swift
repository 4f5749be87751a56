import DemoDomain
import Kernel
import Testing

@testable import SkaldTesting

@Suite struct `A torture on real aggregates` {
    private func scaffold(_ steps: String, _ aggregates: [AggregateHandler] = DemoDomain.handlers) throws -> SagaScaffold {
        try SagaScaffold("saga: s\nversion: 1\nsteps:\n\(steps)", aggregates: aggregates)
    }

    /// A chain of holds on one account, each undone by a release.
    private func chain(_ count: Int) throws -> SagaScaffold {
        let steps = (0..<count).map { index in
            let needs = index > 0 ? "needs: [s\(index - 1)], " : ""
            return "  s\(index): { command: account.hold, key: a, \(needs)with: { hold: h\(index), amount: 1 }, "
                + "undo: { command: account.release, with: { hold: h\(index) } } }\n"
        }
        return try scaffold(steps.joined()).given("account/a", "open", ["owner": "A"]).given(
            "account/a", "deposit", ["amount": 50])
    }

    @Test func `every fault alone and every two that can meet are tried, and chance has no part in it`() throws {
        let report = RealTorture(try chain(3)).run(seeds: 1..<4)
        #expect(report.failure == nil && report.skippedCases == 0)
        // A step that is refused turns the saga back. s1 then undoes one step, s2 two: one alone and again after its repair.
        #expect(report.cases[0] == 1 && report.cases[1] == 3)
        #expect(report.missed.map(\.text) == ["the undo of s2 refused", "the undo of s2 killed", "the undo of s2 twice"])
        #expect(RealTorture(try chain(3)).run(seeds: 9..<10).json["runs"] == report.json["runs"])
    }

    @Test func `beyond the limit each seed tries other combinations, and says how many it left out`() throws {
        let report = RealTorture(try chain(4)).run(seeds: 1..<3, limit: 24)
        #expect(report.failure == nil && report.skippedCases > 0 && report.runs <= 48)
        #expect(report.cases[0] == 2 && report.cases[1] == 8)
        let saga = try chain(4)
        let chosen = (1...8).map { RealTorture(saga).run(seeds: $0..<$0 + 1, limit: 24).json["missed"] }
        #expect(chosen.contains { $0 != chosen[0] })
    }

    @Test func `a decision that is not pure is found when the server is killed, with no fault at all`() throws {
        let saga = try scaffold(
            "  a: { command: dice.roll, key: d, undo: none, because: it is a game }\n", [AggregateHandler(Dice.self)])
        let failure = try #require(RealTorture(saga).run(seeds: 1..<2).failure)
        #expect(failure.faults.isEmpty)
        #expect(failure.difference.summary == "no fault, the server killed at every commit: another effect")
    }

    @Test func `a wrong undo is found in the case with the fewest faults`() throws {
        let saga = try scaffold(
            """
              a: { command: counter.add, key: c, with: { n: 2 }, undo: { command: counter.add, with: { n: -1 } } }
              b: { command: counter.add, key: d, with: { n: 1 }, needs: [a], pivot: true }
            """)
        let failure = try #require(RealTorture(saga).run(seeds: 1..<2).failure)
        #expect(
            failure.difference.description == """
                b refused: counter/c is not as before
                  expected: {"value":0}
                  actual:   {"value":1}
                """)
        #expect(failure.faults == [RealFault(step: "b", isUndo: false, kind: .refused)])
    }

    @Test func `an undo that is refused is retried, or gets the saga stuck until it is repaired`() throws {
        let undo = "{ command: account.release, with: { hold: h }, retry: { attempts: 2, first: 1s, only: [busy] } }"
        let saga = try scaffold(
            """
              a: { command: account.hold, key: a, with: { hold: h, amount: 1 }, undo: \(undo) }
              b: { command: counter.add, key: d, with: { n: 1 }, needs: [a], pivot: true }
            """
        ).given("account/a", "open", ["owner": "A"]).given("account/a", "deposit", ["amount": 1])
        let report = RealTorture(saga).run(seeds: 1..<2)
        #expect(report.failure == nil && report.missed == [])
        #expect(report.stuck > 0 && report.repaired == report.stuck)
        #expect(report.isMet(RealFault(step: "a", isUndo: true, kind: .retried)))
    }
}
