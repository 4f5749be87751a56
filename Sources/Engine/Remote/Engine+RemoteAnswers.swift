import EventLog
import Kernel
import Wire

/// What workers say of the decisions and folds they have.
extension Engine {
    /// Whether a task is one of these; those of actions are numbers.
    static func isRemote(_ task: WireID) -> Bool { task.text.utf8.first == UInt8(ascii: "d") }

    func hearRemote(_ message: WorkerMessage, _ task: WireID, from peer: PeerID, _ batch: Batch) {
        do throws(Fault) {
            guard let lease = pool.lease(task.text), let flight = remote.flights[task.text] else { throw Self.gone(task) }
            guard lease.peer == peer else { throw Fault(.forbidden, "another worker holds the task \(task.text)") }
            switch message {
            case .working: remote.extend(task.text)
            case .done(_, let body): try take(body, of: task, flight, from: peer, batch)
            case .refuse(_, let code, let message): refused(task, flight, code, message, batch)
            case .retry(_, let after, _): putOff(task, flight, after, batch)
            case .unknown(_, let message): settle(task, unknown: message.isEmpty ? "it cannot tell why" : message, batch)
            case .ready, .heartbeat, .bye: break
            }
        } catch {
            batch.pushes.append(WorkerFrame(peer, task, error))
        }
    }

    /// A body that does not fit is told to the worker, and as good as no answer.
    private func take(
        _ body: [UInt8], of task: WireID, _ flight: RemoteFlight, from peer: PeerID, _ batch: Batch
    ) throws(Fault) {
        do throws(Fault) {
            let answer = try Self.object(body, what: "the body of `done`")
            let schema = pool.schema(peer) ?? flight.schema
            guard let end = flight.end else {
                var decision = try RemoteDecision(answer, schema: schema)
                if schema != flight.schema { decision.state = nil }
                closeRemote(task.text)
                return accepted(decision, flight, cause: "task/\(task.text)", batch)
            }
            let state = try RemoteStateBody(answer, flight.schema)
            closeRemote(task.text)
            // Another schema than the one that was handed along: begun anew.
            if schema == flight.schema { folded(RemoteState(json: state.json, head: end, schema: schema), flight, batch) }
            goOn(flight, batch)
        } catch {
            settle(task, unknown: error.message, batch)
            throw error
        }
    }

    private func accepted(_ decision: RemoteDecision, _ flight: RemoteFlight, cause: String, _ batch: Batch) {
        guard case .command(let id) = flight.job, let (number, _) = remote.first(of: id) else { return }
        conclude(number, .accepted(decision), cause: cause, batch)
    }

    private func folded(_ state: RemoteState, _ flight: RemoteFlight, _ batch: Batch) {
        switch flight.job {
        case .reading(let number): remote.readings[number]?.keep(state)
        case .command(let id):
            _ = remote.countFold(id, failed: false)
            keep(state, of: id, batch)
        }
    }

    private func goOn(_ flight: RemoteFlight, _ batch: Batch) {
        switch flight.job {
        // First, while the state is at hand: it is not kept for ever.
        case .command(let id): remote.lineUp(id, first: true)
        case .reading(let number): goOn(reading: number, flight.schema, batch)
        }
    }

    private func refused(_ task: WireID, _ flight: RemoteFlight, _ code: String, _ message: String, _ batch: Batch) {
        closeRemote(task.text)
        let what = "its events up to version \(flight.end?.version ?? 0) cannot be folded"
        switch flight.job {
        case .reading(let number): fail(reading: number, "\(what): \(code) \(message)", batch)
        case .command(let id) where flight.end != nil: park(id, "\(id) is parked: \(what)", said: "\(code) \(message)", batch)
        case .command(let id):
            guard let (number, _) = remote.first(of: id) else { return }
            conclude(number, .refused(code, message), cause: "task/\(task.text)", batch)
        }
    }

    private func putOff(_ task: WireID, _ flight: RemoteFlight, _ after: Int64, _ batch: Batch) {
        closeRemote(task.text)
        if case .command(let id) = flight.job, after > 0 { remote.pause(id, for: after) }
        goOn(flight, batch)
    }

    /// Nobody knows what became of a task.
    func settle(_ task: WireID, unknown why: String, _ batch: Batch) {
        guard let flight = closeRemote(task.text) else { return }
        settle(flight, unknown: why, batch)
    }

    /// It is asked again; not for ever, or a command that ends every worker would block its aggregate.
    func settle(_ flight: RemoteFlight, unknown why: String, _ batch: Batch) {
        switch flight.job {
        case .reading(let number):
            remote.readings[number]?.unknowns += 1
            guard let reading = remote.readings[number] else { return }
            if reading.unknowns >= EngineLimits.remoteUnknowns { return fail(reading: number, why, batch) }
            remote.lineUp(reading: number)
        case .command(let id) where flight.end != nil:
            let times = remote.countFold(id, failed: true)
            guard times >= EngineLimits.remoteUnknowns else { return remote.lineUp(id) }
            _ = remote.countFold(id, failed: false)
            park(id, "\(id) is parked: its events cannot be folded, asked of workers \(times) times", said: why, batch)
        case .command(let id):
            guard let (number, command) = remote.first(of: id) else { return remote.lineUp(id) }
            remote.change(number) { $0.unknowns += 1 }
            let times = command.unknowns + 1
            guard times >= EngineLimits.remoteUnknowns else { return remote.lineUp(id) }
            let fault = Fault(
                .handlerFailed,
                "\(id.type).\(command.name) was asked of workers \(times) times and not decided, at last: \(why); nothing was stored")
            tell(undecided: command, of: id, times, batch)
            conclude(number, .refused(fault), cause: "\(command.step?.saga ?? command.id)/worker", batch)
        }
    }

    /// Not what a worker said, which may hold what the command held; and by type alone, for the client chose the command's name.
    private func tell(undecided command: RemoteCommand, of id: AggregateID, _ times: Int, _ batch: Batch) {
        guard notices.mayTell(of: "failed \(id.type)", at: clock.uptime) else { return }
        let place = command.step.map { "saga history \($0.saga)" } ?? "command result \(command.id)"
        batch.warnings.append(
            "handler_failed: \(command.name) on \(id), nothing was stored: asked of workers \(times) times, it was not decided; what came of the last:"
                + " `skald \(place)` (told of once a minute for each type)")
    }

    /// Leases of a worker that is gone, closed already.
    func loseRemote(_ lease: Lease, _ why: String, _ batch: Batch) {
        guard let flight = remote.close(lease.task) else { return }
        settle(flight, unknown: why, batch)
    }
}

extension Lease {
    /// Whether it is of a decision or a fold, of which nothing is in the store.
    var isRemote: Bool { if case .attempt = subject { false } else { true } }
}
