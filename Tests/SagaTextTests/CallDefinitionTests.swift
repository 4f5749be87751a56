import Kernel
import SagaModel
import SagaText
import Testing

/// What is read of steps, undos and probes that are actions of workers.
@Suite struct CallDefinitionTests {
    private func read(_ steps: String, head: String = "") throws -> Definition {
        let reading = DefinitionReader.read(source: "saga: s\nversion: 1\n\(head)\nsteps:\n" + steps, catalog: DemoCatalog())
        #expect(reading.problems.map(\.description) == [])
        return try #require(reading.definition)
    }

    @Test func `a call is an action with a body, an undo and the time of an attempt`() throws {
        let step = try read("  a: { call: mail, with: { to: x }, timeout: 4s, undo: { call: mail.sorry, timeout: 2s } }").steps[0]
        guard case .call(let call) = step.action, case .action(let undo) = step.undo, case .call(let sorry) = undo.operation
        else {
            Issue.record("no call")
            return
        }
        #expect(call.action == "mail" && call.body != nil && step.timeout == 4_000 && step.hasEffect)
        #expect(sorry.action == "mail.sorry" && sorry.body == nil && undo.timeout == 2_000 && undo.retry == .forever)
        #expect(step.probe == nil)
    }

    @Test func `a probe asks ten times unless it says otherwise, whatever the step's own retries are`() throws {
        let head = "defaults: { timeout: 9s, retry: { attempts: 3, cap: 1s } }"
        let steps = try read(
            """
              a: { call: x, undo: none, because: test, probe: { call: x.look } }
              b:
                call: x
                undo: none
                because: test
                probe: { call: x.look, with: { n: 1 }, retry: { attempts: forever, first: 1s, factor: 3, jitter: none }, timeout: 2s }
            """, head: head
        ).steps
        let (plain, own) = (try #require(steps[0].probe), try #require(steps[1].probe))
        #expect(plain.retry == Retry(attempts: 10, first: 500, factor: 2, cap: 60_000, jitter: .full))
        #expect(plain.timeout == 9_000 && plain.call.action == "x.look" && plain.call.body == nil)
        #expect(own.retry == Retry(attempts: nil, first: 1_000, factor: 3, cap: 60_000, jitter: .none))
        #expect(own.timeout == 2_000 && own.call.body != nil)
        #expect(try read("  a: { call: x, undo: none, because: t, probe: { call: y } }").steps[0].probe?.timeout == 30_000)
    }

    @Test func `behind the pivot a call is sent without end`() throws {
        let steps = try read("  a: { call: pay, pivot: true }\n  b: { needs: [a], call: ship }").steps
        #expect(steps[0].isPivot && steps[0].retry.attempts == 1 && steps[1].retry.attempts == nil)
    }

    @Test func `a command goes to workers when they decide for its type, and nowhere when nobody knows it`() throws {
        let steps = try read(
            """
              a: { command: warehouse.any-thing, key: w, with: { free: form }, undo: { command: warehouse.back } }
              b: { command: counter.add, key: k, with: { n: 1 }, undo: { command: warehouse.back } }
            """
        ).steps
        guard case .command(let remote) = steps[0].action, case .command(let local) = steps[1].action,
            case .action(let undo) = steps[0].undo, case .command(let back) = undo.operation
        else {
            Issue.record("no commands")
            return
        }
        #expect(remote.isRemote && back.isRemote && !local.isRemote)
        let unknown = DefinitionReader.read(
            source: "saga: s\nversion: 1\nsteps: { a: { command: warehous.x, key: k, undo: none, because: t } }",
            catalog: DemoCatalog())
        #expect(unknown.problems.map(\.message) == ["there is no aggregate type 'warehous'; did you mean 'warehouse'?"])
    }

    @Test func `the checked result of a doubtful call may be read behind a test of its status`() throws {
        _ = try read(
            """
              a:
                call: x
                undo:
                  call: y
                  with: { id: "${ steps.a.status == 'completed' ? steps.a.result.id : 'none' }", h: "${ has(steps.a.result) }" }
            """)
    }
}
