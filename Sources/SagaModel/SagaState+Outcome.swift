public import Kernel

/// What an outcome means for a step or an undo: the retry policies, in one place.
extension SagaState {
    /// The event that records how the current attempt of a step ended.
    public func event(for outcome: StepOutcome, ofStep index: Int, at now: Timestamp, random: UInt64) -> SagaEvent {
        let step = definition.steps[index]
        let attempt = steps[index].attempts
        switch outcome {
        case .done(let result, let version, let undo):
            return completion(index, attempt, result, version, undo)
        case .rejected(let failure):
            if step.retry.covers(definite: failure.code), let due = nextAttempt(index, after: outcome, at: now, random: random) {
                return .stepRetrying(step: step.name, attempt: attempt, error: failure, due: due, definite: true)
            }
            return failed(index, failure, .none)
        case .notNow(let failure, _):
            if let due = nextAttempt(index, after: outcome, at: now, random: random) {
                return .stepRetrying(step: step.name, attempt: attempt, error: failure, due: due, definite: false)
            }
            return failed(index, failure, steps[index].hadUnknown ? .maybe : .none)
        case .unknown(let failure):
            if let due = nextProbe(index, at: now, random: random)
                ?? nextAttempt(index, after: outcome, at: now, random: random)
            {
                return .stepUnknown(step: step.name, attempt: attempt, error: failure, due: due)
            }
            return failed(index, failure, Mutant.unknownTakenForNo.isActive ? .none : .maybe)
        }
    }

    /// The event that records what a probe has found out.
    func event(for outcome: StepOutcome, ofProbe index: Int, at now: Timestamp, random: UInt64) -> SagaEvent {
        let name = definition.steps[index].name
        let attempt = steps[index].attempts
        // Whatever a probe says, what it was asked about ended unknown.
        let again = nextAttempt(index, after: .unknown(Failure(code: "unknown", message: "")), at: now, random: random)
        switch outcome {
        case .done, .rejected: return event(for: outcome, ofStep: index, at: now, random: random)
        case .notNow where Mutant.probeRetryMeansDone.isActive: return completion(index, attempt, [:], nil, nil)
        case .notNow(let failure, let after):
            guard let again else { return failed(index, failure, .maybe) }
            let due = max(again, now.milliseconds + after)
            return .stepRetrying(step: name, attempt: attempt, error: failure, due: due, definite: false)
        case .unknown(let failure):
            if let due = nextProbe(index, at: now, random: random) {
                return .stepUnknown(step: name, attempt: attempt, error: failure, due: due)
            }
            guard let again else { return failed(index, failure, .maybe) }
            return .stepRetrying(step: name, attempt: attempt, error: failure, due: again, definite: false)
        }
    }

    /// When it may be asked (again) what became of an unknown attempt; nil where nobody can be asked, or no more. A pivot is
    /// asked without end.
    private func nextProbe(_ index: Int, at now: Timestamp, random: UInt64) -> Int64? {
        guard status == .running, let probe = definition.steps[index].probe else { return nil }
        let made = steps[index].probe.attempts - steps[index].probe.attemptsBefore
        if let limit = probe.retry.attempts, made >= limit, !definition.steps[index].isPivot { return nil }
        return now.milliseconds + probe.retry.delay(after: made + 1, random: random)
    }

    /// The event for a step that waited for another attempt when the saga turned back.
    public func eventForGivingUp(_ index: Int) -> SagaEvent {
        let failure = steps[index].error ?? Failure(code: "cancelled", message: "the saga turned back before another attempt")
        return failed(index, failure, steps[index].hadUnknown ? .maybe : .none)
    }

    /// A step that is done after all, by whichever attempt, and the line of the ledger that reverses it.
    func completion(
        _ index: Int, _ attempt: Int, _ result: JSON, _ version: UInt64?, _ returned: UndoCommand?
    ) -> SagaEvent {
        var (undo, problem) = frozenUndo(index, result: result)
        if let returned, !Mutant.returnedUndoIgnored.isActive, !definition.steps[index].isPivot, !isBehindPivot(index) {
            (undo, problem) = (returned, nil)
        }
        return .stepCompleted(
            step: definition.steps[index].name, attempt: attempt, result: result, version: version, undo: undo,
            undoError: problem)
    }

