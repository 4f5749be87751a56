import Kernel
import Testing

@testable import SagaModel

/// The walk over what can happen to a definition, and what it finds when a plan is wrong.
@Suite struct DefinitionWalkTests {
    static func trip(_ retry: Retry = .once) -> Definition {
        Sketch.definition(
            [
                Sketch.step("hotel", retry: retry), Sketch.step("flight", retry: retry),
                Sketch.step("charge", needs: [0, 1], pivot: true, retry: retry),
                Sketch.step("confirm", needs: [2], undo: .nothing, retry: Sketch.patient),
            ], deadline: 1_000)
    }

    @Test(arguments: [false, true])
    func `every path of a trip ends as it may, and every undo is walked`(asWorkers: Bool) {
        let report = DefinitionWalk(Self.trip(Sketch.tries(3)), asWorkers: asWorkers).run()
        #expect(report.isProved, "\(report.violation?.what ?? "")")
        #expect(report.states > 50 && report.completed > 0 && report.compensated > 0 && report.stuck > 0)
        #expect(report.undone == [true, true, false, false] && report.undoFailed == [true, true, false, false])
        #expect(report.unusedUndos == [])
        let places = report.findings.map { "\($0.step ?? -1) \($0.what)" }.sorted()
        #expect(places == ["0 its undo is refused", "1 its undo is refused", "3 the step fails behind the pivot"])
    }

    @Test func `a saga of one step cannot fail once it is done, so that its undo is never used`() {
        let report = DefinitionWalk(Sketch.definition([Sketch.step("a")])).run()
        #expect(report.isProved && report.unusedUndos == ["a"] && report.findings.isEmpty)
    }

    @Test func `conditions go both ways, and sleeps are waited for or cancelled`() {
        let condition = Expression.binary(.equal, .stepStatus(0), .literal("completed"))
        let definition = Sketch.definition([
            Sketch.step("a"), Sketch.sleep("nap", 50, needs: [0]), Sketch.step("b", needs: [1], if: condition),
            Sketch.step("c", needs: [2], optional: true),
        ])
        for asWorkers in [false, true] {
            let (report, table) = DefinitionWalk(definition, asWorkers: asWorkers).explored()
            #expect(report.isProved)
            let code = WalkCode(report.definition)
            let states = (0..<table.count).map { code.state(table.row($0)) }
            for status in [StepStatus.completed, .skipped, .failed] {
                #expect(states.contains { $0.steps[2].status == status || $0.status != .running && status == .failed })
            }
            #expect(states.contains { $0.steps[1].status == .running } && states.contains { $0.steps[1].status == .cancelled })
        }
    }

    @Test func `an undo that reads the result can lack it`() {
        let reads = Template.expression(.member(.stepResult(0), .literal("id")))
        let undo = Sketch.reverse(body: .object([Template.Member(key: "id", value: reads)]))
        let definition = Sketch.definition([Sketch.step("a", undo: undo), Sketch.step("b", needs: [0], key: reads)])
        for asWorkers in [false, true] {
            let report = DefinitionWalk(definition, asWorkers: asWorkers).run()
            #expect(report.isProved)
            #expect(report.findings.map(\.what).contains("its undo needs what the result does not hold"))
        }
    }

    @Test func `calls are walked as what workers do, whatever else the definition holds`() {
        let calls = Sketch.definition([
            Sketch.call("a", retry: Sketch.tries(2), probe: Sketch.probe()), Sketch.step("b"),
            Sketch.call("pay", needs: [0, 1], pivot: true, probe: Sketch.probe(Sketch.tries(1))),
            Sketch.call("tell", needs: [2], undo: .nothing, retry: Sketch.patient),
        ])
        let (report, table) = DefinitionWalk(calls).explored()
        #expect(report.isProved, "\(report.violation?.what ?? "")")
        let code = WalkCode(report.definition)
        let states = (0..<table.count).map { code.state(table.row($0)) }
        for step in [0, 2] { #expect(states.contains { $0.steps[step].probe.isOpen }, "step \(step) is asked about") }
        #expect(states.contains { $0.steps[0].status == .failed && $0.steps[0].certainty == .maybe })
        #expect(!states.contains { $0.steps[1].certainty == .maybe || $0.steps[1].hadUnknown }, "a command is never unknown")
        #expect(!states.contains { $0.status == .compensating && $0.isPivotInDoubt })
        #expect(report.undone == [true, true, false, false])
        let far = DefinitionWalk(calls, asWorkers: true).run()
        #expect(far.isProved && far.states > report.states)
    }

    @Test func `an undo that a worker returns is walked where the definition has none`() {
        let waived = Sketch.call("a", undo: .waived(because: "harmless"))
        let report = DefinitionWalk(Sketch.definition([waived, Sketch.step("b", needs: [0])])).run()
        #expect(
            report.isProved && report.undone[0]
                && report.findings.map(\.what).contains("an undo that its worker returns is refused"))
        let pivot = Sketch.call("a", pivot: true)
        let none = DefinitionWalk(Sketch.definition([pivot, Sketch.step("b", needs: [0], undo: .nothing)])).run()
        #expect(none.isProved && none.undone == [false, false])
    }

    @Test func `a walk that meets more states than its limit says so and claims no proof`() {
        let report = DefinitionWalk(Self.trip(), asWorkers: true, limit: 100).run()
        #expect(!report.isComplete && !report.isProved && report.violation == nil)
        #expect(report.states > 100 && report.states < 200)
        #expect(report.json["proved"] == false && report.json["complete"] == false)
    }

    @Test func `every state of a walk is made again from its row`() {
        let (report, table) = DefinitionWalk(Self.trip(Sketch.tries(2, only: ["full"])), asWorkers: true).explored()
        let code = WalkCode(report.definition)
        for index in 0..<table.count {
            let row = Array(table.row(index))
            #expect(code.row(code.state(row[...])) == row)
        }
    }

    /// The proof is worth something only if no real run leaves what was walked.
    @Test(arguments: 0..<20)
    func `every state of a random run is among those walked`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<10 {
            var run = SagaWalk(random.next())
            let definition = run.saga.state.definition
            // Wide graphs have too many states for a test of milliseconds.
            guard definition.steps.count <= 3 else { continue }
            try run.go()
            let (report, table) = DefinitionWalk(definition, asWorkers: true).explored()
            #expect(report.isProved, "seed \(seed): \(report.violation?.what ?? "")")
            let code = WalkCode(report.definition)
            guard case .started(let start) = run.saga.events[0].event else { continue }
            var state = SagaState(id: "s-1", definition: definition, start: start, at: run.saga.events[0].time)
            for (event, time) in run.saga.events.dropFirst() {
                // People who repair are not walked.
                if event.name == "saga.repaired" || event.name == "undo.waived" { break }
                try state.apply(event, at: time)

                #expect(table.contains(code.row(state)), "seed \(seed): \(run.saga.story) at \(event.name)")
            }
        }
    }
}
