import EventLog
import Kernel
import SagaModel
import Wire

/// Steps of sagas on aggregates that workers decide for.
///
///     turn ──offer──▶ queue of the key ─▶ worker ─▶ decision ──turn──▶ attempt, effect and outcome in one commit
///
/// Nothing is recorded before the decision is there: a saga that has turned back meanwhile just does not want it any more.
extension Engine {
    /// Whether a type that was a worker's when this was recorded is compiled in now.
    func isOwn(_ attempt: SagaAttempt) -> Bool { attempt.aggregate.map { registry[$0.type] != nil } ?? false }

    /// Performs what was decided for an attempt; false when it has to wait for that.
    func offer(
        _ attempt: SagaAttempt, _ move: SagaMove, on id: AggregateID, _ command: String, _ turn: inout SagaTurn
    ) throws(IllegalTransition) -> Bool {
        let step = RemoteStep(
            saga: turn.state.id, operation: attempt.operation, attempt: attempt.number, lane: QueueLane(attempt).lane)
        guard let decided = remote.decided, decided.step == step else {
            enqueue(step, on: id, command)
            return false
        }
        remote.decided = nil
        try turn.record(turn.state.act(for: move, at: turn.now).event)
        let outcome = outcome(decided.verdict, attempt, id, &turn)
        let event =
            attempt.isUndo
            ? turn.state.event(for: outcome, ofUndo: attempt.step, at: turn.now, random: entropy.next())
            : turn.state.event(for: outcome, ofStep: attempt.step, at: turn.now, random: entropy.next())
        try turn.record(event)
        return true
    }

    private func outcome(
        _ verdict: RemoteVerdict, _ attempt: SagaAttempt, _ id: AggregateID, _ turn: inout SagaTurn
    ) -> StepOutcome {
        switch verdict {
        case .refused(let fault): return .rejected(RemoteVerdict.failure(fault))
        case .accepted(let decision):
            let head = remote.cache[id]?.head ?? StreamHead(version: 0, position: 0, entryPosition: 0)
            turn.add(decision.events, attempt, to: turn.touch(id, decision.state, at: head))
            return .done(result: decision.result, version: head.version + UInt64(decision.events.count))
        }
    }

    private func enqueue(_ step: RemoteStep, on id: AggregateID, _ command: String) {
        guard remote.number(of: .step(step)) == nil else { return }
        // Its row in the queue is found again when there is a place.
        guard !remote.isFullOfSteps else {
            remote.overflowed.insert(QueueLane(step.lane, .aggregate(id.type)))
            return
        }
        remote.add(RemoteCommand(step, on: id, name: command))
    }

    /// The attempt as its saga wants it now; nil when it does not want it any more.
    func wanted(_ step: RemoteStep, _ batch: Batch) -> SagaAttempt? {
        do {
            guard let saga = try loadSaga(step.saga, batch), !saga.state.isEnded else { return nil }
            return SagaPlan.offers(saga.state, at: batch.now).first {
                $0.operation == step.operation && $0.number == step.attempt && QueueLane($0).lane == step.lane
            }
        } catch {
            tell(step.saga, cannotGoOn: error, batch)
            park(step.saga, due: nil, batch)
            return nil
        }
    }

    /// Gives a decision to the turn of its saga.
    func conclude(_ step: RemoteStep, on id: AggregateID, _ verdict: RemoteVerdict, cause: String, _ batch: Batch) {
        do {
            _ = try remoteAggregate(id, batch)
            guard let saga = try loadSaga(step.saga, batch), !saga.state.isEnded else { return }
            remote.decided = (step, verdict)
            defer { remote.decided = nil }
            try turn(of: saga, cause: cause, batch) { _ throws(IllegalTransition) in }
        } catch {
            tell(step.saga, cannotGoOn: error, batch)
            park(step.saga, due: nil, batch)
        }
    }

    /// Goes once through the rows of steps that waited before the start, and again after some found no place.
    func resumeSteps(_ batch: Batch) {
        if !remote.overflowed.isEmpty, remote.steps < EngineLimits.remoteCommands / 2 {
            for line in remote.overflowed { remote.scan(line) }
            remote.overflowed = []
        }
        guard !remote.scans.isEmpty, !remote.isFullOfSteps else { return }
        for line in remote.scans.keys.sorted(by: { ($0.lane.rawValue, $0.duty.name) < ($1.lane.rawValue, $1.duty.name) }) {
            do { try resume(line, batch) } catch {
                batch.warnings.append("the queue of \(line.duty.name) cannot be read: \(error)")
                remote.scans[line] = nil
            }
        }
    }

    private func resume(_ line: QueueLane, _ batch: Batch) throws {
        guard let from = remote.scans[line] else { return }
        var rows: [(row: QueueRow, saga: String)] = []
        try batch.reader.visit(.queue, from: from, backwards: false) { key, value in
            guard let row = QueueRow(key: key, line) else { return false }
            rows.append((row, String(decoding: value, as: UTF8.self)))
            return rows.count < EngineLimits.offersPerRound
        }
        let isMore = rows.count == EngineLimits.offersPerRound
        remote.scans[line] = isMore ? rows.last.map { $0.row.key + [0] } : nil
        for (row, saga) in rows { take(row, saga, batch) }
    }
}
