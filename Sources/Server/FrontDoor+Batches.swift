import Engine
import EventLog
import Wire
import ZeroMQ

/// Batches on their way: while one is being made durable, the next is decided upon it.
///
///     arrivals ─▶ stage ─▶ flight (commits on its own thread) ─▶ land ─▶ answers
///                    └──▶ next, behind it ──────────────────────┘
extension FrontDoor {
    /// Messages taken off the socket that are for the engine.
    struct Arrivals {
        var inputs: [EngineInput] = []
        /// Of those that are answered: what came from workers is not.
        fileprivate(set) var senders: [(peer: Peer, id: WireID)] = []
        /// More may have arrived than was taken.
        fileprivate(set) var isFull = false

        /// `tag` is that of the first one.
        mutating func add(_ content: EngineInput.Content, _ id: WireID, _ peer: Peer, tag: Int) {
            inputs.append(EngineInput(tag: tag + senders.count, content))
            senders.append((peer, id))
        }
    }

    /// Tells of a batch that has landed, takes what has arrived and decides it. Says whether more may have arrived than it took.
    func turn(receiving: Bool) throws -> Bool {
        if committer.isDone { try land() }
        let arrivals = try gather(receiving: receiving)
        try process(arrivals)
        return arrivals.isFull
    }

    /// Takes what has arrived, within bounds. Everything that arrives counts, also what is served on the way: a flood of it must
    /// not keep the commands taken before it from their commit.
    private func gather(receiving: Bool) throws -> Arrivals {
        var arrivals = Arrivals()
        arrivals.inputs = lost.map { EngineInput(tag: Self.untagged, .lost($0)) }
        lost.removeAll()
        var (count, bytes) = (0, 0)
        // Whoever works is heard before anybody is taken for silent.
        let limit = sessions.isEmpty ? ServerLimits.shareMessages : ServerLimits.batchMessages
        info = nil
        if receiving {
            arrivals.inputs.reserveCapacity(ServerLimits.shareMessages)
            arrivals.senders.reserveCapacity(ServerLimits.shareMessages)
        }
        while receiving, !arrivals.isFull {
            guard let weight = try receive(&content, into: &arrivals) else { break }
            count += weight
            bytes += content.size
            arrivals.isFull = count >= limit || bytes >= ServerLimits.shareBytes
        }
        nextTag += arrivals.senders.count
        return arrivals
    }

    /// Decides what has arrived and what is due: upon the batch on its way where that can be, else upon what is durable.
    private func process(_ arrivals: Arrivals) throws {
        if let flight {
            guard !arrivals.inputs.isEmpty else { return }
            if canJoin(arrivals, flight) { return try join(arrivals, flight) }
            try landAll()
        }
        guard !arrivals.inputs.isEmpty || engine.isDue else { return }
        let batch = try engine.stage(arrivals.inputs)
        try depart(
            Flight(batch: batch, firstTag: nextTag - arrivals.senders.count, senders: arrivals.senders),
            beside: arrivals.isFull || arrivals.inputs.count >= ServerLimits.besideMessages)
    }

    private func canJoin(_ arrivals: Arrivals, _ flight: Flight) -> Bool {
        (next?.count ?? 0) < ServerLimits.batchMessages && engine.canStage(arrivals.inputs, behind: flight.batch)
    }

    private func join(_ arrivals: Arrivals, _ flight: Flight) throws {
        let batch = try engine.stage(arrivals.inputs, behind: flight.batch, into: next?.batch)
        if next == nil { next = Flight(batch: batch, firstTag: nextTag - arrivals.senders.count, senders: []) }
        // Where it stands: of another holder's list this would be a copy each time.
        next?.senders += arrivals.senders
    }

    /// A lone batch is made durable here and now: another thread would only add two changes of threads to its time.
    private func depart(_ flight: Flight, beside: Bool) throws {
        guard beside, !flight.batch.commit.isEmpty else {
            var failure: LogFailure?
            do throws(LogFailure) { if !flight.batch.commit.isEmpty { try queries.log.commit(flight.batch.commit) } } catch {
                failure = error
            }
            return deliver(try engine.conclude(flight.batch, failure: failure), flight)
        }
        committer.submit(flight.batch.commit)
        self.flight = flight
    }

    /// The batch on its way has landed: the one behind it departs, then it is told of.
    private func land() throws {
        guard let flight else { return }
        let failure = committer.take()
        let behind = next
        (self.flight, next) = (nil, nil)
        if let behind, failure != nil {
            let abandoned = engine.abandon(behind.batch)
            deliver(try engine.conclude(flight.batch, failure: failure), flight)
            return deliver(abandoned, behind)
        }
        // The disk goes on before anybody is told; but what has nothing to write is told of at once, and so not yet.
        let isWaiting = behind.map { !$0.batch.commit.isEmpty } ?? false
        if isWaiting, let behind { try depart(behind, beside: true) }
        deliver(try engine.conclude(flight.batch, failure: failure), flight)
        if !isWaiting, let behind { try depart(behind, beside: false) }
    }

    func landAll() throws {
        while flight != nil { try land() }
    }

    private func deliver(_ output: EngineOutput, _ flight: Flight) {
        counters.batches += 1
        if output.didCommit { counters.commits += 1 }
        output.warnings.forEach(configuration.log)
        deliver(output.answers, flight)
        deliver(output)
        for saga in output.settledSagas { answerAll(waiters.remove(.saga(saga))) }
        if waiters.count > 0 { for id in output.answeredIDs { answerAll(waiters.remove(.command(id))) } }
    }

    /// Sends each answer to who asked, in this batch or before it, and remembers who is still to be answered.
    private func deliver(_ answers: [BatchAnswer], _ flight: Flight) {
        var answered = 0
        var isAnswered = [Bool](repeating: false, count: flight.count)
        for told in answers {
            let index = told.tag - flight.firstTag
            guard let (peer, id) = index >= 0 ? flight.senders[index] : endWait(told.tag) else { continue }
            outbox.send(told.answer.encoded(for: id), to: peer, router)
            if index >= 0 { (answered, isAnswered[index]) = (answered + 1, true) }
        }
        guard answered < flight.count else { return }
        for (index, sender) in flight.senders.enumerated() where !isAnswered[index] {
            pending[flight.firstTag + index] = sender
            waiting[sender.peer, default: 0] += 1
        }
    }

    private func endWait(_ tag: Int) -> (peer: Peer, id: WireID)? {
        guard let sender = pending.removeValue(forKey: tag) else { return nil }
        let left = waiting[sender.peer, default: 1] - 1
        waiting[sender.peer] = left > 0 ? left : nil
        return sender
    }
}
