public import Kernel
import SagaModel

/// The four scaffolds.
extension SagaScaffold {
    /// All four, in turn.
    @discardableResult
    public func verify() throws -> SagaReport {
        let output = try succeeds()
        try succeedsWithStepsRepeated()
        let unwindings = try unwinds()
        try unwindsWithUndosRepeated()
        let (failed, undone) = (Set(unwindings.map(\.step)), Set(unwindings.flatMap(\.undone)))
        let unreached = definition.steps.enumerated().filter { index, step in
            !failed.contains(step.name) && (step.hasEffect || isBeforePivot(index))
        }
        let neverUndone = definition.steps.filter { step in
            if case .action = step.undo { failed.contains(step.name) && !undone.contains(step.name) } else { false }
        }
        return SagaReport(
            definition: definition.name, output: output, unwindings: unwindings, unreached: unreached.map(\.element.name),
            neverUndone: neverUndone.map(\.name))
    }

    /// It completes. Returns its output.
    @discardableResult
    public func succeeds() throws -> JSON { try completed(crashing: false).view["output"] ?? .null }

    /// It completes the same with every step run twice: the server is killed before each of its commits, so that everything is
    /// decided once more from the log alone, and after each, so that nobody heard of it and the start is sent again. Every
    /// aggregate has the same state and the same number of events as without.
    ///
    /// Finds decisions that are not pure, and states that do not survive their JSON form.
    public func succeedsWithStepsRepeated() throws {
        let plain = try completed(crashing: false)
        let repeated = try completed(crashing: true)
        let what = "\(definition.name), every step run twice"
        try same("\(what): another output", plain.view["output"] ?? .null, repeated.view["output"] ?? .null)
        guard plain.after == repeated.after else {
            throw Difference("\(what): another effect", expected: Self.text(plain.after), actual: Self.text(repeated.after))
        }
    }

    /// With each step in turn failing for good it unwinds: it ends compensated, and every aggregate is as it was before. A
    /// failure behind the pivot leaves it stuck instead, one of an optional step is survived. A `sleep` cannot fail: there it
    /// is cancelled. Aggregates of steps with `undo: none` are not compared.
    @discardableResult
    public func unwinds() throws -> [Unwinding] {
        try failures().map { failure in
            let run = try SagaRun(self, injector(failure), crashing: false, cancelling: failure.cancelled)
            return try check(run, failure, "")
        }
    }

    /// The same with every undo run twice: by the killed server, and delivered a second time on what the first has left, which
    /// must be accepted and change nothing. Between saga and undo others may act: a guest who has cancelled already is the
    /// same case. Steps named with `undoingOnce` are run twice by the killed server alone.
    public func unwindsWithUndosRepeated() throws {
        for failure in try failures() {
            let first = try SagaRun(self, injector(failure), crashing: false, cancelling: failure.cancelled)
            let undos = first.attempts.enumerated().filter { $0.element.isUndo && !undoneOnce.contains($0.element.step) }
            let twice = Dictionary(uniqueKeysWithValues: undos.map { ($0.offset, $0.element.step) })
            let injector = injector(failure, repeated: twice)
            let run = try SagaRun(self, injector, crashing: true, cancelling: failure.cancelled)
            if let finding = injector.finding { throw finding.about("\(definition.name), '\(failure.step)' fails") }
            try check(run, failure, ", every undo run twice")
        }
    }
}

/// A step that is made to fail.
private struct StepFailure {
    let step: String
    /// Where its first decision stands among all of them, and the code to refuse it with; nil for a sleep.
    let refused: (place: Int, code: String)?
    var cancelled: String? { refused == nil ? step : nil }
}

extension SagaScaffold {
    private func injector(_ failure: StepFailure? = nil, repeated: [Int: String] = [:]) -> Injector {
        Injector(refused: failure?.refused.map { [$0.place: $0.code] } ?? [:], repeated: repeated, view: view)
    }

    func completed(crashing: Bool) throws -> SagaRun {
        let run = try SagaRun(self, injector(), crashing: crashing)
        let isGood = run.state == "completed" && run.view["output_error"] == nil
        guard isGood else {
            let what = crashing ? "\(definition.name), every step run twice," : definition.name
            throw Difference("\(what) does not succeed", expected: "completed", actual: SagaRun.ending(run.view))
        }
        return run
    }

    /// Every step that runs when nothing fails, in the order of their first decisions; sleeps before the pivot behind them.
    private func failures() throws -> [StepFailure] {
        let run = try completed(crashing: false)
        var seen: Set<String> = []
        let commands = run.attempts.enumerated().filter { seen.insert($0.element.step).inserted }.map { place, attempt in
            StepFailure(step: attempt.step, refused: (place, refusal(of: attempt.step)))
        }
        let steps = run.view["steps"]?.arrayValue ?? []
        let sleeps = definition.steps.indices.filter { index in
            !definition.steps[index].hasEffect && isBeforePivot(index) && steps[index]["state"] == "completed"
        }
        return commands + sleeps.map { StepFailure(step: definition.steps[$0].name, refused: nil) }
    }

    private func refusal(of step: String) -> String {
        definition.index(of: step).map { definition.steps[$0].retry.finalCode } ?? Retry.scaffoldCode
    }

    func isBehindPivot(_ step: Int) -> Bool { definition.pivot.map { definition.graph.isAfter(step, $0) } ?? false }
    func isBeforePivot(_ step: Int) -> Bool { definition.pivot.map { definition.graph.isAfter($0, step) } ?? true }

    private func ending(of failure: StepFailure) -> Unwinding.Ending {
        guard let index = definition.index(of: failure.step) else { preconditionFailure("a step that ran is in the definition") }
        if definition.steps[index].isOptional { return .completed }
        return isBehindPivot(index) ? .stuck : .compensated
    }

    @discardableResult
    private func check(_ run: SagaRun, _ failure: StepFailure, _ how: String) throws -> Unwinding {
        let what = "\(definition.name), '\(failure.step)' \(failure.refused == nil ? "cancelled" : "fails")\(how)"
        let expected = ending(of: failure)
        guard run.state == expected.rawValue else {
            throw Difference("\(what): it does not end so", expected: expected.rawValue, actual: SagaRun.ending(run.view))
        }
        if expected == .compensated { try compare(run, what) }
        return Unwinding(step: failure.step, ending: expected, undone: run.attempts.filter(\.isUndo).map(\.step))
    }

    /// Every aggregate is as it was before, but for those that a step without undo has changed.
    func compare(_ run: SagaRun, _ what: String) throws {
        let left = run.attempts.filter { run.bypassed.contains($0.step) }.map(\.aggregate)
        for after in run.after where !left.contains(after.id) {
            let before = try run.before.first { $0.id == after.id }?.state ?? initial(after.id)
            try same("\(what): \(after.id) is not as before", view(after.id, before), view(after.id, after.state))
        }
    }

    private func initial(_ id: AggregateID) throws -> JSON {
        guard let handler = handlers.first(where: { $0.type == id.type }) else { return .null }
        return try handler.encode(handler.initial)
    }

    func same(_ what: String, _ expected: JSON, _ actual: JSON) throws {
        guard expected == actual else { throw Difference(what, expected: expected.text, actual: actual.text) }
    }

    static func text(_ aggregates: [AggregateSnapshot]) -> String {
        aggregates.map { "\($0.id) version \($0.version) \($0.state.text)" }.joined(separator: ", ")
    }
}
