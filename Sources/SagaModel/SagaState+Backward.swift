public import Kernel

/// The plan of a saga that turns back; `now` in milliseconds.
extension SagaState {
    func backwardMoves(at now: Int64) -> [SagaMove] {
        let draining = steps.indices.compactMap { drainMove($0, at: now) }
        if !draining.isEmpty { return draining }
        let undoable = undoable()
        let moves = undoable.compactMap { undoMove($0, at: now) }
        if !moves.isEmpty { return moves }
        return undoable.isEmpty && !hasOpenStep ? [ending()].compactMap(\.self) : []
    }

    /// The first of its times that is not over yet: of what workers still hold, and of the undos that may run.
    func nextUndoDue(after over: Int64) -> Int64? {
        let held = steps.indices.compactMap { steps[$0].status == .running ? steps[$0].due : nil }
        return (held + undoable().compactMap { steps[$0].undo.due }).filter { $0 > over }.min()
    }

    /// The steps whose undo may run now, in byte order of their names: all that depends on them has ended its own. None while
    /// a participant still holds an attempt of a step.
    private func undoable() -> [Int] {
        if hasOpenStep { return [] }
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

    /// Whether a person may settle the undo of a step by other means: it is owed and it is its turn, but it has failed, is under
    /// way, waits to be tried again, or for a worker.
    public func canWaive(_ index: Int, at now: Timestamp) -> Bool {
        switch steps[index].undo.status {
        case .failed, .undoing, .retrying: true
        case .none, .pending: SagaPlan.offers(self, at: now).contains { $0.direction == .undo && $0.step == index }
        case .undone, .waived, .bypassed: false
        }
    }

    func owesUndo(_ index: Int) -> Bool { needsUndo(index) && !steps[index].undo.status.isEnded }

    private func drainMove(_ index: Int, at now: Int64) -> SagaMove? {
        switch steps[index].status {
        case .retrying, .unknown: return .giveUp(index)
        case .running where Mutant.sleepRunsOn.isActive: return nil
        case .running:
            if case .sleep = definition.steps[index].action { return .cancel(index) }
            return dueMove(index, at: now)
        default: return nil
        }
    }

    func undoMove(_ index: Int, at now: Int64) -> SagaMove? {
        switch steps[index].undo.status {
        case .none, .pending:
            if steps[index].undo.command != nil { return .startUndo(index) }
            return steps[index].undo.error != nil ? .failUndo(index) : .bypassUndo(index)
        case .undoing: return Self.isOver(steps[index].undo.due, at: now) ? .timeOut(index, .undo) : nil
        case .retrying where Self.isOver(steps[index].undo.due, at: now):
            return steps[index].undo.command != nil ? .startUndo(index) : .failUndo(index)
        default: return nil
        }
    }

    private func ending() -> SagaMove? {
        let failed = steps.indices.first { steps[$0].undo.status == .failed }
        guard let failed, !Mutant.stuckIsForgotten.isActive else { return .compensated }
        guard stuckError == nil, let failure = steps[failed].undo.error else { return nil }
        return .stuck(SagaError(step: definition.steps[failed].name, failure: failure))
    }
}
