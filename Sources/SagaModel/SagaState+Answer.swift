public import Kernel

/// What an answer means, whenever it comes: the rules of SAGAS section 4 in one total function.
///
///     answer ──current attempt──▶ the retry policy decides      ──late "done"──▶ counts while nobody is sure
///            ──anything else late or stale──▶ ignored
extension SagaState {
    /// Never traps and never gives an event that the fold refuses, whatever a participant says. `random` is uniform over all
    /// of UInt64; it moves the next attempt in time and nothing else.
    public func verdict(on answer: SagaAnswer, at now: Timestamp, random: UInt64) -> AnswerVerdict {
        guard !isEnded, let target = target(of: answer.operation) else { return .ignored(nil) }
        let event =
            switch target.direction {
            case .do: stepEvent(target.step, answer, at: now, random: random)
            case .undo: undoEvent(target.step, answer, at: now, random: random)
            case .probe: probeEvent(target.step, answer, at: now, random: random)
            }
        if let event { return .counts(event) }
        guard ignoredAnswers < DefinitionLimits.ignoredAnswers else { return .ignored(nil) }
        return .ignored(
            .answerIgnored(
                step: definition.steps[target.step].name, operation: answer.operation, attempt: answer.attempt,
                outcome: answer.outcome.word))
    }

    private func stepEvent(_ index: Int, _ answer: SagaAnswer, at now: Timestamp, random: UInt64) -> SagaEvent? {
        let step = steps[index]
        guard step.call != nil, answer.operation == operationID(ofStep: index), answer.attempt > step.settledAttempts,
            answer.attempt <= step.attempts
        else { return nil }
        if case .done(let result, let version, let undo) = answer.outcome {
            return awaitsDone(index) ? completion(index, answer.attempt, result, version, undo) : nil
        }
        let isCurrent = answer.attempt == step.attempts || Mutant.staleNoCounts.isActive
        guard step.status == .running, isCurrent else { return nil }
        if case .rejected(let failure) = answer.outcome, step.hadUnknown, !answer.dedupes, !Mutant.distrustForgotten.isActive {
            return distrusted(failure, index, at: now, random: random)
        }
        return event(for: answer.outcome, ofStep: index, at: now, random: random)
    }

    /// Whether "done" still counts: nobody has said how the operation ended, or it is maybe done and not being undone yet.
    private func awaitsDone(_ index: Int) -> Bool {
        let step = steps[index]
        if Mutant.lateDoneRevives.isActive { return step.status == .failed || step.status.isOpen }
        if step.status == .failed { return step.certainty == .maybe && [.none, .pending].contains(step.undo.status) }
        return step.status.isOpen
    }

    /// This "no" may be of a second attempt that never saw the first one's effect: the step is maybe done. A pivot in doubt
    /// needs a word that can be trusted, so it is asked again.
    private func distrusted(_ failure: Failure, _ index: Int, at now: Timestamp, random: UInt64) -> SagaEvent {
        let failure = Self.distrusted(failure)
        if definition.steps[index].isPivot {
            return event(for: .unknown(failure), ofStep: index, at: now, random: random)
        }
        return failed(index, failure, .maybe)
    }

    private static func distrusted(_ failure: Failure) -> Failure {
        let why = "not taken for a no: an attempt before ended unknown, and the worker does not declare dedupes"
        return Failure(code: failure.code, message: "\(failure.message) (\(why))")
    }

    private func undoEvent(_ index: Int, _ answer: SagaAnswer, at now: Timestamp, random: UInt64) -> SagaEvent? {
        let undo = steps[index].undo
        guard answer.operation == operationID(ofUndo: index), answer.attempt <= undo.attempts else { return nil }
        if case .done(let result, _, _) = answer.outcome, answer.attempt > undo.settledAttempts, undo.awaitsDone {
            return .undoCompleted(step: definition.steps[index].name, attempt: answer.attempt, result: result)
        }
        guard undo.status == .undoing, answer.attempt == undo.attempts else { return nil }
        if case .rejected(let failure) = answer.outcome, undo.hadUnknown, !answer.dedupes, !Mutant.distrustForgotten.isActive {
            return event(for: .unknown(Self.distrusted(failure)), ofUndo: index, at: now, random: random)
        }
        return event(for: answer.outcome, ofUndo: index, at: now, random: random)
    }

    /// A probe that says "done" is believed whenever the operation's end is unknown; anything else only from the one asked now.
    private func probeEvent(_ index: Int, _ answer: SagaAnswer, at now: Timestamp, random: UInt64) -> SagaEvent? {
        let step = steps[index]
        guard answer.operation == operationID(ofProbe: index), answer.attempt <= step.probe.attempts, answer.attempt > 0 else {
            return nil
        }
        if case .done(let result, let version, let undo) = answer.outcome {
            return awaitsDone(index) ? completion(index, step.attempts, result, version, undo) : nil
        }
        guard step.status == .unknown, step.probe.isOpen, answer.attempt == step.probe.attempts else { return nil }
        return event(for: answer.outcome, ofProbe: index, at: now, random: random)
    }

    /// Which step and direction an operation id names; nil for one that is none of this saga's.
    private func target(of operation: String) -> (step: Int, direction: Direction)? {
        let parts = operation.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == id, let step = definition.index(of: String(parts[1])) else { return nil }
        return Direction(rawValue: String(parts[2].prefix { $0 != "~" })).map { (step, $0) }
    }
}

extension StepOutcome {
    /// As histories write it.
    public var word: String {
        switch self {
        case .done: "done"
        case .rejected: "rejected"
        case .notNow: "not_now"
        case .unknown: "unknown"
        }
    }
}
