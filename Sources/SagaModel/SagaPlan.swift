public import Kernel

/// What a saga does next: a pure function of its state and the time (SAGAS sections 5 and 6).
///
///     state ──moves──▶ coordinator ──events──▶ fold ──▶ state …  until there is no move left
///
/// Without moves the saga has ended, waits for an answer, waits for `wakeUp`, or is stuck.
public enum SagaPlan {
    /// Everything that may be done now, in the order to do it. Ask again after any failure.
    public static func moves(_ state: SagaState, at now: Timestamp) -> [SagaMove] {
        if state.isHalted { return [] }
        switch state.status {
        case .running: return state.forwardMoves(at: now.milliseconds)
        case .compensating: return state.backwardMoves(at: now.milliseconds)
        case .completed, .compensated, .terminated: return []
        }
    }

    /// The moves among them that wait for a worker to take them: what waits in the queue of an action.
    public static func offers(_ state: SagaState, at now: Timestamp) -> [SagaAttempt] {
        moves(state, at: now).compactMap { state.offer(for: $0, at: now) }
    }

    /// Who may have been waited for since the saga's last event, whatever the time was: more than `offers` ever names.
    public static func waiting(_ state: SagaState) -> [(participant: Participant, direction: Direction, step: Int)] {
        var found: [(participant: Participant, direction: Direction, step: Int)] = []
        for (index, step) in state.steps.enumerated() {
            if [.pending, .retrying, .unknown].contains(step.status),
                let operation = state.definition.steps[index].action.operation, operation.isOffered
            {
                found.append((operation.waitedFor, .do, index))
            }
            if step.status == .unknown, let probe = state.definition.steps[index].probe {
                found.append((.worker(action: probe.call.action), .probe, index))
            }
            if [.none, .pending, .retrying].contains(step.undo.status), let undo = step.undo.command, undo.participant.isOffered {
                found.append((undo.participant, .undo, index))
            }
        }
        return found
    }

    /// When the saga must be looked at again if nothing happens before; nil when only an answer, a worker or a person can move
    /// it. Counts only what a move will act on then: a time that passes without a move would be a timer that spins. Times that
    /// are over at `now` are left out: what had to be done then is done, or waits for a worker.
    public static func wakeUp(_ state: SagaState, after now: Timestamp? = nil) -> Int64? {
        if state.isHalted { return nil }
        let over = now?.milliseconds ?? .min
        switch state.status {
        case .running: return state.nextDue(after: over)
        case .compensating: return state.nextUndoDue(after: over)
        case .completed, .compensated, .terminated: return nil
        }
    }
}
