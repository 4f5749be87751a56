import EventLog
import Kernel
import SagaModel
import Wire

/// Workers coming, speaking and going.
extension Engine {
    func hear(_ message: WorkerMessage, from peer: PeerID, _ space: SpaceState, _ batch: Batch) {
        if case .ready(let id, let ready) = message { return welcome(id, ready, peer, space, batch) }
        guard pool.isReady(peer) else {
            let fault = Fault(.unknownSession, "this connection has not said `ready`; say it, with what you hold in `holding`")
            batch.pushes.append(WorkerFrame(peer, message.id, fault))
            batch.departed.append(peer)
            return
        }
        pool.heard(peer, at: batch.now)
        if case .bye = message { return lose(peer, "the worker said bye", batch) }
        guard space < .red || message.id == nil else { return refuseForNow(message.id, peer, batch) }
        if let task = message.id, Self.isRemote(task) { return hearRemote(message, task, from: peer, batch) }
        switch message {
        case .done(let task, let body): done(task, body, peer, batch)
        case .refuse(let task, let code, let message):
            answer(task, .rejected(Failure(code: code, message: message)), from: peer, batch)
        case .retry(let task, let after, let message):
            answer(task, .notNow(Failure(code: "not_now", message: message), after: after), from: peer, batch)
        case .unknown(let task, let message):
            answer(task, .unknown(Failure(code: "unknown", message: message)), from: peer, batch)
        case .working(let task): extend(task, peer, batch)
        case .ready, .heartbeat, .bye: break
        }
    }

    /// An answer that cannot be read is no "no": nobody knows what it meant.
    func hearNonsense(_ task: WireID, _ fault: Fault, from peer: PeerID, _ batch: Batch) {
        guard pool.isReady(peer) else { return }
        pool.heard(peer, at: batch.now)
        if Self.isRemote(task) {
            // Told already what is wrong with it.
            if pool.lease(task.text)?.peer == peer { settle(task, unknown: fault.message, batch) }
            return
        }
        let failure = Failure(code: "unreadable_answer", message: fault.message)
        answer(task, Mutant.nonsenseMeansNo.isActive ? .rejected(failure) : .unknown(failure), from: peer, batch)
    }

    private func refuseForNow(_ task: WireID?, _ peer: PeerID, _ batch: Batch) {
        let fault = Fault(
            .readOnly, "the disk is full, the answer cannot be kept; send it again",
            JSONObject(uniqueKeysWithValues: [("retry_after_ms", .int(EngineLimits.pauseWhenFull))]))
        batch.pushes.append(WorkerFrame(peer, task, fault))
    }

    private func welcome(_ id: WireID, _ ready: Ready, _ peer: PeerID, _ space: SpaceState, _ batch: Batch) {
        do throws(Fault) {
            if let own = ready.aggregates.first(where: { registry[$0] != nil }) {
                throw Fault(.forbidden, "the aggregate type '\(own)' is compiled into this server; it decides for it itself")
            }
            try refuseTooManyTypes(ready.aggregates)
            let (claimed, gone) = try pool.ready(peer, WorkerOffer(ready), at: batch.now)
            for action in ready.actions { crowd(.action(action)) }
            for type in ready.aggregates { learn(type) }
            let welcome = Welcome(
                epoch: UInt64(epoch), heartbeatMilliseconds: pool.heartbeat(of: peer), liveness: EngineLimits.liveness,
                server: log.identity.uuid)
            // Before the welcome: what is gone need not be answered again.
            for task in gone { if let task = WireID(task) { batch.pushes.append(WorkerFrame(peer, task, Self.gone(task))) } }
            batch.pushes.append(WorkerFrame(peer, .welcome(id, welcome)))
            for lease in claimed { resume(lease, batch) }
        } catch {
            batch.pushes.append(WorkerFrame(peer, id, error))
            if !pool.isReady(peer) { batch.departed.append(peer) }
        }
    }

