import Kernel

/// The part of the fold that moves steps.
extension SagaState {
    mutating func moveStep(_ index: Int, _ input: StepInput, at time: Timestamp) throws(IllegalTransition) {
        let isForward = [.started, .retrying, .unknown, .skipped, .reopened, .renewed].contains(input)
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
        (steps[index].probe.isOpen, steps[index].probe.due) = (false, nil)
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
            steps[index].probe.attemptsBefore = steps[index].probe.attempts
        case .stepProbed(let name, let attempt, let due): try probe(try position(of: name), attempt, due, at: time)
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
                steps[index].hadUnknown = false
            }
        case .stepUnknown(let name, _, let failure, let due):
            let index = try position(of: name)
            // A probe that found out nothing says it again.
            if steps[index].status == .running { steps[index].unknowns += 1 }
            try moveStep(index, .unknown, at: time)
            steps[index].error = failure
            steps[index].due = due
            steps[index].hadUnknown = true
        case .stepSkipped(let name): try moveStep(try position(of: name), .skipped, at: time)
        case .stepCancelled(let name): try moveStep(try position(of: name), .cancelled, at: time)
        default: preconditionFailure("not a step event")
        }
    }

    private mutating func probe(_ index: Int, _ attempt: Int, _ due: Int64?, at time: Timestamp) throws(IllegalTransition) {
        let step = definition.steps[index]
        guard steps[index].status == .unknown, !steps[index].probe.isOpen, status == .running, step.probe != nil else {
            throw IllegalTransition(description: "saga \(id): step '\(step.name)' cannot be probed now")
        }
        steps[index].due = nil
        steps[index].changedAt = time
        (steps[index].probe.isOpen, steps[index].probe.attempts, steps[index].probe.due) = (true, attempt, due)
    }

    /// The time of an attempt that a worker holds runs anew.
    mutating func extend(
        _ name: String, _ direction: Direction, _ attempt: Int, until due: Int64
    ) throws(IllegalTransition) {
        let index = try position(of: name)
        guard holds(index, direction, attempt) else {
            throw IllegalTransition(description: "saga \(id): no worker holds attempt \(attempt) of '\(name)'")
        }
        if Mutant.workingMovesDeadline.isActive, let old = deadline { deadline = max(old, due + 60_000) }
        switch direction {
        case .do: steps[index].due = due
        case .undo: steps[index].undo.due = due
        case .probe: steps[index].probe.due = due
        }
    }

    /// Whether a worker has this attempt, the last one in its direction, and has not answered.
    public func holds(_ index: Int, _ direction: Direction, _ attempt: Int) -> Bool {
        let step = steps[index]
        switch direction {
        case .do:
            return step.status == .running && step.due != nil && step.attempts == attempt && definition.steps[index].hasEffect
        case .undo: return step.undo.status == .undoing && step.undo.attempts == attempt
        case .probe: return step.probe.isOpen && step.probe.attempts == attempt
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
        let begins = definition.steps[index].expect != nil
        guard begins || hasTracking, let version, let key = steps[index].call?.key,
            case .command(let command) = definition.steps[index].action
        else { return }
        let aggregate = AggregateID(command.aggregate, key)
        if Mutant.trackedVersionIsOld.isActive, tracked[aggregate] != nil { return }
        if begins || tracked[aggregate] != nil { tracked[aggregate] = version }
    }
}
