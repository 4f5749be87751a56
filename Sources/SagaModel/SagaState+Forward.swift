import Kernel

/// The plan of a saga that goes forward; `now` in milliseconds.
///
/// Asks each step for single fields: a step taken out of the list is a copy of all that it holds.
extension SagaState {
    func forwardMoves(at now: Int64) -> [SagaMove] {
        if steps.indices.allSatisfy({ isFinished($0) }) { return [.complete] }
        if let back = reasonToTurnBack(at: now) { return [back] }
        // At once, so that it is stuck on what failed first; the rest goes on.
        if isPastPivot, let stuck = stuckForward() { return [stuck] }
        var moves: [SagaMove] = []
        for index in definition.graph.order {
            if let move = forwardMove(index, at: now) { moves.append(move) }
        }
        if moves.isEmpty, !isWaiting, let stuck = stuckForward() { moves.append(stuck) }
        return moves
    }

    private var isWaiting: Bool { hasOpenStep || steps.indices.contains { steps[$0].undo.status.isOpen } }

    /// Whether an attempt, a wait or a back-off of a step is still open.
    var hasOpenStep: Bool { steps.indices.contains { steps[$0].status.isOpen } }

    /// The first of its times that is not over yet.
    func nextDue(after over: Int64) -> Int64? {
        var next = isPastPivot || isPivotInDoubt ? nil : deadline.flatMap { $0 > over ? $0 : nil }
        for index in steps.indices {
            for due in [steps[index].due, steps[index].probe.due, steps[index].undo.due] {
                if let due, due > over { next = min(due, next ?? due) }
            }
        }
        return next
    }

    /// Finished = completed, skipped, or failed and optional (not merely maybe done): what a need waits for.
    func isFinished(_ index: Int) -> Bool {
        switch steps[index].status {
        case .completed, .skipped: return true
        case .failed:
            guard definition.steps[index].isOptional || Mutant.failedCountsAsFinished.isActive else { return false }
            return !needsUndo(index) || [.undone, .waived, .bypassed].contains(steps[index].undo.status)
        default: return false
        }
    }

    func forwardMove(_ index: Int, at now: Int64) -> SagaMove? {
        switch steps[index].status {
        case .pending: return definition.graph.needs[index].allSatisfy { isFinished($0) } ? .start(index) : nil
        case .running: return dueMove(index, at: now)
        case .unknown where definition.steps[index].probe != nil:
            if steps[index].probe.isOpen { return Self.isOver(steps[index].probe.due, at: now) ? .timeOut(index, .probe) : nil }
            return Self.isOver(steps[index].due, at: now) ? .probe(index) : nil
        case .retrying, .unknown:
            return steps[index].due.map { $0 <= now || Mutant.retriesBeforeDue.isActive } == true ? .start(index) : nil
        case .failed where definition.steps[index].isOptional && needsUndo(index): return undoMove(index, at: now)
        default: return nil
        }
    }

    /// What becomes of a running step when its time is over.
    func dueMove(_ index: Int, at now: Int64) -> SagaMove? {
        guard Self.isOver(steps[index].due, at: now) else { return nil }
        if case .sleep = definition.steps[index].action { return .finishSleep(index) }
        return .timeOut(index, .do)
    }

    static func isOver(_ due: Int64?, at now: Int64) -> Bool { due.map { $0 <= now } == true }

    private func reasonToTurnBack(at now: Int64) -> SagaMove? {
        guard !isPastPivot, !isPivotInDoubt else { return nil }
        let failed = steps.indices.first { index in
            guard steps[index].status == .failed else { return false }
            return !definition.steps[index].isOptional || Mutant.optionalFailureTurnsBack.isActive
        }
        if let failed, let failure = steps[failed].error {
            return .turnBack(.stepFailed, SagaError(step: definition.steps[failed].name, failure: failure))
        }
        if let request = cancelRequest, !Mutant.cancelIgnored.isActive {
            return .turnBack(.cancelled, SagaError(step: nil, failure: request))
        }
        if let deadline, deadline <= now, !Mutant.deadlineIgnored.isActive {
            let failure = Failure(code: "deadline", message: "the saga was not done by \(Timestamp(milliseconds: deadline))")
            return .turnBack(.deadline, SagaError(step: nil, failure: failure))
        }
        return nil
    }

    /// Behind the pivot a definite no needs a person at once; before it only a failed undo of an optional step does.
    private func stuckForward() -> SagaMove? {
        guard stuckError == nil else { return nil }
        for index in steps.indices {
            let name = definition.steps[index].name
            if steps[index].undo.status == .failed, let failure = steps[index].undo.error {
                return .stuck(SagaError(step: name, failure: failure))
            }
            guard steps[index].status == .failed, !definition.steps[index].isOptional, isPastPivot else { continue }
            if let failure = steps[index].error { return .stuck(SagaError(step: name, failure: failure)) }
        }
        return nil
    }
}
