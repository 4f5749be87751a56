import Kernel

/// The part of the fold that moves steps.
extension SagaState {
    mutating func moveStep(_ index: Int, _ input: StepInput, at time: Timestamp) throws(IllegalTransition) {
        let isForward = [.started, .retrying, .unknown, .skipped, .reopened].contains(input)
        guard let next = SagaTransition.next(steps[index].status, input), status == .running || !isForward else {
            let name = definition.steps[index].name
            throw IllegalTransition(
                description:
                    "saga \(id): step '\(name)' is \(steps[index].status.rawValue), it cannot be \(input) while \(status.rawValue)"
            )
        }
        steps[index].status = next
        steps[index].changedAt = time
        steps[index].due = nil
    }

    mutating func foldStep(_ event: SagaEvent, at time: Timestamp) throws(IllegalTransition) {
        switch event {
        case .stepStarted(let name, let attempt, let call, let due):
            let index = try position(of: name)
            try moveStep(index, .started, at: time)
            steps[index].attempts = attempt
            steps[index].due = due
            steps[index].firstStartedAt = steps[index].firstStartedAt ?? time
            if let call { steps[index].call = call }
        case .stepCompleted(let name, _, let result, let version, let undo, let undoError):
            try complete(try position(of: name), result, version: version, undo: undo, undoError: undoError, at: time)
        case .stepFailed(let name, _, let failure, let certainty, let undo, let undoError):
            let index = try position(of: name)
            try moveStep(index, certainty == .none ? .failedDefinitely : .failedMaybe, at: time)
            steps[index].error = failure
            steps[index].certainty = certainty
            try freeze(index, undo, undoError)
        case .stepRetrying(let name, _, let failure, let due, let definite):
            let index = try position(of: name)
            try moveStep(index, .retrying, at: time)
            steps[index].error = failure
            steps[index].due = due
            if definite {
                steps[index].generation += 1
                steps[index].settledAttempts = steps[index].attempts
                steps[index].refusals += 1
                steps[index].hadUnknown = false
            }
        case .stepUnknown(let name, _, let failure, let due):
            let index = try position(of: name)
            try moveStep(index, .unknown, at: time)
            steps[index].error = failure
            steps[index].due = due
            steps[index].hadUnknown = true
        case .stepSkipped(let name): try moveStep(try position(of: name), .skipped, at: time)
        case .stepCancelled(let name): try moveStep(try position(of: name), .cancelled, at: time)
        default: preconditionFailure("not a step event")
        }
    }

    private mutating func complete(
        _ index: Int, _ result: JSON, version: UInt64?, undo: UndoCommand?, undoError: Failure?, at time: Timestamp
    ) throws(IllegalTransition) {
        let late = steps[index].status == .failed
        guard !late || steps[index].certainty == .maybe && [.none, .pending].contains(steps[index].undo.status) else {
            throw IllegalTransition(description: "saga \(id): a late result of step '\(definition.steps[index].name)'")
        }
        try moveStep(index, .completed, at: time)
        if stuckError?.step == definition.steps[index].name { stuckError = nil }
        steps[index].result = result
        steps[index].error = nil
        steps[index].certainty = nil
        track(index, version)
        try freeze(index, undo, undoError)
    }

    /// Enters the undo into the ledger; one whose input could not be frozen has failed, and is never bypassed.
    private mutating func freeze(_ index: Int, _ undo: UndoCommand?, _ undoError: Failure?) throws(IllegalTransition) {
        steps[index].undo.command = undo
        steps[index].undo.error = undoError
        if status == .compensating, needsUndo(index), steps[index].undo.status == .none { try moveUndo(index, .owed) }
    }

    private mutating func track(_ index: Int, _ version: UInt64?) {
        guard let version, let call = steps[index].call, case .command(let command) = definition.steps[index].action else {
            return
        }
        let aggregate = AggregateID(command.aggregate, call.key)
        if Mutant.trackedVersionIsOld.isActive, tracked[aggregate] != nil { return }
        if definition.steps[index].expect != nil || tracked[aggregate] != nil { tracked[aggregate] = version }
    }
}
