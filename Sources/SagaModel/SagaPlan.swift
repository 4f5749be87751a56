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

    init(_ state: SagaState, _ now: Timestamp) {
        self.state = state
        self.now = now.milliseconds
    }

    /// Everything that may be done now, in the order to do it. Ask again after any failure.
    public static func moves(_ state: SagaState, at now: Timestamp) -> [SagaMove] {
        if state.isHalted { return [] }
        let plan = SagaPlan(state, now)
        switch state.status {
        case .running: return plan.forward()
        case .compensating: return plan.backward()
        case .completed, .compensated, .terminated: return []
        }
    }

    /// The moves among them that wait for a worker to take them: what waits in the queue of an action.
    public static func offers(_ state: SagaState, at now: Timestamp) -> [SagaAttempt] {
        moves(state, at: now).compactMap { state.offer(for: $0, at: now) }
    }

    /// Who may have been waited for since the saga's last event, whatever the time was: more than `offers` ever names.
    public static func waiting(_ state: SagaState) -> [(participant: Participant, direction: Direction, step: Int)] {
        var found: [(participant: Participant, direction: Direction, step: Int)] = []
        for (index, step) in state.steps.enumerated() {
            if [.pending, .retrying, .unknown].contains(step.status),
                let operation = state.definition.steps[index].action.operation, operation.isOffered
            {
                found.append((operation.waitedFor, .do, index))
            }
            if step.status == .unknown, let probe = state.definition.steps[index].probe {
                found.append((.worker(action: probe.call.action), .probe, index))
            }
            if [.none, .pending, .retrying].contains(step.undo.status), let undo = step.undo.command, undo.participant.isOffered {
                found.append((undo.participant, .undo, index))
            }
        }
        return found
    }

    /// When the saga must be looked at again if nothing happens before; nil when only an answer, a worker or a person can move
    /// it. Counts only what a move will act on then: a time that passes without a move would be a timer that spins. Times that
    /// are over at `now` are left out: what had to be done then is done, or waits for a worker.
    public static func wakeUp(_ state: SagaState, after now: Timestamp? = nil) -> Int64? {
        if state.isHalted { return nil }
        let plan = SagaPlan(state, state.updatedAt)
        let over = now?.milliseconds ?? .min
        switch state.status {
        case .running: return plan.dues().filter { $0 > over }.min()
        case .compensating: return plan.backwardDues().filter { $0 > over }.min()
        case .completed, .compensated, .terminated: return nil
        }
    }

    // MARK: forward

    private func forward() -> [SagaMove] {
        if steps.indices.allSatisfy(isFinished) { return [.complete] }
        if let back = reasonToTurnBack() { return [back] }
        // At once, so that it is stuck on what failed first; the rest goes on.
        if state.isPastPivot, let stuck = stuckForward() { return [stuck] }
        var moves: [SagaMove] = []
        for index in definition.graph.order {
            if let move = forwardMove(index) { moves.append(move) }
        }
        if moves.isEmpty, !isWaiting, let stuck = stuckForward() { moves.append(stuck) }
        return moves
    }

    private var isWaiting: Bool { steps.contains { $0.status.isOpen || $0.undo.status.isOpen } }

    private func dues() -> [Int64] {
        let isBounded = !state.isPastPivot && !state.isPivotInDoubt
        let dues = steps.flatMap { [$0.due, $0.probe.due, $0.undo.due] } + [isBounded ? state.start.deadline : nil]
        return dues.compactMap(\.self)
    }

    private func backwardDues() -> [Int64] {
        let held = steps.compactMap { $0.status == .running ? $0.due : nil }
        return held + undoable().compactMap { steps[$0].undo.due }
    }

    /// Finished = completed, skipped, or failed and optional (not merely maybe done): what a need waits for.
    func isFinished(_ index: Int) -> Bool {
        let step = steps[index]
        switch step.status {
        case .completed, .skipped: return true
        case .failed:
            guard definition.steps[index].isOptional || Mutant.failedCountsAsFinished.isActive else { return false }
            return !state.needsUndo(index) || [.undone, .waived, .bypassed].contains(step.undo.status)
        default: return false
        }
    }

    func forwardMove(_ index: Int) -> SagaMove? {
        let step = steps[index]
        switch step.status {
        case .pending: return definition.graph.needs[index].allSatisfy(isFinished) ? .start(index) : nil
        case .running: return dueMove(index)
        case .unknown where definition.steps[index].probe != nil:
            if step.probe.isOpen { return isOver(step.probe.due) ? .timeOut(index, .probe) : nil }
            return isOver(step.due) ? .probe(index) : nil
        case .retrying, .unknown:
            return step.due.map { $0 <= now || Mutant.retriesBeforeDue.isActive } == true ? .start(index) : nil
        case .failed where definition.steps[index].isOptional && state.needsUndo(index): return undoMove(index)
        default: return nil
        }
    }

    /// What becomes of a running step when its time is over.
    private func dueMove(_ index: Int) -> SagaMove? {
        guard isOver(steps[index].due) else { return nil }
        if case .sleep = definition.steps[index].action { return .finishSleep(index) }
        return .timeOut(index, .do)
    }

    private func isOver(_ due: Int64?) -> Bool { due.map { $0 <= now } == true }

    private func reasonToTurnBack() -> SagaMove? {
        guard !state.isPastPivot, !state.isPivotInDoubt else { return nil }
        let failed = steps.indices.first { index in
            let step = steps[index]
            let isOptional = definition.steps[index].isOptional && !Mutant.optionalFailureTurnsBack.isActive
            return step.status == .failed && !isOptional
        }
        if let failed, let failure = steps[failed].error {
            return .turnBack(.stepFailed, SagaError(step: definition.steps[failed].name, failure: failure))
        }
        if let request = state.cancelRequest, !Mutant.cancelIgnored.isActive {
            return .turnBack(.cancelled, SagaError(step: nil, failure: request))
        }
        if let deadline = state.start.deadline, deadline <= now, !Mutant.deadlineIgnored.isActive {
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
        let undoable = undoable()
        let moves = undoable.compactMap { undoMove($0) }
        if !moves.isEmpty { return moves }
        return undoable.isEmpty && !steps.contains { $0.status.isOpen } ? [ending()].compactMap(\.self) : []
    }

    /// The steps whose undo may run now, in byte order of their names: all that depends on them has ended its own. None while
    /// a participant still holds an attempt of a step.
    private func undoable() -> [Int] {
        if steps.contains(where: { $0.status.isOpen }) { return [] }
        let waits = unsettledDependants()
        let undoable = steps.indices.filter { (waits[$0] == 0 || Mutant.undoBeforeDependants.isActive) && owesUndo($0) }
        return undoable.sorted { definition.graph.isNamed($0, before: $1) }
    }

    /// For each step how many of its dependants hold its undo back: a step is settled when all its dependants are, and it
    /// owes no undo or has ended it.
    func unsettledDependants() -> [Int] {
        var waits = definition.graph.dependants.map(\.count)
        for index in definition.graph.order.reversed() where waits[index] == 0 && !owesUndo(index) {
            for need in definition.graph.needs[index] { waits[need] -= 1 }
        }
        return waits
    }

    func owesUndo(_ index: Int) -> Bool { state.needsUndo(index) && !steps[index].undo.status.isEnded }

    private func drainMove(_ index: Int) -> SagaMove? {
        switch steps[index].status {
        case .retrying, .unknown: return .giveUp(index)
        case .running where Mutant.sleepRunsOn.isActive: return nil
        case .running: if case .sleep = definition.steps[index].action { return .cancel(index) } else { return dueMove(index) }
        default: return nil
        }
    }

    func undoMove(_ index: Int) -> SagaMove? {
        let undo = steps[index].undo
        switch undo.status {
        case .none, .pending:
            if undo.command != nil { return .startUndo(index) }
            return undo.error != nil ? .failUndo(index) : .bypassUndo(index)
        case .undoing: return isOver(undo.due) ? .timeOut(index, .undo) : nil
        case .retrying where isOver(undo.due): return undo.command != nil ? .startUndo(index) : .failUndo(index)
        default: return nil
        }
    }

    private func ending() -> SagaMove? {
        let failed = steps.indices.first { steps[$0].undo.status == .failed }
        guard let failed, !Mutant.stuckIsForgotten.isActive else { return .compensated }
        guard state.stuckError == nil, let failure = steps[failed].undo.error else { return nil }
        return .stuck(SagaError(step: definition.steps[failed].name, failure: failure))
    }
}
