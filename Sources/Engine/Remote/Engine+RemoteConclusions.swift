import EventLog
import Kernel
import Wire

/// The end of a command that a worker has decided: events and receipt in one entry, then the next of its aggregate.
extension Engine {
    /// `cause` is what moves the saga of a step on.
    func conclude(_ number: Int, _ verdict: RemoteVerdict, cause: String, _ batch: Batch) {
        guard let command = remote.commands[number] else { return }
        if let step = command.step {
            conclude(step, on: command.aggregate, verdict, cause: cause, batch)
        } else {
            do { tell(try staged(verdict, of: command, batch), command, batch) } catch {
                // Only its stream cannot be read; nothing is staged.
                return park(command.aggregate, "\(command.aggregate) cannot be read: \(error)", batch)
            }
        }
        retire(number, batch)
    }

    /// Takes a command out for good, unless the batch is not written.
    func retire(_ number: Int, _ batch: Batch) {
        guard let command = remote.remove(number) else { return }
        batch.retired.append((number, command))
        remote.lineUp(command.aggregate)
    }

    private func staged(_ verdict: RemoteVerdict, of command: RemoteCommand, _ batch: Batch) throws -> Answer {
        let aggregate = try remoteAggregate(command.aggregate, batch)
        switch verdict {
        case .accepted(let decision): return accept(decision, command, aggregate, batch)
        case .refused(let fault):
            let isKept = [.rejected, .conflict, .handlerFailed].contains(fault.code)
            // Whoever was told `accepted` finds a result, whatever it is.
            guard isKept || command.inbox != nil else { return .fault(fault) }
            let receipt = Receipt(
                content: command.content, code: fault.code.rawValue, version: nil, position: nil, body: fault.body.bytes)
            _ = batch.append(command.aggregate, after: aggregate.head, events: [], cause: command.cause, receipt: receipt)
            leaveInbox(command, batch)
            return .fault(fault)
        }
    }

    private func accept(
        _ decision: RemoteDecision, _ command: RemoteCommand, _ aggregate: RemoteAggregate, _ batch: Batch
    ) -> Answer {
        let head = aggregate.head
        let count = UInt64(decision.events.count)
        let result = decision.result.bytes
        let (version, position) = (
            head.version + count, count == 0 ? head.position : batch.head.next.position + count - 1
        )
        let receipt = Receipt(content: command.content, code: nil, version: version, position: position, body: result)
        let end = batch.append(
            command.aggregate, after: head, events: decision.events, cause: command.cause, receipt: receipt)
        keep(command.aggregate, at: end, decision.state, batch)
        leaveInbox(command, batch)
        return .accepted(version: version, position: position, result: result)
    }

    private func tell(_ answer: Answer, _ command: RemoteCommand, _ batch: Batch) {
        for waiter in command.waiters {
            guard let waiter = remote.waiters[waiter] else { continue }
            batch.answers.append(BatchAnswer(tag: waiter.tag, answer: answer, isStaged: true, isAskedAgain: true))
        }
    }

    /// An aggregate whose events cannot be folded: whoever waits for an answer gets one, what must not be lost waits. What a worker said
    /// of it is not for the log: it may hold what the events hold.
    func park(_ id: AggregateID, _ what: String, said: String? = nil, _ batch: Batch) {
        if notices.mayTell(of: what, at: clock.uptime) { batch.warnings.append(what) }
        let why = said.map { "\(what): \($0)" } ?? what
        for number in remote.waiting(of: id) {
            guard let command = remote.commands[number] else { continue }
            for waiter in command.waiters {
                guard let waiter = remote.endWait(waiter) else { continue }
                batch.answers.append(BatchAnswer(tag: waiter.tag, answer: .fault(Fault(.internal, why)), isStaged: false))
            }
            remote.change(number) { $0.waiters = [] }
            if !command.isLasting { remote.remove(number) }
        }
        remote.pause(id, for: EngineLimits.parkedRetry)
        remote.setPark(why, id)
        remote.lineUp(id)
    }

    /// The batch is durable: who was told does not wait any more.
    func endWaits(_ batch: Batch) {
        for (_, command) in batch.retired { for waiter in command.waiters { _ = remote.endWait(waiter) } }
        guard !batch.commit.isEmpty else { return }
        remote.unwritten = []
        remote.own.removeFirst(min(batch.decidedOwn, remote.own.count))
    }

    /// Nothing of the batch was written: what was decided in it is asked again, what was taken in is not there.
    func takeBackRemote(_ batch: Batch) {
        remote.cache.removeAll()
        var touched: [AggregateID] = []
        for (number, command) in batch.retired.reversed() {
            remote.putBack(number, command)
            touched.append(command.aggregate)
        }
        for lease in batch.opened where lease.isRemote {
            guard let flight = remote.close(lease.task) else { continue }
            switch flight.job {
            case .command(let id): touched.append(id)
            case .reading(let number): remote.lineUp(reading: number)
            }
        }
        touched += forgetAccepted(batch)
        for id in touched {
            // A decision in flight from before the batch goes on.
            remote.pause(id, for: EngineLimits.pauseWhenFull)
            remote.lineUp(id)
        }
    }
}
