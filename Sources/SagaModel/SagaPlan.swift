public import Kernel

/// What a saga does next: a pure function of its state and the time (SAGAS sections 5 and 6).
///
///     state ──moves──▶ coordinator ──events──▶ fold ──▶ state …  until there is no move left
///
/// Without moves the saga has ended, waits for an answer, waits for `wakeUp`, or is stuck.
public struct SagaPlan {
    private let state: SagaState
    private let now: Int64
    private var definition: Definition { state.definition }
    private var steps: [StepState] { state.steps }

    private init(_ state: SagaState, _ now: Timestamp) {
        self.state = state
        self.now = now.milliseconds
    }

    /// Everything that may be done now, in the order to do it. Ask again after any failure.
    public static func moves(_ state: SagaState, at now: Timestamp) -> [SagaMove] {
        let plan = SagaPlan(state, now)
        switch state.status {
        case .running: return plan.forward()
        case .compensating: return plan.backward()
        case .completed, .compensated, .terminated: return []
        }
    }

    /// When the saga must be looked at again if nothing happens before; nil when only an answer or a person can move it.
    public static func wakeUp(_ state: SagaState) -> Int64? {
        guard !state.isEnded else { return nil }
        var earliest: Int64?
        func consider(_ due: Int64?) { if let due { earliest = min(earliest ?? due, due) } }
        for step in state.steps {
            consider(step.due)
            consider(step.undo.due)
        }
        if state.status == .running, !state.isPastPivot, !state.isPivotInDoubt { consider(state.start.deadline) }
        return earliest
    }

    // MARK: forward

    private func forward() -> [SagaMove] {
        if steps.indices.allSatisfy(isFinished) { return [.complete] }
        if let back = reasonToTurnBack() { return [back] }
        var moves: [SagaMove] = []
        for index in definition.graph.order {
            if let move = forwardMove(index) { moves.append(move) }
        }
        if moves.isEmpty || state.isPastPivot, let stuck = stuckForward() { moves.append(stuck) }
        return moves
    }

    /// Finished = completed, skipped, or failed and optional (not merely maybe done): what a need waits for.
    private func isFinished(_ index: Int) -> Bool {
        let step = steps[index]
        switch step.status {
        case .completed, .skipped: return true
        case .failed:
            guard definition.steps[index].isOptional else { return false }
            return step.certainty != .maybe || [.undone, .waived, .bypassed].contains(step.undo.status)
        default: return false
        }
    }

    private func forwardMove(_ index: Int) -> SagaMove? {
        let step = steps[index]
        switch step.status {
        case .pending: return definition.steps[index].needs.allSatisfy(isFinished) ? .start(index) : nil
        case .running:
            guard case .sleep = definition.steps[index].action, let due = step.due, due <= now else { return nil }
            return .finishSleep(index)
        case .retrying, .unknown: return step.due.map { $0 <= now } == true ? .start(index) : nil
        case .failed where definition.steps[index].isOptional && step.certainty == .maybe: return undoMove(index)
        default: return nil
        }
    }

    private func reasonToTurnBack() -> SagaMove? {
        guard !state.isPastPivot, !state.isPivotInDoubt else { return nil }
        let failed = steps.indices.first { index in
            let step = steps[index]
            guard step.status == .failed, !definition.steps[index].isOptional else { return false }
            return true
        }
        if let failed, let failure = steps[failed].error {
            return .turnBack(.stepFailed, SagaError(step: definition.steps[failed].name, failure: failure))
        }
        if let request = state.cancelRequest { return .turnBack(.cancelled, SagaError(step: nil, failure: request)) }
        if let deadline = state.start.deadline, deadline <= now {
            let failure = Failure(code: "deadline", message: "the saga was not done by \(Timestamp(milliseconds: deadline))")
            return .turnBack(.deadline, SagaError(step: nil, failure: failure))
        }
        return nil
    }

    /// Behind the pivot a definite no needs a person at once; before it only a failed undo of an optional step does.
    private func stuckForward() -> SagaMove? {
        guard state.stuckError == nil else { return nil }
        for index in steps.indices {
            let step = steps[index]
            let name = definition.steps[index].name
            if step.undo.status == .failed, let failure = step.undo.error {
                return .stuck(SagaError(step: name, failure: failure))
            }
            if step.status == .failed, !definition.steps[index].isOptional, state.isPastPivot, let failure = step.error {
                return .stuck(SagaError(step: name, failure: failure))
            }
        }
        return nil
    }

    // MARK: backward

    private func backward() -> [SagaMove] {
        let draining = steps.indices.compactMap(drainMove)
        if !draining.isEmpty { return draining }
        // Attempts that a participant holds are waited for before anything is undone.
        if steps.contains(where: { $0.status.isOpen }) { return [] }
        var settled = Array(repeating: false, count: steps.count)
        var moves: [SagaMove] = []
        for index in definition.graph.order.reversed() {
            let mayGo = definition.graph.dependants[index].allSatisfy { settled[$0] }
            let isDone = !state.needsUndo(index) || steps[index].undo.status.isEnded
            settled[index] = mayGo && isDone
            if mayGo, !isDone, let move = undoMove(index) { moves.append(move) }
        }
        let byName = { (a: SagaMove, b: SagaMove) in name(of: a).utf8.lexicographicallyPrecedes(name(of: b).utf8) }
        if !moves.isEmpty { return moves.sorted(by: byName) }
        return settled.allSatisfy(\.self) ? [ending()].compactMap(\.self) : []
    }

    private func drainMove(_ index: Int) -> SagaMove? {
        switch steps[index].status {
        case .retrying, .unknown: return .giveUp(index)
        case .running: if case .sleep = definition.steps[index].action { return .cancel(index) } else { return nil }
        default: return nil
        }
    }

    private func undoMove(_ index: Int) -> SagaMove? {
        let undo = steps[index].undo
        switch undo.status {
        case .none, .pending:
            if undo.command != nil { return .startUndo(index) }
            return undo.error != nil ? .failUndo(index) : .bypassUndo(index)
        case .retrying: return undo.due.map { $0 <= now } == true ? .startUndo(index) : nil
        default: return nil
        }
    }

    private func ending() -> SagaMove? {
        guard let failed = steps.indices.first(where: { steps[$0].undo.status == .failed }) else { return .compensated }
        guard state.stuckError == nil, let failure = steps[failed].undo.error else { return nil }
        return .stuck(SagaError(step: definition.steps[failed].name, failure: failure))
    }

    private func name(of move: SagaMove) -> String {
        switch move {
        case .startUndo(let index), .bypassUndo(let index), .failUndo(let index): definition.steps[index].name
        default: ""
        }
    }
}
