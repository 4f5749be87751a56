import Kernel

/// The part of the fold that moves undos.
extension SagaState {
    mutating func moveUndo(_ index: Int, _ input: UndoInput) throws(IllegalTransition) {
        // An optional step that ended maybe done is undone while the saga runs on.
        let isDue = status == .compensating || definition.steps[index].isOptional && steps[index].status == .failed
        guard let next = SagaTransition.next(steps[index].undo.status, input), isDue, needsUndo(index) else {
            let name = definition.steps[index].name
            let now = steps[index].undo.status.rawValue
            throw IllegalTransition(description: "saga \(id): the undo of step '\(name)' is \(now), it cannot be \(input)")
        }
        steps[index].undo.status = next
        steps[index].undo.due = nil
    }

    mutating func foldUndo(_ event: SagaEvent, at time: Timestamp) throws(IllegalTransition) {
        switch event {
        case .undoStarted(let name, let attempt, let due):
            let index = try position(of: name)
            if steps[index].undo.status == .none { try moveUndo(index, .owed) }
            try moveUndo(index, .started)
            steps[index].undo.attempts = attempt
            steps[index].undo.firstStartedAt = steps[index].undo.firstStartedAt ?? time
            steps[index].undo.due = due
        case .undoCompleted(let name, _, _): try completeUndo(try position(of: name))
        case .undoRetrying(let name, _, let failure, let due, let ending):
            let index = try position(of: name)
            try moveUndo(index, .retrying)
            steps[index].undo.error = failure
            steps[index].undo.due = due
            if ending == .unknown { steps[index].undo.hadUnknown = true }
            if ending == .refused {
                steps[index].undo.generation += 1
                steps[index].undo.settledAttempts = steps[index].undo.attempts
                steps[index].undo.hadUnknown = false
            }
        case .undoFailed(let name, _, let failure, let isDefinite):
            let index = try position(of: name)
            try moveUndo(index, .failed)
            steps[index].undo.isUncertain = !isDefinite
            steps[index].undo.error = failure
        case .undoBypassed(let name): try moveUndo(try position(of: name), .bypassed)
        case .undoWaived(let name, let text, _):
            let index = try position(of: name)
            let wasFailed = steps[index].undo.status == .failed
            try moveUndo(index, .waived)
            steps[index].undo.waiver = text
            if wasFailed, !Mutant.waiverLeavesStuck.isActive { stuckError = nil }
        default: preconditionFailure("not an undo event")
        }
    }

    private mutating func completeUndo(_ index: Int) throws(IllegalTransition) {
        let name = definition.steps[index].name
        let wasFailed = steps[index].undo.status == .failed
        guard !wasFailed || steps[index].undo.isUncertain else {
            throw IllegalTransition(description: "saga \(id): the undo of step '\(name)' was refused, it cannot be done late")
        }
        try moveUndo(index, .completed)
        steps[index].undo.error = nil
        if wasFailed, stuckError?.step == name { stuckError = nil }
    }
}
