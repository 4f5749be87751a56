import Kernel
import SagaModel

/// How a run ends, and what must be true then.
extension TortureRun {
    var end: End {
        switch driver.state.status {
        case .completed: .completed
        case .compensated: .compensated
        default: driver.state.isStuck && queue.isEmpty && driver.wakeUp == nil ? .stuck : .trying
        }
    }

    /// A step or undo that never gets an answer, and that may be asked without end.
    var isHopeless: Bool {
        driver.state.steps.enumerated().contains { index, step in
            step.attempts >= TortureLimits.attempts || step.undo.attempts >= TortureLimits.attempts
                || step.probe.attempts >= TortureLimits.attempts && isAskedWithoutEnd(index)
        }
    }

    private func isAskedWithoutEnd(_ index: Int) -> Bool {
        let step = driver.state.definition.steps[index]
        return step.isPivot || step.probe?.retry.attempts == nil
    }

    func brokenAtEnd() -> String? {
        let state = driver.state
        guard SagaPlan.moves(state, at: now).isEmpty else { return "the saga stops although there is something to do" }
        if let broken = SagaRules.brokenAtRest(state) { return broken }
        if end == .trying, !isHopeless, commits < TortureLimits.commits { return "the saga waits and nothing will come" }
        switch state.status {
        case .completed: return brokenByEffects(state) { step in step.status == .completed }
        case .compensated: return brokenByEffects(state) { step in step.status == .completed && step.undo.status != .undone }
        default: return nil
        }
    }

    /// What participants have really done against what the saga believes of it.
    private func brokenByEffects(_ state: SagaState, _ shouldBeDone: (StepState) -> Bool) -> String? {
        for (index, step) in state.definition.steps.enumerated() where step.hasEffect {
            let believed = shouldBeDone(state.steps[index])
            if world.isDone[index] == believed { continue }
            // Maybe done, and nothing undoes it: nobody promised anything.
            if state.steps[index].certainty == .maybe, step.hasNoUndo { continue }
            return world.isDone[index]
                ? "the saga is \(state.status.rawValue) and the effect of '\(step.name)' is still there"
                : "the saga is \(state.status.rawValue) and '\(step.name)' was never done"
        }
        return nil
    }
}

extension Step {
    fileprivate var hasNoUndo: Bool { if case .action = undo { false } else { true } }
}
