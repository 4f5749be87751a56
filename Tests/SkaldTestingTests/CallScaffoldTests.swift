import DemoDomain
import Kernel
import Synchronization
import Testing

@testable import SkaldTesting

/// Sagas whose steps workers do.
@Suite struct `The four scaffolds of a saga with calls` {
    private func difference(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch { return (error as? Difference)?.description ?? "another error: \(error)" }
    }

    private func saga(_ steps: String, more: String = "") throws -> SagaScaffold {
        try SagaScaffold("saga: order\nversion: 1\nsteps:\n\(steps)\n\(more)", aggregates: DemoDomain.handlers)
    }

    /// Reserves goods with a worker, takes money here, and has a worker ship.
    private func mixed(
        release: String = "{ call: stock.release, with: { reservation: \"${ steps.stock.result.reservation ?? null }\" } }"
    ) throws -> SagaScaffold {
        try saga(
            """
              stock: { call: stock.reserve, with: { sku: lamp }, retry: { attempts: 3 }, undo: \(release) }
              hold: { command: account.hold, key: ann, needs: [stock], with: { hold: o, amount: 5 }, undo: { command: account.release, with: { hold: o } } }
              book: { call: books.enter, needs: [hold], undo: { call: books.strike } }
              capture: { command: account.capture, key: ann, needs: [book], pivot: true, with: { hold: o } }
              ship: { call: ship.send, needs: [capture] }
            """, more: "output: { by: \"${ steps.ship.result.by }\" }"
        )
        .given("account/ann", "open", ["owner": "Ann"]).given("account/ann", "deposit", ["amount": 50])
        .action("stock.reserve") { input in ["reservation": .string("r/\(input["sku"]?.stringValue ?? "")")] }
        .action("ship.send") { _ in ["by": "sea"] }
    }

