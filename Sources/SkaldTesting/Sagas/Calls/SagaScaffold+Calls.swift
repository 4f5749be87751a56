public import Kernel
import SagaModel
import Wire

/// What workers do in the scaffolds.
extension SagaScaffold {
    /// What an action of a worker answers to its input: a result, or a `Refusal` thrown. Called for an operation once: a
    /// repetition gets the same answer, as from a participant that dedupes.
    public typealias Performer = @Sendable (_ input: JSON) throws -> JSON

    /// Lets an action of the definition, of a step, an undo or a probe, answer so. Without it is done, with `{}`; a probe tells
    /// what became of the step.
    public func action(_ name: String, _ perform: @escaping Performer) throws -> SagaScaffold {
        let actions = definition.actions
        guard actions.contains(name) else {
            let hint = Suggestion.nearest(to: name, among: actions).map { "; did you mean '\($0)'?" } ?? ""
            throw Difference(
                "\(definition.name) calls no action '\(name)'", expected: "one of its actions", actual: "'\(name)'\(hint)")
        }
        var next = self
        next.performers[name] = perform
        return next
    }

    /// What workers did is what the saga says of its steps: each done once, each undone once where it was, dependants first.
    func checkEffects(_ run: SagaRun, _ what: String) throws {
        for index in definition.steps.indices {
            let (expected, actual) = effects(of: index, run)
            guard expected == actual else {
                throw Difference(
                    "\(what): workers did something else for '\(definition.steps[index].name)'",
                    expected: expected.joined(separator: ", "), actual: actual.joined(separator: ", "))
            }
        }
        try checkOrder(run.effects.filter { $0.direction == .undo }.map(\.step), what)
        try checkOrder(run.attempts.filter(\.isUndo).map(\.step), what)
    }

    /// The actions for a step, as they should be and as they were.
    private func effects(of index: Int, _ run: SagaRun) -> (expected: [String], actual: [String]) {
        let step = definition.steps[index]
        let found = run.effects.filter { $0.step == step.name }
        let view = run.view["steps"]?.arrayValue?[index]
        let isMaybe = view?["certainty"] == "maybe"
        let isDone = view?["state"] == "completed" || isMaybe
        var expected: [String] = []
        // Of a maybe the ledger alone knows whether it was.
        if case .call(let call) = step.action, isDone, !isMaybe || found.contains(where: { $0.direction == .do }) {
            expected.append(call.action)
        }
        let isTurned = run.state == "compensated" || isMaybe && step.isOptional
        if case .action(let undo) = step.undo, case .call(let call) = undo.operation, isDone, isTurned,
            !run.bypassed.contains(step.name)
        {
            expected.append(call.action)
        }
        return (expected, found.map(\.action))
    }

    func checkOrder(_ undone: [String], _ what: String) throws {
        let steps = undone.compactMap(definition.index(of:))
        for (place, step) in steps.enumerated() {
            guard let late = steps[(place + 1)...].first(where: { definition.graph.isAfter($0, step) }) else { continue }
            let (first, second) = (definition.steps[late].name, definition.steps[step].name)
            throw Difference(
                "\(what): undone in the wrong order", expected: "'\(first)' before '\(second)', which it needs",
                actual: undone.joined(separator: ", "))
        }
    }
}
