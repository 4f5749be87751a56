import Kernel
import SagaModel
import SkaldTesting

/// A torture on the aggregates compiled into this binary: what it needs before it can begin.
struct RealTortureRequest {
    let source: DefinitionFile
    let definition: Definition
    let input: JSON
    let given: GivenFile?
    let undoingOnce: [String]
    let seeds: Range<UInt64>

    /// A scene or an input with which the saga does not even complete undisturbed is no broken promise, and says so.
    func run(_ aggregates: [AggregateHandler]) throws(Failure) -> RealTortureReport {
        if definition.usesWorkers { throw needsWorkers }
        let scaffold = try scaffold(aggregates)
        do {
            if let given, let refused = try scaffold.refusedGiven() { throw given.refused(refused.place, refused.answer) }
            try scaffold.succeeds()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw unfit(error)
        }
        return RealTorture(scaffold).run(seeds: seeds)
    }

    private var needsWorkers: Failure {
        Failure(
            .configuration, code: "needs_workers",
            "\(definition.name) calls workers, and --real runs the aggregates of this binary alone; nothing was tortured",
            next: "leave out --real: workers are simulated then")
    }

    private func scaffold(_ aggregates: [AggregateHandler]) throws(Failure) -> SagaScaffold {
        for step in undoingOnce { try check(undoneOnce: step) }
        do {
            var scaffold = try SagaScaffold(source.text, aggregates: aggregates).when(input: input)
            for entry in given?.entries ?? [] { scaffold = scaffold.given(entry.address, entry.command, entry.body) }
            for step in undoingOnce { scaffold = try scaffold.undoingOnce(step) }
            return scaffold
        } catch {
            throw Failure(.configuration, code: "invalid_definition", Plain.text("\(source.path): \(error)"))
        }
    }

    private func check(undoneOnce step: String) throws(Failure) {
        guard let index = definition.index(of: step) else {
            let hint = Suggestion.didYouMean(step, among: definition.steps.map(\.name))
            throw .usage("--undoing-once: \(definition.name) has no step '\(Plain.text(step))'\(hint)")
        }
        guard case .action = definition.steps[index].undo else {
            throw .usage("--undoing-once: the step '\(step)' has no undo", next: "leave it out")
        }
    }

    private func unfit(_ error: any Error) -> Failure {
        guard let difference = error as? Difference else {
            return Failure(.failed, code: "internal", Plain.text("\(definition.name) cannot be run: \(error)"))
        }
        let next = given.map { "add to \(Plain.text($0.path)) what this input needs" } ?? "give what it needs first: --given FILE"
        return Failure(
            .configuration, code: "not_completed",
            "with no fault at all, \(Plain.text(difference.summary)); nothing was tortured",
            next: "\(next), or choose another --input",
            details: [
                "expected: \(Plain.text(difference.expected))", "actual:   \(Plain.text(difference.actual))",
                "input:    \(Plain.json(input))",
            ],
            body: [
                "message": .string(difference.summary), "expected": .string(difference.expected),
                "actual": .string(difference.actual), "input": input,
            ])
    }
}