    private func crowd(_ duty: Duty) {
        crowded.insert(QueueLane(.undo, duty))
        crowded.insert(QueueLane(.forward, duty))
    }

    /// `{"result": …, "undo": …?}`.
    private func done(_ task: WireID, _ body: [UInt8], _ peer: PeerID, _ batch: Batch) {
        do throws(Fault) {
            let answer = try Self.object(body, what: "the body of `done`")
            var undo: UndoCommand?
            if let given = answer["undo"], given != .null {
                undo = UndoCommand(returned: given, library.catalog)
                guard undo != nil else {
                    throw Fault(
                        .badRequest,
                        "`undo` must be {\"call\", \"with\"}, or {\"command\", \"key\", \"with\"} of a type and a command that are known")
                }
            }
            let result = answer["result"] ?? [:]
            self.answer(task, .done(result: result == .null ? [:] : result, version: nil, undo: undo), from: peer, batch)
        } catch {
            hearNonsense(task, error, from: peer, batch)
            batch.pushes.append(WorkerFrame(peer, task, error))
        }
    }

    /// The time of the attempt runs anew. What is said often is written down seldom: when a quarter of it is over, or else when
    /// the time that is written down is.
    private func extend(_ task: WireID, _ peer: PeerID, _ batch: Batch) {
        do {
            guard let lease = pool.lease(task.text), lease.peer == peer, let held = try held(lease, batch) else {
                throw Self.gone(task)
            }
            let later = batch.now.advanced(by: held.timeout)
            guard later.milliseconds - held.due >= held.timeout / 4 else { return pool.extend(task.text, until: later) }
            try extend(lease, held, until: later, batch)
        } catch {
            let fault = error as? Fault ?? Fault(.internal, "\(error)")
            batch.pushes.append(WorkerFrame(peer, task, fault))
        }
    }

    /// Somebody holds it after a restart. Where its time was over meanwhile it runs anew: nobody was there to be told.
    private func resume(_ lease: Lease, _ batch: Batch) {
        pool.extend(lease.task, until: nil)
        do {
            guard let held = try held(lease, batch) else { return }
            guard held.due <= batch.now.milliseconds || held.due == lease.extended?.milliseconds else { return }
            try extend(lease, held, until: batch.now.advanced(by: held.timeout), batch)
        } catch { batch.warnings.append("task \(lease.task) goes on without more time: \(error)") }
    }

    private func held(_ lease: Lease, _ batch: Batch) throws -> (saga: LoadedSaga, timeout: Int64, due: Int64)? {
        guard case .attempt(let id, let step, let direction, let number, _) = lease.subject,
            let saga = try loadSaga(id, batch), saga.state.holds(step, direction, number),
            let timeout = saga.state.timeout(step, direction), let due = saga.state.due(step, direction)
        else { return nil }
        return (saga, timeout, due)
    }

    private func extend(
        _ lease: Lease, _ held: (saga: LoadedSaga, timeout: Int64, due: Int64), until: Timestamp, _ batch: Batch
    ) throws {
        guard case .attempt(_, let step, let direction, _, _) = lease.subject else { return }
        try turn(of: held.saga, cause: "task/\(lease.task)", batch) { turn throws(IllegalTransition) in
            try turn.extend(step, direction, until: until)
        }
    }

    /// A worker is gone: nobody knows what became of what it held.
    func lose(_ peer: PeerID, _ why: String, _ batch: Batch) {
        settleLost(pool.leave(peer), why, batch)
        batch.departed.append(peer)
    }

    /// Looks after the time: silent workers, attempts nobody came back for, heartbeats.
    func tend(_ batch: Batch) {
        for (peer, leases) in pool.silent(at: batch.now) {
            settleLost(leases, "the worker fell silent", batch)
            batch.departed.append(peer)
        }
        settleLost(pool.expiredOrphans(at: batch.now), "no worker came back for it after the server's restart", batch)
        for action in pool.refilled(at: batch.now) { crowd(.action(action)) }
        for peer in pool.heartbeatsDue(at: batch.now) { batch.pushes.append(WorkerFrame(peer, .heartbeat)) }
    }

