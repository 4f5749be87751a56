import SagaModel
import Wire

/// What a definition asks of workers.
extension Definition {
    /// Every action, in the order of the definition; each once.
    var actions: [String] {
        var found: [String] = []
        for step in steps {
            var calls: [OperationTemplate?] = [step.action.operation, step.probe.map { .call($0.call) }]
            if case .action(let undo) = step.undo { calls.append(undo.operation) }
            for case .call(let call)? in calls where !found.contains(call.action) { found.append(call.action) }
        }
        return found
    }

    /// Whether an attempt that nobody answers is followed by another, and in time: else losing one changes how the saga ends.
    func bearsLoss(of direction: TaskDirection, _ index: Int) -> Bool {
        let step = steps[index]
        switch (direction, step.undo) {
        case (.do, _):
            let isAskedAgain = step.isPivot || step.probe != nil || step.retry.allowsMore(than: 1)
            return isAskedAgain && step.retry.bearsLoss && (deadline.map { lossTime < $0 } ?? true)
        case (.undo, .action(let undo)): return undo.retry.allowsMore(than: 1) && undo.retry.bearsLoss
        default: return false
        }
    }

    /// Whether it can be shown what becomes of a step that nobody knows the outcome of: it is given up at last, and not by a
    /// deadline that it has no part in.
    func givesUpUnknown(_ index: Int) -> Bool {
        let step = steps[index]
        guard step.action.isCall, !step.isPivot, let attempts = step.retry.attempts else { return false }
        var questions = 0
        if let probe = step.probe {
            guard let asked = probe.retry.attempts else { return false }
            questions = asked
        }
        let isBounded = attempts <= Limits.timers && questions <= Limits.timers && attempts * (1 + questions) <= Limits.timers / 4
        return isBounded && (deadline == nil || !step.isOptional)
    }

    /// Milliseconds that pass when the first attempt of every step is lost, one after the other.
    private var lossTime: Int64 { steps.reduce(0) { $0 + $1.retry.lossTime + ($1.probe?.retry.lossTime ?? 0) } }
}

extension Retry {
    /// Milliseconds until a lost attempt is missed, and until the next at the latest.
    fileprivate var lossTime: Int64 { 10 * WorkerLimits.heartbeat.lowerBound + max(1, min(first, cap)) }

    fileprivate var bearsLoss: Bool { total.map { lossTime < $0 } ?? true }
}
