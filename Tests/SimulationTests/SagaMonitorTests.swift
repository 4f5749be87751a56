import Kernel
import SagaModel
import Testing

@testable import Simulation

/// The rules of a saga's history, each broken on purpose.
@Suite struct SagaMonitorTests {
    private static let undo = SimulatedStep.Undo.command(.take(1), .once)
    private static let definition = SimulatedDefinition(
        name: "d", version: 1, hasKey: false, deadline: nil,
        steps: [
            SimulatedStep(name: "a", action: .command(.add(1), cell: "x"), undo: undo),
            SimulatedStep(name: "b", needs: [0], action: .command(.add(1), cell: "y"), undo: undo),
        ])
    private static let failure = Failure(code: "no", message: "")

    private static func started(_ step: String, _ attempt: Int = 1) -> SagaEvent {
        .stepStarted(step: step, attempt: attempt, call: nil, due: nil)
    }
    private static func done(_ step: String, _ attempt: Int = 1) -> SagaEvent {
        .stepCompleted(step: step, attempt: attempt, result: .null, version: nil, undo: nil, undoError: nil)
    }
    private static func failed(_ step: String) -> SagaEvent {
        .stepFailed(step: step, attempt: 1, error: failure, certainty: .none, undo: nil, undoError: nil)
    }
    private static let back = SagaEvent.compensating(reason: .stepFailed, error: nil)
    private static let both = [started("a"), done("a"), started("b"), done("b")]

    private static func watch(_ events: [SagaEvent]) throws(SimulationFailure) {
        var monitor = SagaMonitor(id: "s", definition)
        for event in events { try monitor.watch(event) }
    }

    @Test func `a good history passes`() throws {
        let undone: [SagaEvent] = ["b", "a"].flatMap { (step: String) -> [SagaEvent] in
            [.undoStarted(step: step, attempt: 1), .undoCompleted(step: step, attempt: 1, result: .null)]
        }
        try Self.watch(Self.both + [Self.back] + undone + [.compensated])
        try Self.watch(Self.both + [.completed(output: .null, outputError: nil)])
    }

    @Test(arguments: [
        ([started("b")], "before what it needs"),
        ([started("a"), started("a")], "starts while running"),
        ([started("a", 2)], "attempt 2 follows 0"),
        ([done("a")], "completed while pending"),
        ([started("a"), done("a", 2)], "attempt 2 of 1"),
        ([.stepSkipped(step: "a")], "without a condition"),
        ([started("a"), failed("a"), back, started("b")], "after the saga turned back"),
        (both + [.undoStarted(step: "b", attempt: 1)], "while the saga goes on"),
        (both + [back, .undoStarted(step: "a", attempt: 1)], "before that of b has ended"),
        ([started("a"), failed("a"), back, .undoStarted(step: "a", attempt: 1)], "which is failed"),
        (both + [back, .compensated], "an undo that is owed"),
        ([started("a"), done("a"), .completed(output: .null, outputError: nil)], "before all steps are finished"),
        (both + [.completed(output: .null, outputError: nil), back], "after its end"),
        ([back, back], "turned back twice"),
        (both + [back, .undoWaived(step: "b", reason: "", actor: nil)], "is waived while none"),
        ([started("a"), .stepCancelled(step: "a")], "only a sleep"),
    ] as [([SagaEvent], String)])
    func `a history that breaks a rule is found`(events: [SagaEvent], words: String) {
        let failure = #expect(throws: SimulationFailure.self) { try Self.watch(events) }
        #expect(failure?.what.contains(words) == true, "\(failure?.what ?? "")")
    }
}