    @Test func `calls and commands are unwound together, also when nobody knows whether a call was done`() throws {
        #expect(
            try mixed().verify().description == """
                order: completed, {"by":"sea"}
                  stock fails: compensated
                  stock stays unknown: compensated, undone: stock
                  hold fails: compensated, undone: stock
                  book fails: compensated, undone: hold, stock
                  book stays unknown: compensated, undone: book, hold, stock
                  capture fails: compensated, undone: book, hold, stock
                  ship fails: stuck
                """)
    }

    @Test func `an action takes place once for each operation, whatever is killed and forgotten`() throws {
        let scaffold = try mixed()
        for kills in [Kills.none, .held, .forgotten] {
            let run = try scaffold.completed(kills)
            #expect(run.effects.map(\.operation) == ["scaffold/stock/do", "scaffold/book/do", "scaffold/ship/do"])
            #expect(run.effects[0].result == ["reservation": "r/lamp"] && run.effects[1].input == [:])
            let attempts = run.view["steps"]?.arrayValue?.map { $0["attempts"]?.intValue }
            // `book` is tried once: a loss would end it. `ship` is tried for ever.
            #expect(attempts == (kills == .forgotten ? [2, 1, 1, 1, 2] : [1, 1, 1, 1, 1]))
        }
    }

    @Test func `a repeated operation is answered as before, and its action is not run again`() throws {
        let calls = Mutex(0)
        let counted = try mixed().action("stock.reserve") { _ in
            let count = calls.withLock { count in
                count += 1
                return count
            }
            return ["reservation": .int(Int64(count))]
        }
        _ = try counted.completed(.forgotten)
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func `an undo that its worker has forgotten comes again, and takes place once`() throws {
        let refused = StepFailure(step: "hold", kind: .refused(place: 0, code: "no"))
        let run = try mixed().run(refused, .forgotten)
        #expect(run.state == "compensated" && run.effects.map(\.action) == ["stock.reserve", "stock.release"])
        #expect(run.view["steps"]?.arrayValue?[0]["undo"]?["attempts"] == 2)
    }

    @Test func `a probe tells what became of a forgotten step, and an own one may say it in other words`() throws {
        let steps = "  pay: { call: pay.charge, pivot: true, probe: { call: pay.status } }"
        let scaffold = try saga(steps, more: "output: \"${ steps.pay.result }\"").action("pay.charge") { _ in ["charge": 1] }
        let report = try scaffold.verify()
        #expect(report.description == "order: completed, {\"charge\":1}\n  pay fails: compensated")
        let other = try scaffold.action("pay.status") { _ in ["charge": 2] }
        #expect(try other.succeeds() == ["charge": 1])
        #expect(
            difference { try other.succeedsWithStepsRepeated() } == """
                order, every step run twice: another output
                  expected: {"charge":1}
                  actual:   {"charge":2}
                """)
    }

    @Test func `an undo that needs what an unknown attempt does not give is a difference`() throws {
        let strict = try mixed(release: "{ call: stock.release }").action("stock.release") { input in
            guard input["result"]?["reservation"] != nil else { throw Refusal("no_reservation", "say which") }
            return [:]
        }
        #expect(
            difference { try strict.verify() } == """
                order, 'stock' stays unknown: it does not end so
                  expected: compensated
                  actual:   stuck; stock: unknown (the scaffold lets nobody know); the undo of stock: no_reservation (say which)
                """)
    }

    @Test func `an undo that names what the result does not have is a difference`() throws {
        let wrong = try mixed(
            release:
                "{ call: stock.release, with: { id: \"${ steps.stock.status == 'completed' ? steps.stock.result.id : null }\" } }"
        )
        let text = difference { try wrong.unwinds() }
        #expect(text.contains("'hold' fails: it does not end so\n  expected: compensated\n  actual:   stuck"), "\(text)")
        #expect(text.contains("the undo of stock: expression"))
    }

    @Test func `an undo of another thing is a difference where its action looks`() throws {
        let other = try mixed(release: "{ call: stock.release, with: { reservation: r/chair } }").action("stock.release") {
            input in
            guard input["reservation"] == "r/lamp" else { throw Refusal("unknown_reservation") }
            return [:]
        }
        #expect(difference { try other.unwinds() }.contains("the undo of stock: unknown_reservation"))
    }

    @Test func `an action that refuses is a saga that does not succeed`() throws {
        let soldOut = try mixed().action("stock.reserve") { _ in throw Refusal("sold_out", "no lamp is left") }
        #expect(
            difference { try soldOut.verify() } == """
                order does not succeed
                  expected: completed
                  actual:   compensated; stock: sold_out (no lamp is left)
                """)
    }

    @Test func `an action that throws anything else, or refuses with a bad code, is a difference that says which`() throws {
        struct Broken: Error {}
        let broken = try mixed().action("stock.reserve") { _ in throw Broken() }
        #expect(
            difference { try broken.succeeds() } == """
                stock.reserve {"sku":"lamp"}
                  expected: a result, or a Refusal thrown
                  actual:   Broken()
                """)
        let shouting = try mixed().action("stock.reserve") { _ in throw Refusal("Sold Out") }
        #expect(difference { try shouting.succeeds() }.contains("expected: a code in snake case\n  actual:   Sold Out"))
    }

    @Test func `a misspelt action is a difference that names the nearest`() {
        let text = difference { _ = try mixed().action("stock.reserv") { _ in [:] } }
        #expect(
            text == """
                order calls no action 'stock.reserv'
                  expected: one of its actions
                  actual:   'stock.reserv'; did you mean 'stock.reserve'?
                """)
    }

    @Test func `a step here undone by a worker, and one there undone here, each have both sides compared`() throws {
        let outside = try saga(
            """
              add: { command: counter.add, key: c, with: { n: 1 }, undo: { call: counter.lower } }
              end: { call: end.it, needs: [add], pivot: true }
            """)
        #expect(difference { try outside.verify() }.hasPrefix("order, 'end' fails: counter/c is not as before"))
        let report = try outside.comparing { _, _ in .null }.verify()
        #expect(report.unwindings.map(\.undone) == [[], ["add"]])
        let inside = try saga(
            """
              add: { call: counter.raise, undo: { command: counter.add, key: c, with: { n: -1 } } }
              end: { call: end.it, needs: [add], pivot: true }
            """)
        #expect(difference { try inside.verify() }.hasPrefix("order, 'add' stays unknown: counter/c is not as before"))
        try inside.comparing { _, _ in .null }.verify()
    }

    @Test func `steps beside each other, optional ones and sleeps are shown with calls as with commands`() throws {
        let report = try saga(
            """
              left: { call: left.do, retry: { attempts: 2 }, undo: { call: left.undo } }
              right: { command: counter.add, key: c, with: { n: 1 }, undo: { command: counter.add, with: { n: -1 } } }
              nap: { sleep: 1s, needs: [right] }
              late: { command: counter.add, key: d, needs: [nap], with: { n: 1 }, undo: { command: counter.add, with: { n: -1 } } }
              note: { call: note.send, needs: [left], optional: true, retry: { attempts: 2 }, undo: { call: note.unsend } }
              end: { call: end.it, needs: [late, note], pivot: true }
            """
        ).undoingOnce("right", "late").verify()
        #expect(
            report.description == """
                order: completed
                  right fails: compensated
                  left fails: compensated, undone: right
                  left stays unknown: compensated, undone: left, right
                  note fails: completed
                  note stays unknown: completed, undone: note
                  late fails: compensated, undone: right, note, left
                  end fails: compensated, undone: late, note, right, left
                  nap fails: compensated, undone: right, note, left
                """)
    }

    @Test func `the ledger is compared with what the saga says, and undos with what they need`() throws {
        let scaffold = try mixed()
        let run = try scaffold.completed(.none)
        var lost = run
        lost.effects.removeLast()
        #expect(
            difference { try scaffold.checkEffects(lost, "order") } == """
                order: workers did something else for 'ship'
                  expected: ship.send
                  actual:   nothing
                """)
        var twice = run
        twice.effects.append(run.effects[2])
        #expect(difference { try scaffold.checkEffects(twice, "order") }.hasSuffix("actual:   ship.send, ship.send"))
        try scaffold.checkOrder(["book", "hold", "stock"], "order")
        #expect(
            difference { try scaffold.checkOrder(["hold", "book", "stock"], "order") } == """
                order: undone in the wrong order
                  expected: 'book' before 'hold', which it needs
                  actual:   hold, book, stock
                """)
    }
}
