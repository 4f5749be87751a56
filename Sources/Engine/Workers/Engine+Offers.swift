import EventLog
import Kernel
import SagaModel
import Wire

/// Work for workers: what a saga waits for is in the queue, and whoever has credit is given the oldest of it.
///
///     turn ──offer──▶ a worker with credit? ──yes──▶ attempt begins ─commit─▶ task
///                                └──no──▶ row in the queue ──credit──▶ turn …
extension Engine {
    /// Gives an attempt to a worker; false when it has to wait for one.
    func offer(_ attempt: SagaAttempt, _ move: SagaMove, _ turn: inout SagaTurn) throws(IllegalTransition) -> Bool {
        switch attempt.participant {
        case .aggregate(let id, let command, _): return try offer(attempt, move, on: id, command, &turn)
        case .worker(let action): return try offer(attempt, move, action, &turn)
        }
    }

    private func offer(
        _ attempt: SagaAttempt, _ move: SagaMove, _ action: String, _ turn: inout SagaTurn
    ) throws(IllegalTransition) -> Bool {
        guard let peer = pool.reserve(action: action, lane: QueueLane(attempt).lane, at: turn.now) else { return false }
        try turn.begin(attempt, turn.state.act(for: move, at: turn.now).event, with: peer)
        return true
    }

    /// A turn that is given up: what its workers were promised comes back.
    func release(_ turn: SagaTurn) {
        for begun in turn.begun {
            pool.cancelReservation(begun.peer, Duty(begun.attempt.participant), lane: QueueLane(begun.attempt).lane)
        }
    }

    /// The rows of a saga just read: hints, which are kept right whenever the saga moves.
    func findRows(of saga: inout LoadedSaga, _ batch: Batch) throws {
        guard !saga.state.isEnded, saga.state.definition.usesWorkers else { return }
        // Time may have passed since its last event: an earlier timer has fired, and what was due then waits for a worker.
        while let due = saga.timer, try batch.reader.value(.timers, SagaTables.timerKey(due, saga.state.id)) == nil {
            saga.timer = SagaPlan.wakeUp(saga.state, after: Timestamp(milliseconds: due))
        }
        for (participant, direction, step) in SagaPlan.waiting(saga.state) {
            let row = QueueRow(Duty(participant), direction, start: saga.start, step: step)
            if try batch.reader.value(.queue, row.key) != nil { saga.queued.append(row) }
        }
    }

    /// Opens the leases of a turn's attempts, closes those of attempts that are over, and writes what waits now.
    func updateWork(of turn: SagaTurn, from old: LoadedSaga?, to new: inout LoadedSaga, entry: UInt64, _ batch: Batch) {
        guard new.state.definition.usesWorkers else { return }
        for begun in turn.begun {
            let attempt = begun.attempt
            new.held.append(
                HeldAttempt(
                    step: attempt.step, direction: attempt.direction, number: attempt.number,
                    position: entry + UInt64(begun.event)))
            open(begun, entry + UInt64(begun.event), new, batch)
        }
        let held = new.held
        new.dropSettled()
        for attempt in held where !new.held.contains(attempt) { settle(attempt, batch) }
        let waiting = new.state.isEnded ? [] : SagaPlan.offers(new.state, at: turn.now)
        new.queued = waiting.map { QueueRow($0, start: new.start) }
        let before = old?.queued ?? []
        for row in before where !new.queued.contains(row) && !Mutant.queueRowStays.isActive { batch.write(.queue, row.key, nil) }
        for row in new.queued where !before.contains(row) {
            batch.write(.queue, row.key, Array(new.state.id.utf8))
            // Those of aggregates are in the queues of their keys.
            guard case .action = row.lane.duty else { continue }
            crowded.insert(row.lane)
            batch.crowded.insert(row.lane)
        }
    }

    private func open(_ begun: SagaTurn.Begun, _ position: UInt64, _ saga: LoadedSaga, _ batch: Batch) {
        let attempt = begun.attempt
        let subject = LeaseSubject.attempt(
            saga: saga.state.id, step: attempt.step, direction: attempt.direction, attempt: attempt.number,
            operation: attempt.operation)
        let lease = Lease(
            task: String(position), duty: Duty(attempt.participant), lane: QueueLane(attempt).lane, peer: begun.peer,
            subject: subject)
        batch.write(.leases, LeaseRow.key(position), LeaseRow(lease, silence: pool.silence(of: begun.peer)).value)
        _ = pool.open(lease)
        batch.opened.append(lease)
        if let task = task(attempt, lease, saga) { batch.tasks.append(WorkerFrame(begun.peer, .action(task))) }
    }

    private func settle(_ attempt: HeldAttempt, _ batch: Batch) {
        if !Mutant.leaseRowStays.isActive { batch.write(.leases, LeaseRow.key(attempt.position), nil) }
        if !Mutant.leaseKeptOnTimeout.isActive, let lease = pool.close(attempt.task) { batch.closed.append(lease) }
    }

    private func task(_ attempt: SagaAttempt, _ lease: Lease, _ saga: LoadedSaga) -> ActionTask? {
        guard let id = WireID(lease.task), let direction = TaskDirection(rawValue: attempt.direction.rawValue) else { return nil }
        var body = JSONObject(uniqueKeysWithValues: [("input", attempt.body)])
        if let origin = attempt.origin {
            var about = JSONObject(uniqueKeysWithValues: [("operation", .string(origin.operation)), ("input", origin.input)])
            if attempt.direction == .undo { about.append("result", origin.result) }
            body.append("do", .object(about))
        }
        return ActionTask(
            task: id, action: lease.duty.name, operation: attempt.operation, attempt: UInt64(attempt.number),
            saga: saga.state.id, step: saga.state.definition.steps[attempt.step].name, direction: direction,
            deadlineMilliseconds: attempt.timeout ?? 0, epoch: UInt64(epoch),
            headers: saga.headers.map { Header($0.name, $0.value) }, body: JSON.object(body).bytes)
    }
}
