import EventLog
import Kernel
import SagaModel
import Wire

/// Asks workers, as far as they have credit: undos first, then type after type in turn.
extension Engine {
    var hasRemoteWork: Bool {
        !remote.own.isEmpty || !remote.scans.isEmpty && !remote.isFullOfSteps || nextLine(at: clock.now()) != nil
    }

    func dispatchRemote(_ batch: Batch) {
        batch.commit.writes += remote.unwritten.map(RemoteType.row)
        resumeSteps(batch)
        var budget = EngineLimits.offersPerBatch
        // Bounded: every round takes a job out of a line, or finds it empty and forgets it.
        while budget > 0, let line = nextLine(at: batch.now) {
            for _ in 0..<EngineLimits.offersPerRound {
                guard pool.mayReserve(line.duty, lane: line.lane, at: batch.now), let job = remote.next(in: line) else { break }
                budget -= 1
                switch job {
                case .command(let id): ask(id, line, batch)
                case .reading(let number): read(number, line, batch)
                }
            }
        }
        // What was staged in this batch cannot be folded in it.
        for id in batch.unfolded { remote.lineUp(id) }
    }

    private func nextLine(at now: Timestamp) -> QueueLane? {
        guard remote.hasLines else { return nil }
        let types = pool.offeredAggregates
        for lane in [Lane.undo, .forward] {
            for offset in types.indices {
                let index = (remote.turns + offset) % types.count
                let line = QueueLane(lane, .aggregate(types[index]))
                guard remote.hasLine(line), pool.mayReserve(line.duty, lane: lane, at: now) else { continue }
                remote.turns = index + 1
                return line
            }
        }
        return nil
    }

    /// Gives the first command of an aggregate to a worker, or the next part of what has to be folded before.
    private func ask(_ id: AggregateID, _ line: QueueLane, _ batch: Batch) {
        guard let (number, command) = remote.first(of: id), command.line == line else { return remote.lineUp(id) }
        do {
            guard let order = order(command, batch) else { return retire(number, batch) }
            let aggregate = try remoteAggregate(id, batch)
            if let expected = order.expected, expected != aggregate.head.version {
                let fault = Self.conflict(id, expected: expected, actual: aggregate.head.version)
                return conclude(number, .refused(fault), cause: order.cause, batch)
            }
            guard let peer = pool.reserve(line.duty, lane: line.lane, at: batch.now) else { return remote.lineUp(id) }
            do { try send(order, id, number, to: peer, line, batch) } catch {
                pool.cancelReservation(peer, line.duty, lane: line.lane)
                throw error
            }
        } catch {
            park(id, "\(id) cannot be read: \(error)", batch)
        }
    }

    private func send(
        _ order: RemoteOrder, _ id: AggregateID, _ number: Int, to peer: PeerID, _ line: QueueLane, _ batch: Batch
    ) throws {
        let schema = pool.schema(peer) ?? 1
        let aggregate = try remoteAggregate(id, batch)
        let base = try base(of: id, schema, batch)
        guard base.head.version < aggregate.head.version else {
            return decide(order, id, number, base, peer, line, batch)
        }
        let chunk = try FoldChunk(id, behind: base.head, .version(aggregate.head.version), batch.reader)
        guard let end = chunk.end else {
            guard !batch.entries(of: id).isEmpty else {
                throw LogFailure.corrupt(
                    "the stream \(id) ends at version \(base.head.version), its index says \(aggregate.head.version)")
            }
            pool.cancelReservation(peer, line.duty, lane: line.lane)
            return batch.unfolded.append(id)
        }
        fold(id, base, chunk, RemoteFlight(job: .command(id), schema: schema, end: end), peer, line, batch)
    }

    private func decide(
        _ order: RemoteOrder, _ id: AggregateID, _ number: Int, _ base: RemoteState, _ peer: PeerID, _ line: QueueLane,
        _ batch: Batch
    ) {
        var body = Array(#"{"state":"#.utf8) + base.json + Array(#","command":"#.utf8) + order.body
        if let expected = order.expected { body += Array(#","expected":\#(expected)"#.utf8) }
        body.append(UInt8(ascii: "}"))
        let flight = RemoteFlight(job: .command(id), schema: base.schema, end: nil)
        let task = open(flight, .decide(id, version: base.head.version), peer, line, batch)
        let decide = DecideTask(
            task: task, aggregate: id, version: base.head.version, name: order.name,
            deadlineMilliseconds: EngineLimits.remoteTask, epoch: UInt64(epoch), body: body)
        batch.tasks.append(WorkerFrame(peer, .decide(decide)))
    }

    func fold(
        _ id: AggregateID, _ base: RemoteState, _ chunk: FoldChunk, _ flight: RemoteFlight, _ peer: PeerID, _ line: QueueLane,
        _ batch: Batch
    ) {
        let task = open(flight, .fold(id, version: base.head.version), peer, line, batch)
        let body = Array(#"{"state":"#.utf8) + base.json + Array(#","events":"#.utf8) + chunk.json + [UInt8(ascii: "}")]
        let fold = FoldTask(task: task, aggregate: id, version: base.head.version, epoch: UInt64(epoch), body: body)
        batch.tasks.append(WorkerFrame(peer, .fold(fold)))
    }

    private func open(
        _ flight: RemoteFlight, _ subject: LeaseSubject, _ peer: PeerID, _ line: QueueLane, _ batch: Batch
    ) -> WireID {
        let text = "d\(epoch)-\(remote.number())"
        guard let task = WireID(text) else { preconditionFailure("'\(text)' is the id of a task") }
        let lease = Lease(task: text, duty: line.duty, lane: line.lane, peer: peer, subject: subject)
        _ = pool.open(lease)
        batch.opened.append(lease)
        remote.open(text, flight)
        return task
    }

    /// What a worker is to be asked for a command; nil for a step that its saga does not want any more.
    private func order(_ command: RemoteCommand, _ batch: Batch) -> RemoteOrder? {
        guard let step = command.step else {
            return RemoteOrder(name: command.name, body: command.body, expected: command.expected, cause: command.id)
        }
        guard let attempt = wanted(step, batch) else { return nil }
        return RemoteOrder(
            name: command.name, body: attempt.body.bytes, expected: attempt.expected, cause: "\(step.saga)/worker")
    }
}

/// A question to a worker.
struct RemoteOrder {
    let name: String
    let body: [UInt8]
    let expected: UInt64?
    /// What moves a saga on when the answer is known without asking.
    let cause: String
}
