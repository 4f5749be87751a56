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
        do { try goOn(&turn, batch) } catch {
            release(turn)
            takeBack(turn, batch)
            throw error
        }
    }

    private func goOn(_ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        var budget = min(EngineLimits.stepsPerTurn, max(1, EngineLimits.stepsPerBatch - batch.steps))
        // Bounded: every agenda spends at least one step of the budget or ends.
        while !turn.state.isEnded {
            var agenda = SagaAgenda(turn.state, at: turn.now)
            var isIdle = true
            while let move = agenda.next(turn.state) {
                guard budget > 0, turn.bytes < EngineLimits.bytesPerTurn else {
                    turn.isCut = true
                    return
                }
                guard try perform(move, &turn, batch) else { continue }
                isIdle = false
                budget -= 1
                batch.steps += 1
                if turn.mustPlanAgain { break }
                agenda.performed(move, turn.state)
            }
            if isIdle { return }
        }
    }

    /// false when it has to wait for a worker.
    private func perform(_ move: SagaMove, _ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) -> Bool {
        if let attempt = turn.state.offer(for: move, at: turn.now), !isOwn(attempt) {
            return try offer(attempt, move, &turn)
        }
        if case .timeOut(let step, let direction) = move, let attempt = turn.held(step, direction),
            let until = pool.lease(attempt.task)?.extended, until > turn.now
        {
            try turn.extend(step, direction, until: until)
            return true
        }
        let act = turn.state.act(for: move, at: turn.now)
        try turn.record(act.event)
        if let failure = act.failure { try turn.record(failure) }
        guard let attempt = act.attempt, case .aggregate(let aggregate, let command, _) = attempt.participant else { return true }
        let outcome = run(attempt, CommandAddress(aggregate, command), &turn, batch)
        let event =
            attempt.isUndo
            ? turn.state.event(for: outcome, ofUndo: attempt.step, at: turn.now, random: entropy.next())
            : turn.state.event(for: outcome, ofStep: attempt.step, at: turn.now, random: entropy.next())
        try turn.record(event)
        return true
    }

    /// Decides one step on an aggregate of this server. The commit decides for all of them: none is ever unknown.
    private func run(
        _ attempt: SagaAttempt, _ target: CommandAddress, _ turn: inout SagaTurn, _ batch: Batch
    ) -> StepOutcome {
        do {
            let resident = try aggregates[target.aggregate] ?? load(target.aggregate, handler(target.aggregate.type), batch)
            let head = resident.loaded.head
            let call = CommandCall(
                name: target.command, body: attempt.body, key: target.aggregate.key, version: head.version,
                expected: attempt.expected)
            let outcome = perform(call, &resident.loaded, batch)
            let bodies: [StoredBody]
            guard case .accepted(let events, let result) = outcome else {
                if resident.loaded.isSpoilt { try restore(target.aggregate, resident, turn, batch) }
                if case .failed = outcome {
                    tell(failed: target.command, of: target.aggregate, seeing: "saga history \(turn.state.id)", batch)
                }
                return .rejected(Self.failure(outcome, attempt, target, actual: head.version, resident.loaded.handler))
            }
            do { bodies = try Self.stored(events) } catch {
                try restore(target.aggregate, resident, turn, batch)
                throw error
            }
            turn.add(bodies, attempt, to: turn.touch(target.aggregate, resident, at: head))
            // Only the version is known yet; positions are given when the turn joins its batch.
            resident.loaded.head.version += UInt64(bodies.count)
            return .done(result: result, version: resident.loaded.head.version)
        } catch let fault as Fault {
            return .rejected(Failure(code: fault.code.rawValue, message: fault.message))
        } catch {
            batch.warnings.append("\(attempt.operation): \(error)")
            return .rejected(Failure(code: "internal", message: "\(error)"))
        }
    }

    /// Brings back an aggregate that a step has changed and not kept, to where the steps before it in this turn left it.
    private func restore(_ id: AggregateID, _ resident: ResidentAggregate, _ turn: SagaTurn, _ batch: Batch) throws {
        try reload(id, resident.loaded.handler, batch)
        guard var loaded = aggregates[id]?.loaded else { return }
        for effect in turn.effects where effect.place == resident.place {
            for event in effect.events { try loaded.handler.evolve(&loaded.state, try StoredEvent(event)) }
            loaded.head.version += UInt64(effect.events.count)
        }
        resident.loaded = loaded
        aggregates[id] = resident
    }

    /// A turn that is given up: what its steps were decided on stands again where the batch has left it.
    private func takeBack(_ turn: SagaTurn, _ batch: Batch) {
        for touched in turn.touched {
            guard case .local(let resident) = touched.content else { continue }
            do { try reload(touched.id, resident.loaded.handler, batch) } catch { batch.warnings.append("\(error)") }
        }
    }

    private static func failure(
        _ outcome: CommandOutcome, _ attempt: SagaAttempt, _ target: CommandAddress, actual: UInt64, _ handler: AggregateHandler
    ) -> Failure {
        let command = "\(target.aggregate.type).\(target.command)"
        switch outcome {
        case .accepted: preconditionFailure("an accepted command is no failure")
        case .refused(let refusal): return Failure(code: refusal.code, message: refusal.message)
        case .conflict:
            let fault = conflict(target.aggregate, expected: attempt.expected ?? 0, actual: actual)
            return Failure(code: "conflict", message: fault.message)
        case .unknownCommand: return Failure(code: "unknown_command", message: unknownCommand(target.command, handler).message)
        case .malformed(let why): return Failure(code: "bad_request", message: "\(command): \(why)")
        case .failed(let why): return Failure(code: "handler_failed", message: why)
        }
    }
}

/// One command of one aggregate.
struct CommandAddress {
    let aggregate: AggregateID
    let command: String

    init(_ aggregate: AggregateID, _ command: String) {
        self.aggregate = aggregate
        self.command = command
    }
}
