import Kernel

/// What a participant may answer, with the retry policies asked as if they had attempts left, and as if they had none.
extension Walker {
    func answer(_ action: WalkAction, _ next: inout Next) -> Bool {
        let (index, choice) = (action.step, action.choice)
        guard choice != .distrusted || next.state.steps[index].hadUnknown else { return false }
        let event: SagaEvent
        if choice == .doneWithoutUndo {
            event = .stepCompleted(
                step: walked.definition.steps[index].name, attempt: next.state.steps[index].attempts, result: [:], version: nil,
                undo: nil, undoError: Failure(code: "expression", message: "the result lacks what the undo needs"))
        } else {
            let tuned = tuned(next.state, action)
            let (operation, number) = asked(tuned, action)
            let answer = SagaAnswer(
                operation: operation, attempt: number, outcome: outcome(action), dedupes: choice != .distrusted)
            guard case .counts(let counted) = tuned.verdict(on: answer, at: WalkCode.now, random: 0) else {
                next.broken = "the answer to attempt \(number) of '\(walked.definition.steps[index].name)' does not count"
                return true
            }
            event = counted
        }
        guard isAsChosen(event, choice) else { return false }
        next.record(choice == .unknownWithoutUndo ? event.withoutUndo : event)
        return true
    }

    /// The attempt that a participant holds.
    private func asked(_ state: SagaState, _ action: WalkAction) -> (operation: String, attempt: Int) {
        let step = state.steps[action.step]
        if action.isUndo { return (state.operationID(ofUndo: action.step), step.undo.attempts) }
        if step.probe.isOpen { return (state.operationID(ofProbe: action.step), step.probe.attempts) }
        return (state.operationID(ofStep: action.step), step.attempts)
    }

    private func outcome(_ action: WalkAction) -> StepOutcome {
        let step = walked.steps[action.step]
        let codes = action.isUndo ? step.undoCodes : step.codes
        switch action.choice {
        case .refused, .distrusted:
            return .rejected(Failure(code: codes.final ?? codes.passing ?? "refused", message: "a definite no"))
        case .refusedForNow: return .rejected(Failure(code: codes.passing ?? "refused", message: "no, for now"))
        case .notNow, .notNowForTheLastTime: return .notNow(Failure(code: "busy", message: "not now"), after: 0)
        case .unknown, .unknownForTheLastTime, .unknownWithoutUndo:
            return .unknown(Failure(code: "timeout", message: "no answer in time"))
        case .doneWithUndo:
            return .done(result: [:], version: nil, undo: UndoCommand(.worker(action: "returned"), body: [:]))
        default: return .done(result: [:], version: nil)
        }
    }

    /// The same state with attempts left, or none, by count and by total time.
    private func tuned(_ state: SagaState, _ action: WalkAction) -> SagaState {
        var state = state
        let hasAttempts = [.notNow, .unknown, .refusedForNow].contains(action.choice)
        let first = hasAttempts ? WalkCode.now : Timestamp(milliseconds: 0)
        if action.isUndo {
            var limit: Int?
            if case .action(let undo) = walked.definition.steps[action.step].undo { limit = undo.retry.attempts }
            let made = hasAttempts ? 1 : limit ?? 1
            let attempts = state.steps[action.step].undo.attempts
            state.steps[action.step].undo.attemptsBefore = attempts - made
            state.steps[action.step].undo.firstStartedAt = first
        } else {
            let limit = walked.definition.steps[action.step].retry.attempts ?? 1
            let attempts = state.steps[action.step].attempts
            state.steps[action.step].attemptsBefore = attempts - (hasAttempts ? 1 : limit)
            state.steps[action.step].unknowns = 0
            state.steps[action.step].firstStartedAt = first
            guard state.steps[action.step].probe.isOpen else { return state }
            let asked = hasAttempts ? 0 : walked.definition.steps[action.step].probe?.retry.attempts ?? 0
            state.steps[action.step].probe.attemptsBefore = state.steps[action.step].probe.attempts - asked
        }
        return state
    }

    /// Whether the policy made of the answer what this choice stands for.
    private func isAsChosen(_ event: SagaEvent, _ choice: WalkChoice) -> Bool {
        switch (choice, event) {
        case (.done, .stepCompleted), (.doneWithUndo, .stepCompleted), (.doneWithoutUndo, .stepCompleted),
            (.done, .undoCompleted):
            true
        case (.refused, .stepFailed), (.refused, .undoFailed), (.distrusted, .stepFailed), (.distrusted, .stepUnknown): true
        case (.refusedForNow, .stepRetrying), (.refusedForNow, .undoRetrying): true
        case (.notNow, .stepRetrying), (.notNow, .undoRetrying): true
        case (.notNowForTheLastTime, .stepFailed), (.notNowForTheLastTime, .undoFailed): true
        case (.unknown, .stepUnknown), (.unknown, .undoRetrying): true
        case (.unknownForTheLastTime, .stepFailed), (.unknownForTheLastTime, .undoFailed): true
        case (.unknownWithoutUndo, .stepFailed): true
        default: false
        }
    }
}

extension SagaEvent {
    /// The same, where what the undo needs is not there.
    var withoutUndo: SagaEvent {
        let failure = Failure(code: "expression", message: "the result lacks what the undo needs")
        guard case .stepFailed(let step, let attempt, let error, let certainty, .some, nil) = self else { return self }
        return .stepFailed(step: step, attempt: attempt, error: error, certainty: certainty, undo: nil, undoError: failure)
    }
}