    func failed(_ index: Int, _ failure: Failure, _ certainty: Certainty) -> SagaEvent {
        let (undo, problem) = certainty == .maybe ? frozenUndo(index, result: .null, failure: failure) : (nil, nil)
        return .stepFailed(
            step: definition.steps[index].name, attempt: steps[index].attempts, error: failure, certainty: certainty,
            undo: undo, undoError: problem)
    }

    /// When the next attempt may begin; nil when the policy allows none, or the saga is turning back.
    private func nextAttempt(_ index: Int, after outcome: StepOutcome, at now: Timestamp, random: UInt64) -> Int64? {
        guard status == .running else { return nil }
        let step = steps[index]
        let retry = definition.steps[index].retry
        let made = step.attempts - step.attemptsBefore
        let due = outcome.postponed(retry.delay(after: made, random: random), at: now)
        if definition.steps[index].isPivot, isInDoubt(pivot: step, after: outcome) { return due }
        // Those of the pivot that ended unknown were not its answers.
        let counted = definition.steps[index].isPivot ? made - step.unknowns : made
        if let limit = retry.attempts, counted >= limit + (Mutant.oneAttemptTooMany.isActive ? 1 : 0) { return nil }
        if let total = retry.total, let first = step.firstStartedAt, due - first.milliseconds > total { return nil }
        return due
    }

    /// Whether the pivot may be done although nobody says so: then it is tried without end. A definite no ends the doubt.
    private func isInDoubt(pivot step: StepState, after outcome: StepOutcome) -> Bool {
        switch outcome {
        case .unknown: true
        case .notNow, .done: step.hadUnknown
        case .rejected: false
        }
    }

    /// The event that records how the current attempt of an undo ended.
    public func event(for outcome: StepOutcome, ofUndo index: Int, at now: Timestamp, random: UInt64) -> SagaEvent {
        let name = definition.steps[index].name
        let attempt = steps[index].undo.attempts
        switch outcome {
        case .done(let result, _, _): return .undoCompleted(step: name, attempt: attempt, result: result)
        case .rejected(let failure):
            if undoRetry(index).covers(definite: failure.code),
                let due = nextUndo(index, after: outcome, at: now, random: random)
            {
                return .undoRetrying(step: name, attempt: attempt, error: failure, due: due, ending: .refused)
            }
            if Mutant.undoRefusalEndsUndone.isActive { return .undoCompleted(step: name, attempt: attempt, result: .null) }
            return .undoFailed(step: name, attempt: attempt, error: failure, isDefinite: true)
        case .notNow(let failure, _), .unknown(let failure):
            guard let due = nextUndo(index, after: outcome, at: now, random: random) else {
                return .undoFailed(step: name, attempt: attempt, error: failure, isDefinite: false)
            }
            let ending = if case .unknown = outcome { UndoEnding.unknown } else { UndoEnding.postponed }
            return .undoRetrying(step: name, attempt: attempt, error: failure, due: due, ending: ending)
        }
    }

    private func undoRetry(_ index: Int) -> Retry {
        if case .action(let undo) = definition.steps[index].undo { undo.retry } else { .forever }
    }

    private func nextUndo(_ index: Int, after outcome: StepOutcome, at now: Timestamp, random: UInt64) -> Int64? {
        let retry = undoRetry(index)
        let made = steps[index].undo.attempts - steps[index].undo.attemptsBefore
        if let limit = retry.attempts, made >= limit { return nil }
        let due = outcome.postponed(retry.delay(after: made, random: random), at: now)
        if let total = retry.total, let first = steps[index].undo.firstStartedAt, due - first.milliseconds > total { return nil }
        return due
    }
}

extension StepOutcome {
    /// When an attempt after this one may begin: behind its pause, and not before the time that a "not now" names.
    func postponed(_ pause: Int64, at now: Timestamp) -> Int64 {
        guard case .notNow(_, let after) = self, !Mutant.postponementIgnored.isActive else { return now.milliseconds + pause }
        return now.milliseconds + max(pause, after)
    }
}