    private func settleLost(_ leases: [Lease], _ why: String, _ batch: Batch) {
        for lease in leases {
            guard !lease.isRemote else {
                loseRemote(lease, why, batch)
                continue
            }
            batch.closed.append(lease)
            let failure = Failure(code: "worker_lost", message: why)
            let outcome = Mutant.lossMeansNo.isActive ? StepOutcome.rejected(failure) : .unknown(failure)
            do { if try isHeld(lease, batch) { try settle(lease, outcome, dedupes: true, batch) } } catch {
                batch.warnings.append("task \(lease.task) cannot be given up: \(error)")
            }
        }
    }

    /// False when the turn of another lease has ended the attempt, whose time was over: then its row is gone too.
    private func isHeld(_ lease: Lease, _ batch: Batch) throws -> Bool {
        guard case .attempt(let id, let step, let direction, let number, _) = lease.subject, let saga = try loadSaga(id, batch),
            !saga.state.isEnded, saga.state.holds(step, direction, number)
        else {
            if let position = UInt64(lease.task) { batch.write(.leases, LeaseRow.key(position), nil) }
            return false
        }
        return true
    }

    /// Nothing of the batch was written: what workers were given comes back, and what they have answered is asked for again.
    func takeBack(_ batch: Batch) -> [WorkerFrame] {
        for lease in batch.opened { _ = pool.close(lease.task) }
        for row in batch.offered { crowded.insert(row.lane) }
        let opened = Set(batch.opened.map(\.task))
        let lost = batch.closed.filter { !opened.contains($0.task) }
        pool.adopt(lost, until: batch.now.advanced(by: EngineLimits.heartbeats.upperBound))
        for lease in lost { if let peer = lease.peer, pool.isReady(peer) { _ = pool.claim([lease.task], by: peer) } }
        let refused = Fault(
            .readOnly, "the disk is full, the answer is not kept; send it again",
            JSONObject(uniqueKeysWithValues: [("retry_after_ms", .int(EngineLimits.pauseWhenFull))]))
        let unsaid = batch.heard.map { WorkerFrame($0.peer, $0.task, Self.gone($0.task)) }
        return batch.pushes.filter { !unsaid.contains($0) } + batch.heard.map { WorkerFrame($0.peer, $0.task, refused) }
    }

    /// After a restart: the attempts that workers may still hold. They have as long as they may be silent to say so.
    static func adopt(_ pool: inout WorkerPool, _ log: any EventLog, at now: Timestamp) throws {
        var leases: [Lease] = []
        var silence: Int64 = 0
        try log.read { reader in
            try reader.visit(.leases, from: [0], backwards: false) { key, value in
                guard let row = LeaseRow(key: key, value: value) else { return true }
                leases.append(row.lease)
                silence = max(silence, row.silence)
                return leases.count < EngineLimits.leases
            }
        }
        let end = now.advanced(by: silence)
        for index in leases.indices { leases[index].extended = end }
        if !Mutant.orphanNotAdopted.isActive { pool.adopt(leases, until: end) }
    }
}

extension WorkerOffer {
    init(_ ready: Ready) {
        var limits: [String: ActionLimit] = [:]
        for limit in ready.limits {
            limits[limit.action] = ActionLimit(concurrent: limit.concurrent.map { Int($0) }, perSecond: limit.perSecond)
        }
        self.init(
            actions: ready.actions, aggregates: ready.aggregates, credit: Int(ready.credit),
            heartbeat: ready.heartbeatMilliseconds, dedupes: ready.dedupes, schema: Int(ready.schema),
            holding: ready.holding.map(\.text), limits: limits)
    }
}
