import EventLog
import Kernel
import SagaModel
import Wire

/// What workers say of the attempts they hold, or held.
extension Engine {
    /// Takes an answer to a task. Whoever spoke hears of it only when it does not count.
    func answer(_ task: WireID, _ outcome: StepOutcome, from peer: PeerID, _ batch: Batch) {
        do {
            guard let lease = pool.lease(task.text) else { return try answerLate(task, outcome, from: peer, batch) }
            guard lease.peer == peer || Mutant.strangerBelieved.isActive else {
                throw Fault(.forbidden, "another worker holds the task \(task.text)")
            }
            batch.heard.append((peer, task))
            guard try settle(lease, outcome, dedupes: pool.dedupes(peer), batch) else { throw Self.gone(task) }
        } catch let fault as Fault {
            batch.pushes.append(WorkerFrame(peer, task, fault))
        } catch {
            batch.warnings.append("the answer to task \(task.text) cannot be taken: \(error)")
            batch.pushes.append(WorkerFrame(peer, task, Fault(.internal, "the answer cannot be taken: \(error)")))
        }
    }

    static func gone(_ task: WireID) -> Fault {
        Fault(.gone, "nothing waits for the task \(task.text) any more: the answer is late, and changes nothing")
    }

    /// Records how an attempt ended and lets its saga go on; false when that changed nothing.
    @discardableResult
    func settle(_ lease: Lease, _ outcome: StepOutcome, dedupes: Bool, _ batch: Batch) throws -> Bool {
        guard case .attempt(let saga, _, _, let number, let operation) = lease.subject else { return false }
        let answer = SagaAnswer(operation: operation, attempt: number, outcome: outcome, dedupes: dedupes)
        let counts = try take(answer, of: saga, "task/\(lease.task)", batch)
        // Of a saga that is not there or has ended; else its turn has closed it.
        if let left = pool.close(lease.task) {
            batch.closed.append(left)
            if let position = UInt64(lease.task) { batch.write(.leases, LeaseRow.key(position), nil) }
        }
        return counts
    }

    private func take(_ answer: SagaAnswer, of id: String, _ cause: String, _ batch: Batch) throws -> Bool {
        guard let saga = try loadSaga(id, batch), !saga.state.isEnded else { return false }
        let random = entropy.next()
        var counts = false
        try turn(of: saga, cause: cause, batch) { turn throws(IllegalTransition) in
            switch turn.state.verdict(on: answer, at: turn.now, random: random) {
            case .counts(let event):
                counts = true
                try turn.record(event)
            case .ignored(let event): if let event { try turn.record(event) }
            }
        }
        return counts
    }

    /// One turn of a live saga, with the note that it runs.
    func turn(
        of saga: LoadedSaga, cause: String, _ batch: Batch, _ first: (inout SagaTurn) throws(IllegalTransition) -> Void
    ) throws {
        let id = saga.state.id
        crashes.running(id)
        defer { crashes.running(nil) }
        var turn = SagaTurn(saga, at: batch.now)
        try first(&turn)
        if crashes.crashes(of: id) >= 2, !turn.state.isEnded, !turn.state.isHalted {
            try handOver(&turn, batch)
        } else {
            try advance(&turn, batch)
        }
        join(turn, saga, cause: Cause(command: cause, correlation: id), receipt: nil, batch)
    }

    /// Nobody holds the task any more: its attempt is found in the log, where its number is the position of its beginning.
    private func answerLate(_ task: WireID, _ outcome: StepOutcome, from peer: PeerID, _ batch: Batch) throws {
        // Spelt otherwise it would pass by whoever holds the task.
        guard let position = UInt64(task.text), String(position) == task.text, let late = try lateAttempt(position, batch),
            let saga = try loadSaga(late.saga, batch), let step = saga.state.definition.index(of: late.step)
        else { throw Self.gone(task) }
        let state = saga.state
        let operation = late.isUndo ? state.operationID(ofUndo: step) : state.operationID(ofStep: step)
        let answer = SagaAnswer(operation: operation, attempt: late.number, outcome: outcome, dedupes: pool.dedupes(peer))
        batch.heard.append((peer, task))
        guard try take(answer, of: late.saga, "task/\(task.text)", batch) else { throw Self.gone(task) }
    }

    /// The attempt that began at a position; nil when none did, or one of a probe, which is asked anew anyway.
    private func lateAttempt(
        _ position: UInt64, _ batch: Batch
    ) throws -> (saga: String, step: String, isUndo: Bool, number: Int)? {
        var found: (saga: String, step: String, isUndo: Bool, number: Int)?
        guard position > 0, position <= batch.reader.head.position else { return nil }
        try batch.reader.visitLog(from: position, backwards: false) { entry in
            guard entry.aggregate.type == SagaTables.type, entry.key.position <= position else { return false }
            let offset = Int(position - entry.key.position)
            guard entry.events.indices.contains(offset),
                let body = try? JSON.parse(entry.events[offset].body, maximumDepth: JSON.storedDepth)
            else { return false }
            switch try? SagaEvent(name: entry.events[offset].name, body: body) {
            case .stepStarted(let step, let number, _, .some): found = (entry.aggregate.key, step, false, number)
            case .undoStarted(let step, let number, .some): found = (entry.aggregate.key, step, true, number)
            default: break
            }
            return false
        }
        return found
    }
}
