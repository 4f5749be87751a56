public import Kernel

/// What performing a move comes to: what is recorded at once, and the attempt that begins with it.
public struct SagaAct: Sendable, Equatable {
    public let event: SagaEvent
    /// Recorded right behind it: an expression without a value fails its step before anything is sent.
    public let failure: SagaEvent?
    /// Its answer comes in through `verdict(on:at:random:)`, at once or much later.
    public let attempt: SagaAttempt?

    init(_ event: SagaEvent, failure: SagaEvent? = nil, attempt: SagaAttempt? = nil) {
        self.event = event
        self.failure = failure
        self.attempt = attempt
    }
}

extension SagaState {
    /// What a move that the plan allows now comes to. Pure: whoever asks records the events before anything is sent.
    public func act(for move: SagaMove, at now: Timestamp) -> SagaAct {
        switch move {
        case .start(let step): return beginning(step, preparation(of: step, at: now))
        case .finishSleep(let step):
            return SagaAct(
                .stepCompleted(step: name(step), attempt: 1, result: .null, version: nil, undo: nil, undoError: nil))
        case .cancel(let step): return SagaAct(.stepCancelled(step: name(step)))
        case .giveUp(let step): return SagaAct(eventForGivingUp(step))
        case .turnBack(let reason, let error): return SagaAct(.compensating(reason: reason, error: error))
        case .startUndo(let step): return beginningUndo(step)
        case .bypassUndo(let step): return SagaAct(.undoBypassed(step: name(step)))
        case .failUndo(let step):
            let failure = steps[step].undo.error ?? Failure(code: "internal", message: "the undo has no input")
            return SagaAct(.undoFailed(step: name(step), attempt: 0, error: failure, isDefinite: true))
        case .complete:
            let (output, problem) = evaluatedOutput()
            return SagaAct(.completed(output: output, outputError: problem))
        case .compensated: return SagaAct(.compensated)
        case .stuck(let error): return SagaAct(.stuck(step: error.step, error: error.failure))
        }
    }

    private func name(_ step: Int) -> String { definition.steps[step].name }

    /// The next attempt of a step, once it is known what it has to do.
    func beginning(_ step: Int, _ preparation: Preparation) -> SagaAct {
        let name = name(step)
        let number = steps[step].attempts + 1
        switch preparation {
        case .skip: return SagaAct(.stepSkipped(step: name))
        case .sleep(let due): return SagaAct(.stepStarted(step: name, attempt: number, call: nil, due: due))
        case .failed(let failure):
            return SagaAct(
                .stepStarted(step: name, attempt: number, call: nil, due: nil),
                failure: .stepFailed(
                    step: name, attempt: number, error: failure, certainty: .none, undo: nil, undoError: nil))
        case .call(let aggregate, let command, let call):
            let attempt = SagaAttempt(
                step: step, isUndo: false, operation: operationID(ofStep: step), number: number, aggregate: aggregate,
                command: command, body: call.input, expected: call.expected, timeout: definition.steps[step].timeout)
            let isNew = steps[step].call != call
            return SagaAct(
                .stepStarted(step: name, attempt: number, call: isNew ? call : nil, due: nil), attempt: attempt)
        }
    }

    private func beginningUndo(_ step: Int) -> SagaAct {
        guard let undo = steps[step].undo.command else {
            preconditionFailure("the plan starts an undo only when there is one")
        }
        let number = steps[step].undo.attempts + 1
        var timeout: Int64?
        if case .action(let action) = definition.steps[step].undo { timeout = action.timeout }
        let attempt = SagaAttempt(
            step: step, isUndo: true, operation: operationID(ofUndo: step), number: number,
            aggregate: AggregateID(undo.aggregate, undo.key), command: undo.name, body: undo.body, expected: nil,
            timeout: timeout)
        return SagaAct(.undoStarted(step: name(step), attempt: number), attempt: attempt)
    }
}
