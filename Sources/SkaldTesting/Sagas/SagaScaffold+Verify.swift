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
    public func succeeds() throws -> JSON { try completed(.none).view["output"] ?? .null }

    /// It completes the same with every step run twice: the server is killed before each of its commits, so that everything is
    /// decided once more from the log alone, and after each, so that nobody heard of it and the start is sent again. Every
    /// aggregate has the same state and the same number of events as without, and workers did each operation once.
    ///
    /// Finds decisions that are not pure, and states that do not survive their JSON form.
    public func succeedsWithStepsRepeated() throws {
        let plain = try completed(.none)
        for kills in everyKill {
            let repeated = try completed(kills)
            let what = "\(definition.name), every step run twice"
            try same("\(what): another output", plain.view["output"] ?? .null, repeated.view["output"] ?? .null)
            guard plain.after == repeated.after else {
                throw Difference("\(what): another effect", expected: Self.text(plain.after), actual: Self.text(repeated.after))
            }
            let (expected, actual) = (Self.text(plain.effects), Self.text(repeated.effects))
            guard expected.hasBytes(of: actual) else {
                throw Difference("\(what): workers did something else", expected: expected, actual: actual)
            }
        }
    }

    /// With each step in turn failing for good it unwinds: it ends compensated, and every aggregate is as it was before. A
    /// failure behind the pivot leaves it stuck instead, one of an optional step is survived. A `sleep` cannot fail: there it
    /// is cancelled. Aggregates of steps with `undo: none` are not compared. A call besides stays
    /// unknown: it takes place, and nobody can tell.
    @discardableResult
    public func unwinds() throws -> [Unwinding] {
        try failures(.none).map { failure in try check(try run(failure, .none), failure, "") }
    }

    /// The same with every undo run twice: by the killed server, and delivered a second time on what the first has left, which
    /// must be accepted and change nothing. Between saga and undo others may act: a guest who has cancelled already is the
    /// same case. Steps named with `undoingOnce` are run twice by the killed server alone. A call's undo comes twice when its
    /// worker has forgotten it.
    public func unwindsWithUndosRepeated() throws {
        for kills in everyKill {
            for failure in try failures(kills) {
                let first = try run(failure, kills)
                let undos = first.decisions.enumerated().filter { $0.element.isUndo && !undoneOnce.contains($0.element.step) }
                let twice = Dictionary(uniqueKeysWithValues: undos.map { ($0.offset, $0.element.step) })
                try check(twice.isEmpty ? first : try run(failure, kills, repeating: twice), failure, ", every undo run twice")
            }
        }
    }
}

extension SagaScaffold {
    private var everyKill: [Kills] { definition.usesWorkers ? [.held, .forgotten] : [.held] }

    func run(_ failure: StepFailure?, _ kills: Kills, repeating: [Int: String] = [:]) throws -> SagaRun {
        let injector = Injector(refused: failure?.refusals ?? [:], repeated: repeating, view: view)
        let worker =
            definition.usesWorkers ? ScaffoldWorker(self, fault: failure?.fault, isForgetful: kills == .forgotten) : nil
        let run = try SagaRun(self, injector, worker, crashing: kills.isCrashing, cancelling: failure?.cancelled)
        if let finding = injector.finding { throw finding.about("\(definition.name), '\(failure?.step ?? "")' fails") }
        return run
    }

    func completed(_ kills: Kills) throws -> SagaRun {
        let run = try run(nil, kills)
        let what = kills.isCrashing ? "\(definition.name), every step run twice," : definition.name
        guard run.state == "completed" && run.view["output_error"] == nil else {
            throw Difference("\(what) does not succeed", expected: "completed", actual: SagaRun.ending(run.view))
        }
        try checkEffects(run, what)
        return run
    }

    /// Every step that runs when nothing fails, in the order it first does; sleeps before the pivot behind them. The order of
    /// decisions is that of runs with the same kills: a task that is forgotten comes later.
    private func failures(_ kills: Kills) throws -> [StepFailure] {
        let run = try completed(kills)
        var seen: Set<String> = []
        var place = -1
        var failures: [StepFailure] = []
        for attempt in run.attempts {
            if attempt.isLocal { place += 1 }
            guard seen.insert(attempt.step).inserted, let index = definition.index(of: attempt.step) else { continue }
            let code = definition.steps[index].retry.finalCode
            failures.append(
                StepFailure(
                    step: attempt.step, kind: attempt.isLocal ? .refused(place: place, code: code) : .call(.refused(code))))
            if definition.givesUpUnknown(index) { failures.append(StepFailure(step: attempt.step, kind: .call(.unknown))) }
        }
        let steps = run.view["steps"]?.arrayValue ?? []
        let sleeps = definition.steps.indices.filter { index in
            !definition.steps[index].hasEffect && isBeforePivot(index) && steps[index]["state"] == "completed"
        }
        return failures + sleeps.map { StepFailure(step: definition.steps[$0].name, kind: .cancelled) }
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
        let what = "\(definition.name), \(failure.text)\(how)"
        let expected = ending(of: failure)
        guard run.state == expected.rawValue else {
            throw Difference("\(what): it does not end so", expected: expected.rawValue, actual: SagaRun.ending(run.view))
        }
        if expected == .compensated { try compare(run, what) }
        try checkEffects(run, what)
        var seen: Set<String> = []
        let undone = run.attempts.filter { $0.isUndo && seen.insert($0.step).inserted }.map(\.step)
        return Unwinding(step: failure.step, cause: failure.cause, ending: expected, undone: undone)
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

    /// In the order of operations: which of two steps beside each other comes first may be left to time.
    static func text(_ effects: [CallEffect]) -> String {
        effects.sorted { $0.operation < $1.operation }.map(\.text).joined(separator: ", ")
    }

    static func text(_ aggregates: [AggregateSnapshot]) -> String {
        aggregates.map { "\($0.id) version \($0.version) \($0.state.text)" }.joined(separator: ", ")
    }
}
