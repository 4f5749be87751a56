public import Kernel

/// An event that cannot follow the state it meets: a bug or a damaged log, never something a participant said.
public struct IllegalTransition: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

extension SagaState {
    /// Folds one event, in place. Throws on anything the transition function does not allow; the state is of no use then:
    /// whoever folds keeps the one before.
    public mutating func apply(_ event: SagaEvent, at time: Timestamp) throws(IllegalTransition) {
        guard !isEnded else {
            throw IllegalTransition(description: "saga \(id) is \(status.rawValue), it takes no \(event.name)")
        }
        try fold(event, at: time)
        updatedAt = time
    }

    private mutating func fold(_ event: SagaEvent, at time: Timestamp) throws(IllegalTransition) {
        switch event {
        case .started: throw IllegalTransition(description: "saga \(id) starts twice")
        case .stepStarted, .stepProbed, .stepCompleted, .stepFailed, .stepRetrying, .stepUnknown, .stepSkipped, .stepCancelled:
            try foldStep(event, at: time)
        case .undoStarted, .undoCompleted, .undoRetrying, .undoFailed, .undoBypassed, .undoWaived:
            try foldUndo(event, at: time)
        case .compensating(let why, let cause):
            try move(.compensating, at: time)
            reason = why
            error = error ?? cause
            stuckError = nil
            oweUndos()
        case .completed(let result, let problem):
            try move(.completed, at: time)
            (output, outputError) = (result, problem)
        case .compensated: try move(.compensated, at: time)
        case .terminated(let text, _):
            // What it was stuck on says more than that somebody gave it up.
            let failure = error ?? stuckError
            try move(.terminated, at: time)
            reason = .terminated
            error = failure ?? SagaError(step: nil, failure: Failure(code: "terminated", message: text))
        case .stuck(let step, let failure): stuckError = SagaError(step: step, failure: failure)
        case .cancelRequested(let text, _): cancelRequest = Failure(code: "cancelled", message: text)
        case .repaired(let step, _, _, _): try reopen(step, at: time)
        case .attemptExtended(let step, let direction, let attempt, let due):
            try extend(step, direction, attempt, until: due)
        case .answerIgnored(let step, _, _, _):
            _ = try position(of: step)
            ignoredAnswers += 1
        }
    }

    private mutating func move(_ input: SagaInput, at time: Timestamp) throws(IllegalTransition) {
        guard let next = SagaTransition.next(status, input) else {
            throw IllegalTransition(description: "saga \(id) cannot be \(input) while \(status.rawValue)")
        }
        status = next
        if next.isEnded {
            endedAt = time
            stuckError = nil
        }
    }

    /// From here on every completed or maybe-done step owes its undo.
    private mutating func oweUndos() {
        for index in steps.indices where needsUndo(index) && steps[index].undo.status == .none {
            steps[index].undo.status = .pending
        }
    }

    /// Whether a step has, or may have, an effect that rolling back must reverse.
    public func needsUndo(_ index: Int) -> Bool {
        guard !isBehindPivot(index), !definition.steps[index].isPivot, definition.steps[index].hasEffect else { return false }
        return steps[index].status == .completed
            || steps[index].status == .failed && (steps[index].certainty == .maybe || Mutant.refusedIsUndone.isActive)
    }

    func position(of name: String) throws(IllegalTransition) -> Int {
        guard let index = definition.index(of: name) else {
            throw IllegalTransition(description: "saga \(id): the definition has no step '\(name)'")
        }
        return index
    }

    private mutating func reopen(_ name: String, at time: Timestamp) throws(IllegalTransition) {
        let index = try position(of: name)
        let wasHalted = isHalted
        stuckError = nil
        if wasHalted { return }
        if steps[index].undo.status == .failed {
            try moveUndo(index, .reopened)
            steps[index].undo.due = time.milliseconds
            if !steps[index].undo.isUncertain {
                steps[index].undo.generation += 1
                steps[index].undo.settledAttempts = steps[index].undo.attempts
            }
            steps[index].undo.hadUnknown = steps[index].undo.isUncertain
            if !Mutant.repairForgivesNothing.isActive { steps[index].undo.attemptsBefore = steps[index].undo.attempts }
            steps[index].undo.firstStartedAt = nil
        } else {
            try reopenStep(index, at: time)
        }
    }

    /// One that is maybe done stays the same operation, for its participant to know it again. One that was never sent begins
    /// from its condition.
    private mutating func reopenStep(_ index: Int, at time: Timestamp) throws(IllegalTransition) {
        let (isMaybeDone, wasSent) = (steps[index].certainty == .maybe, steps[index].call != nil)
        try moveStep(index, wasSent ? .reopened : .renewed, at: time)
        if wasSent { steps[index].due = time.milliseconds }
        if wasSent, !isMaybeDone {
            steps[index].generation += 1
            steps[index].settledAttempts = steps[index].attempts
        }
        steps[index].hadUnknown = isMaybeDone
        steps[index].unknowns = 0
        steps[index].certainty = nil
        steps[index].attemptsBefore = steps[index].attempts
        steps[index].firstStartedAt = nil
    }
}
