import Kernel
import SagaModel

/// What must be true of a run.
extension RealTorture {
    func check(_ run: SagaRun, _ faults: [PlacedFault], _ how: String) throws {
        let what = "\(faults.text)\(how)"
        for fault in faults where fault.place >= 0 {
            let attempt = run.attempts.indices.contains(fault.place) ? run.attempts[fault.place] : nil
            guard attempt?.step == fault.fault.step, attempt?.isUndo == fault.fault.isUndo else {
                throw Difference(
                    "\(what): the saga went another way than before", expected: fault.fault.text,
                    actual: attempt.map { "\($0.isUndo ? "the undo of " : "")\($0.step)" } ?? "an end before it")
            }
        }
        let ends = ends(faults.filter { $0.place < run.settledAfter })
        guard ends.contains(run.state) else {
            let expected = ends.joined(separator: " or ")
            throw Difference("\(what): it does not end so", expected: expected, actual: SagaRun.ending(run.view))
        }
        if run.state == "compensated" { try scaffold.compare(run, what) }
        if let repaired = run.repaired { try check(repaired: repaired, run, faults, what) }
    }

    /// A person who says "again" gets what was begun to its end.
    private func check(repaired: JSON, _ run: SagaRun, _ faults: [PlacedFault], _ what: String) throws {
        let wasCompensating = run.view["stuck_while"] == "compensating"
        let end = wasCompensating ? "compensated" : "completed"
        guard repaired["state"]?.stringValue == end else {
            throw Difference("\(what), then repaired: it does not end so", expected: end, actual: SagaRun.ending(repaired))
        }
        if wasCompensating { try scaffold.compare(run, "\(what), then repaired") }
    }

    /// Killed at every commit it ends the same, with the same states and numbers of events.
    func compare(_ plain: SagaRun, _ killed: SagaRun, _ faults: [PlacedFault], _ how: String) throws {
        let what = "\(faults.text)\(how)"
        try scaffold.same("\(what): another end", .string(SagaRun.ending(plain.view)), .string(SagaRun.ending(killed.view)))
        try scaffold.same("\(what): another output", plain.view["output"] ?? .null, killed.view["output"] ?? .null)
        guard plain.after == killed.after else {
            throw Difference(
                "\(what): another effect", expected: SagaScaffold.text(plain.after), actual: SagaScaffold.text(killed.after))
        }
    }

    /// How the saga may end. A retry takes time, so that a deadline or a `for` may end it.
    private func ends(_ faults: [PlacedFault]) -> [String] {
        let definition = scaffold.definition
        let refused = faults.filter { $0.fault.kind == .refused && !$0.fault.isUndo }.compactMap {
            definition.index(of: $0.fault.step)
        }.filter { !definition.steps[$0].isOptional }
        if faults.has(.refused, undo: true) || refused.contains(where: scaffold.isBehindPivot) { return ["stuck"] }
        let isLate = faults.contains { mayBeLate($0.fault) }
        if faults.cancelled != nil || !refused.isEmpty {
            return isLate && faults.has(.retried, undo: true) ? ["compensated", "stuck"] : ["compensated"]
        }
        return isLate ? ["completed", "compensated"] : ["completed"]
    }

    private func mayBeLate(_ fault: RealFault) -> Bool {
        guard fault.kind == .retried, let index = scaffold.definition.index(of: fault.step) else { return false }
        let step = scaffold.definition.steps[index]
        guard fault.isUndo else { return scaffold.definition.deadline != nil || step.retry.total != nil }
        if case .action(let undo) = step.undo { return undo.retry.total != nil }
        return false
    }
}
