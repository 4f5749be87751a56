import Kernel

/// The promises of SAGAS sections 5 and 6, watched from outside: what no saga may do, whatever its participants say.
///
/// Knows nothing of plan and fold beyond the states they lead to, so that it can judge both.
public enum SagaRules {
    /// What this event would break, happening to a saga in this state; nil when it keeps every promise.
    public static func broken(by event: SagaEvent, in state: SagaState) -> String? {
        switch event {
        case .stepStarted(let step, _, _, _): return index(step, state).flatMap { brokenByStart($0, state) }
        case .undoStarted(let step, _, _): return index(step, state).flatMap { brokenByUndo($0, state) }
        case .compensating:
            return state.isPastPivot || state.isPivotInDoubt ? "the saga turns back although its pivot is or may be done" : nil
        case .completed:
            let open = state.steps.indices.first { !isFinished($0, state) }
            return open.map { "the saga completes and step '\(name($0, state))' is not finished" }
        case .compensated: return brokenByEnd(state)
        case .stuck(let step, _): return step == nil ? "the saga is stuck and no step is named" : nil
        default: return nil
        }
    }

    /// What is wrong with a saga for which there is nothing to do right now: all that is open must have a participant, a
    /// timer or a person who moves it on.
    public static func brokenAtRest(_ state: SagaState) -> String? {
        guard !state.isEnded else { return nil }
        var isHeld = false
        var isTimed = false
        for (index, step) in state.steps.enumerated() where step.status.isOpen || step.undo.status.isOpen {
            let hasParticipant =
                step.undo.status == .undoing || step.probe.isOpen
                || step.status == .running && state.definition.steps[index].hasEffect
            let hasTimer = step.due != nil || step.undo.due != nil
            isHeld = isHeld || hasParticipant
            isTimed = isTimed || hasTimer
            if !hasParticipant && !hasTimer { return "step '\(name(index, state))' waits for nothing" }
        }
        if isHeld || !SagaPlan.offers(state, at: state.updatedAt).isEmpty { return nil }
        if isTimed { return SagaPlan.wakeUp(state) == nil ? "a step waits for its time and no timer is set" : nil }
        return state.isStuck && state.stuckError?.step != nil ? nil : "the saga has not ended and nothing can move it"
    }

    private static func brokenByStart(_ index: Int, _ state: SagaState) -> String? {
        let name = name(index, state)
        if state.status != .running { return "step '\(name)' starts after the saga turned back" }
        let early = state.definition.steps[index].needs.first { !isFinished($0, state) }
        return early.map { "step '\(name)' starts before '\(self.name($0, state))' is finished" }
    }

    private static func brokenByUndo(_ index: Int, _ state: SagaState) -> String? {
        let (step, name, graph) = (state.steps[index], name(index, state), state.definition.graph)
        if !mayHaveEffect(step) { return "the undo of '\(name)' starts although the step was never done" }
        if state.isPastPivot { return "the undo of '\(name)' starts behind the pivot" }
        if state.status == .compensating, state.steps.contains(where: { $0.status.isOpen }) {
            return "the undo of '\(name)' starts while a step is still open"
        }
        let early = state.steps.indices.first { other in
            guard graph.isAfter(other, index), state.definition.steps[other].hasEffect else { return false }
            return mayHaveEffect(state.steps[other]) && !state.steps[other].undo.status.isEnded
        }
        return early.map { "the undo of '\(name)' starts before that of '\(self.name($0, state))', which depends on it" }
    }

    private static func brokenByEnd(_ state: SagaState) -> String? {
        for (index, step) in state.steps.enumerated() {
            let name = name(index, state)
            if step.status.isOpen || step.undo.status.isOpen { return "the saga is compensated and '\(name)' is still open" }
            guard mayHaveEffect(step), case .action = state.definition.steps[index].undo else { continue }
            let isSettled = step.undo.status == .undone || step.undo.status == .waived
            if !isSettled { return "the saga is compensated and '\(name)' is neither undone nor waived" }
        }
        return nil
    }

    private static func isFinished(_ index: Int, _ state: SagaState) -> Bool {
        let step = state.steps[index]
        switch step.status {
        case .completed, .skipped: return true
        case .failed:
            guard state.definition.steps[index].isOptional else { return false }
            return step.certainty != .maybe || state.isBehindPivot(index)
                || [.undone, .waived, .bypassed].contains(step.undo.status)
        default: return false
        }
    }

    private static func mayHaveEffect(_ step: StepState) -> Bool {
        step.status == .completed || step.status == .failed && step.certainty == .maybe
    }

    private static func index(_ step: String, _ state: SagaState) -> Int? { state.definition.index(of: step) }
    private static func name(_ index: Int, _ state: SagaState) -> String { state.definition.steps[index].name }
}
