import Kernel
import SagaModel

/// Which cases follow from a run.
extension RealTorture {
    /// The case with one more fault behind its last, at each decision that the run comes to. Two, or two undos and what made
    /// the saga turn back.
    func extended(_ faults: [PlacedFault], _ run: SagaRun) -> [[PlacedFault]] {
        let undos = faults.count { $0.fault.isUndo }
        guard faults.count < 2 || faults.count == 2 && undos == 1 else { return [] }
        let onlyUndos = faults.count == 2 || faults.cancelled != nil
        let last = faults.map(\.place).max() ?? -1
        var seen: Set<String> = []
        var found: [PlacedFault] = []
        for (place, attempt) in run.attempts.enumerated() where place > last && (attempt.isUndo || !onlyUndos) {
            guard seen.insert("\(attempt.isUndo) \(attempt.step)").inserted else { continue }
            found += faultsOf(attempt, at: place, run)
        }
        if !onlyUndos { found += cancels(run, after: faults) }
        return found.map { faults + [$0] }
    }

    private func faultsOf(_ attempt: SagaAttempt, at place: Int, _ run: SagaRun) -> [PlacedFault] {
        guard let retry = retry(attempt) else { return [] }
        func fault(_ kind: RealFault.Kind, _ code: String) -> PlacedFault {
            PlacedFault(fault: RealFault(step: attempt.step, isUndo: attempt.isUndo, kind: kind), place: place, code: code)
        }
        let attempts = run.attempts.count { $0 == attempt }
        let passing = retry.allowsMore(than: attempts) ? retry.passingCode : nil
        return [fault(.refused, retry.finalCode)] + (passing.map { [fault(.retried, $0)] } ?? [])
    }

    /// In each sleep before the pivot that the run has slept through, and that can only come after the other faults.
    private func cancels(_ run: SagaRun, after faults: [PlacedFault]) -> [PlacedFault] {
        let definition = scaffold.definition
        let others = faults.compactMap { definition.index(of: $0.fault.step) }
        let steps = run.view["steps"]?.arrayValue ?? []
        return definition.steps.indices.compactMap { index in
            let step = definition.steps[index]
            guard !step.hasEffect, scaffold.isBeforePivot(index), steps[index]["state"] == "completed",
                others.allSatisfy({ definition.graph.isAfter(index, $0) })
            else { return nil }
            return PlacedFault(fault: RealFault(step: step.name, isUndo: false, kind: .cancelled), place: -1, code: "")
        }
    }

    private func retry(_ attempt: SagaAttempt) -> Retry? {
        guard let index = scaffold.definition.index(of: attempt.step) else { return nil }
        let step = scaffold.definition.steps[index]
        guard attempt.isUndo else { return step.retry }
        if case .action(let undo) = step.undo { return undo.retry }
        return nil
    }
}
