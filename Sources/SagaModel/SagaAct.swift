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
        case .start(let step): return beginning(step, preparation(of: step, at: now), at: now)
        case .finishSleep(let step):
            return SagaAct(
                .stepCompleted(step: name(step), attempt: 1, result: .null, version: nil, undo: nil, undoError: nil))
        case .cancel(let step): return SagaAct(.stepCancelled(step: name(step)))
        case .giveUp(let step): return SagaAct(eventForGivingUp(step))
        case .turnBack(let reason, let error): return SagaAct(.compensating(reason: reason, error: error))
        case .startUndo(let step): return beginningUndo(step, at: now)
        case .probe(let step): return beginningProbe(step, at: now)
        case .timeOut(let step, let direction): return SagaAct(timeOut(step, direction, at: now))
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

    /// The attempt that a worker must take before this move can be made; nil for a move that needs none.
    public func offer(for move: SagaMove, at now: Timestamp) -> SagaAttempt? {
        switch move {
        case .start(let step) where definition.steps[step].action.isOffered: act(for: move, at: now).attempt
        case .startUndo(let step) where steps[step].undo.command?.participant.isOffered == true: act(for: move, at: now).attempt
        case .probe: act(for: move, at: now).attempt
        default: nil
        }
    }

    private func name(_ step: Int) -> String { definition.steps[step].name }

    /// The next attempt of a step, once it is known what it has to do.
    func beginning(_ step: Int, _ preparation: Preparation, at now: Timestamp) -> SagaAct {
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
        case .call(let participant, let call):
            let attempt = SagaAttempt(
                step: step, direction: .do, operation: operationID(ofStep: step), number: number, participant: participant,
                body: call.input, expected: call.expected, timeout: definition.steps[step].timeout, origin: nil)
            let isNew = steps[step].call != call
            return SagaAct(
                .stepStarted(step: name, attempt: number, call: isNew ? call : nil, due: due(attempt, now)), attempt: attempt)
        }
    }

    private func beginningUndo(_ step: Int, at now: Timestamp) -> SagaAct {
        guard let undo = steps[step].undo.command else {
            preconditionFailure("the plan starts an undo only when there is one")
        }
        var timeout = definition.steps[step].timeout
        if case .action(let action) = definition.steps[step].undo { timeout = action.timeout }
        let attempt = SagaAttempt(
            step: step, direction: .undo, operation: operationID(ofUndo: step), number: steps[step].undo.attempts + 1,
            participant: undo.participant, body: undo.body, expected: nil, timeout: timeout, origin: origin(step))
        return SagaAct(
            .undoStarted(step: name(step), attempt: attempt.number, due: due(attempt, now)), attempt: attempt)
    }

    private func beginningProbe(_ step: Int, at now: Timestamp) -> SagaAct {
        guard let probe = definition.steps[step].probe else { preconditionFailure("the plan asks only where there is a probe") }
        let number = steps[step].probe.attempts + 1
        var body = steps[step].call?.input ?? [:]
        if let template = probe.call.body {
            do throws(ExpressionError) { body = try template.evaluate(SagaScope(self)) } catch {
                // The question cannot be put: as good as no answer.
                let failure = Failure(code: "expression", message: "the probe: \(error.message)")
                return SagaAct(
                    .stepProbed(step: name(step), attempt: number, due: nil),
                    failure: unansweredProbe(step, number, failure, at: now))
            }
        }
        let attempt = SagaAttempt(
            step: step, direction: .probe, operation: operationID(ofProbe: step), number: number,
            participant: .worker(action: probe.call.action), body: body, expected: nil, timeout: probe.timeout,
            origin: origin(step))
        return SagaAct(.stepProbed(step: name(step), attempt: number, due: due(attempt, now)), attempt: attempt)
    }

    /// As if the probe had been asked and nobody had answered.
    private func unansweredProbe(_ step: Int, _ number: Int, _ failure: Failure, at now: Timestamp) -> SagaEvent {
        var asked = self
        asked.steps[step].probe.attempts = number
        return asked.event(for: .unknown(failure), ofProbe: step, at: now, random: jitter(step, .probe, number))
    }

    private func origin(_ step: Int) -> SagaAttempt.Origin {
        SagaAttempt.Origin(
            operation: operationID(ofStep: step), input: steps[step].call?.input ?? [:],
            result: steps[step].status == .completed ? steps[step].result : .null)
    }

    /// When a worker's time for an attempt is over; aggregates answer at once.
    private func due(_ attempt: SagaAttempt, _ now: Timestamp) -> Int64? {
        attempt.participant.isWorker ? attempt.timeout.map { now.advanced(by: $0).milliseconds } : nil
    }

    private func timeOut(_ step: Int, _ direction: Direction, at now: Timestamp) -> SagaEvent {
        let number: Int
        switch direction {
        case .do: number = steps[step].attempts
        case .undo: number = steps[step].undo.attempts
        case .probe: number = steps[step].probe.attempts
        }
        let failure = SagaAttempt.timeout(number)
        let outcome = Mutant.timeoutMeansNo.isActive ? StepOutcome.rejected(failure) : .unknown(failure)
        let random = jitter(step, direction, number)
        switch direction {
        case .do: return event(for: outcome, ofStep: step, at: now, random: random)
        case .undo: return event(for: outcome, ofUndo: step, at: now, random: random)
        case .probe: return event(for: outcome, ofProbe: step, at: now, random: random)
        }
    }

    /// Spreads what follows a timeout over time. Made of names, not of chance: whoever runs this move gets the same event.
    private func jitter(_ step: Int, _ direction: Direction, _ number: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(id)/\(name(step))/\(direction.rawValue)/\(number)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var chance = SplitMix(state: hash)
        return chance.next()
    }
}

extension OperationTemplate {
    /// Who could be waited for: of an aggregate the type alone is known.
    var waitedFor: Participant {
        switch self {
        case .command(let command):
            .aggregate(AggregateID(command.aggregate, ""), command: command.name, isRemote: command.isRemote)
        case .call(let call): .worker(action: call.action)
        }
    }

    /// Whether a worker has to take it: an action, or a command on an aggregate that workers decide for.
    var isOffered: Bool {
        switch self {
        case .command(let command): command.isRemote
        case .call: true
        }
    }
}

extension Action {
    var isOffered: Bool { operation?.isOffered ?? false }
}
