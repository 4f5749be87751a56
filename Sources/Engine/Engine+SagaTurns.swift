import EventLog
import Kernel
import SagaModel
import Wire

/// The coordinator: performs what the plan says, until there is nothing left to do now.
///
/// Steps on aggregates of this server are decided right here, with nothing else in between, so that a saga over local
/// aggregates is one transaction as far as it goes without a delay.
extension Engine {
    func advance(_ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        var budget = min(EngineLimits.stepsPerTurn, max(1, EngineLimits.stepsPerBatch - batch.steps))
        // Bounded: every agenda spends at least one step of the budget or ends.
        while true {
            var agenda = SagaAgenda(turn.state, at: turn.now)
            var isIdle = true
            while let move = agenda.next(turn.state) {
                guard budget > 0, turn.bytes < EngineLimits.bytesPerTurn else {
                    turn.isCut = true
                    return
                }
                isIdle = false
                budget -= 1
                batch.steps += 1
                try perform(move, &turn, batch)
                if turn.mustPlanAgain { break }
                agenda.performed(move, turn.state)
            }
            if isIdle { return }
        }
    }

    private func perform(_ move: SagaMove, _ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        switch move {
        case .start(let step): try start(step, &turn, batch)
        case .finishSleep(let step):
            try turn.record(
                .stepCompleted(step: name(step, turn), attempt: 1, result: .null, version: nil, undo: nil, undoError: nil))
        case .cancel(let step): try turn.record(.stepCancelled(step: name(step, turn)))
        case .giveUp(let step): try turn.record(turn.state.eventForGivingUp(step))
        case .turnBack(let reason, let error): try turn.record(.compensating(reason: reason, error: error))
        case .startUndo(let step): try startUndo(step, &turn, batch)
        case .bypassUndo(let step): try turn.record(.undoBypassed(step: name(step, turn)))
        case .failUndo(let step):
            let failure = turn.state.steps[step].undo.error ?? Failure(code: "internal", message: "the undo has no input")
            try turn.record(.undoFailed(step: name(step, turn), attempt: 0, error: failure, isDefinite: true))
        case .complete:
            let (output, problem) = turn.state.evaluatedOutput()
            try turn.record(.completed(output: output, outputError: problem))
        case .compensated: try turn.record(.compensated)
        case .stuck(let error): try turn.record(.stuck(step: error.step, error: error.failure))
        }
    }

    private func name(_ step: Int, _ turn: SagaTurn) -> String { turn.state.definition.steps[step].name }

    private func start(_ step: Int, _ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        let attempt = turn.state.steps[step].attempts + 1
        let stepName = name(step, turn)
        switch turn.state.preparation(of: step, at: turn.now) {
        case .skip: try turn.record(.stepSkipped(step: stepName))
        case .sleep(let due): try turn.record(.stepStarted(step: stepName, attempt: attempt, call: nil, due: due))
        case .failed(let failure):
            try turn.record(.stepStarted(step: stepName, attempt: attempt, call: nil, due: nil))
            let failed = SagaEvent.stepFailed(
                step: stepName, attempt: attempt, error: failure, certainty: .none, undo: nil, undoError: nil)
            try turn.record(failed)
        case .call(let aggregate, let command, let call):
            let isNew = turn.state.steps[step].call != call
            try turn.record(.stepStarted(step: stepName, attempt: attempt, call: isNew ? call : nil, due: nil))
            let operation = turn.state.operationID(ofStep: step)
            let request = StepRequest(
                aggregate: aggregate, command: command, body: call.input, expected: call.expected, operation: operation,
                attempt: attempt)
            let outcome = run(request, &turn, batch)
            try turn.record(turn.state.event(for: outcome, ofStep: step, at: turn.now, random: entropy.next()))
        }
    }

    private func startUndo(_ step: Int, _ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        guard let undo = turn.state.steps[step].undo.command else {
            preconditionFailure("the plan starts an undo only when there is one")
        }
        let attempt = turn.state.steps[step].undo.attempts + 1
        try turn.record(.undoStarted(step: name(step, turn), attempt: attempt))
        let request = StepRequest(
            aggregate: AggregateID(undo.aggregate, undo.key), command: undo.name, body: undo.body, expected: nil,
            operation: turn.state.operationID(ofUndo: step), attempt: attempt)
        let outcome = run(request, &turn, batch)
        try turn.record(turn.state.event(for: outcome, ofUndo: step, at: turn.now, random: entropy.next()))
    }

    /// Decides one step on an aggregate of this server. The commit decides for all of them: none is ever unknown.
    private func run(_ request: StepRequest, _ turn: inout SagaTurn, _ batch: Batch) -> StepOutcome {
        do {
            let handler = try handler(request.aggregate.type)
            var loaded = try turn.aggregate(request.aggregate) ?? load(request.aggregate, handler, batch).loaded
            let call = CommandCall(
                name: request.command, body: request.body, key: request.aggregate.key, version: loaded.head.version,
                expected: request.expected)
            let outcome = perform(call, &loaded, batch)
            guard case .accepted(let events, let result) = outcome else {
                return .rejected(Self.failure(outcome, request, actual: loaded.head.version, handler))
            }
            let bodies = try Self.stored(events)
            let before = loaded.head
            // Only the version is known yet; positions are given when the turn joins its batch.
            loaded.head.version += UInt64(events.count)
            turn.add(bodies, request, loaded, before: before)
            return .done(result: result, version: loaded.head.version)
        } catch let fault as Fault {
            return .rejected(Failure(code: fault.code.rawValue, message: fault.message))
        } catch {
            batch.warnings.append("\(request.operation): \(error)")
            return .rejected(Failure(code: "internal", message: "\(error)"))
        }
    }

    private static func failure(
        _ outcome: CommandOutcome, _ request: StepRequest, actual: UInt64, _ handler: AggregateHandler
    ) -> Failure {
        let command = "\(request.aggregate.type).\(request.command)"
        switch outcome {
        case .accepted: preconditionFailure("an accepted command is no failure")
        case .refused(let refusal): return Failure(code: refusal.code, message: refusal.message)
        case .conflict:
            let fault = conflict(request.aggregate, expected: request.expected ?? 0, actual: actual)
            return Failure(code: "conflict", message: fault.message)
        case .unknownCommand: return Failure(code: "unknown_command", message: unknownCommand(request.command, handler).message)
        case .malformed(let why): return Failure(code: "bad_request", message: "\(command): \(why)")
        case .failed(let why): return Failure(code: "handler_failed", message: why)
        }
    }
}
