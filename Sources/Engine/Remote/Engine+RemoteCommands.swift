import EventLog
import Kernel
import Wire

/// Commands on aggregates that workers decide for: taken in, and answered when a worker has decided.
extension Engine {
    func isRemote(_ type: String) -> Bool { library.isRemote(type) }

    /// Takes a command in; whoever sent it is answered later.
    func takeIn(
        _ command: CommandRequest, _ content: [UInt8], tag: Int, actor: String?, _ space: SpaceState, _ batch: Batch
    ) throws {
        let patience = try Self.patience(command.headers)
        let source = RemoteCommand.Source.client(ByteKey(command.id.text))
        guard remote.waiters.count < EngineLimits.remoteCommands else { throw Self.tooManyWait }
        if let number = remote.number(of: source) { return attach(tag, patience, to: number) }
        let waiting = try remoteCommand(command, content, actor: actor, space, batch)
        attach(tag, patience, to: remote.add(waiting))
    }

    /// A command that may wait, checked.
    func remoteCommand(
        _ command: CommandRequest, _ content: [UInt8], actor: String?, _ space: SpaceState, _ batch: Batch
    ) throws -> RemoteCommand {
        guard space == .green else { throw Fault(.readOnly, "the disk is nearly full; only running sagas go on") }
        _ = try Self.object(command.body, what: "the command's body")
        if let why = remote.queues[command.aggregate]?.parked { throw Fault(.internal, why) }
        guard !remote.isFull else { throw Self.tooManyWait }
        return RemoteCommand(command, try cause(command.id.text, command.headers, actor: actor, batch), content)
    }

    private static let tooManyWait = Fault(
        .busy, "too many commands wait for workers; send it again later", ["retry_after_ms": .int(EngineLimits.retryAfter)])

    private func attach(_ tag: Int, _ patience: Int64, to number: Int) {
        let waiter = remote.wait(RemoteWaiter(tag: tag, subject: .command(number), patience: patience))
        remote.change(number) { $0.waiters.append(waiter) }
    }

    /// Whether a command with this id waits for a worker, though nothing of it is stored.
    public func waitsForWorker(_ id: String) -> Bool { remote.number(of: .client(ByteKey(id))) != nil }

    /// How long whoever asks is ready to wait, in milliseconds: the header `deadline_ms`.
    static func patience(_ headers: [Header]) throws(Fault) -> Int64 {
        guard let text = headers.value("deadline_ms") else { return EngineLimits.remotePatience }
        guard let given = Int64(text), given >= 0 else {
            throw Fault(.badRequest, "deadline_ms must be a whole number of milliseconds, not '\(text.prefix(32))'")
        }
        return min(given, EngineLimits.longestPatience)
    }

    /// Whether an id waits to be decided with other content.
    func refuseOtherContent(_ id: String, _ content: [UInt8]) throws(Fault) {
        guard let number = remote.number(of: .client(ByteKey(id))), remote.commands[number]?.content != content else { return }
        throw Self.reused(id)
    }

    static func reused(_ id: String) -> Fault {
        Fault(.idReused, "the id '\(id)' was used for something else; use a new id for a new command")
    }

    // MARK: time

    /// Tells those whose patience is over. What nobody waits for any more is forgotten, unless it lasts.
    func expireWaiters(_ batch: Batch) {
        while let number = remote.patience.popFirst(at: remote.clock.now) {
            guard let waiter = remote.endWait(number) else { continue }
            let what: String
            switch waiter.subject {
            case .command(let command):
                what = "decided it"
                leave(command, waiter: number)
            case .reading(let reading):
                what = "folded it"
                end(reading: reading)
            }
            let fault = Fault(.timeout, "no worker has \(what) within \(waiter.patience) ms; nothing was stored, send it again")
            batch.answers.append(BatchAnswer(tag: waiter.tag, answer: .fault(fault), isStaged: false))
        }
    }

    private func leave(_ number: Int, waiter: Int) {
        remote.change(number) { $0.waiters.removeAll { $0 == waiter } }
        guard let command = remote.commands[number], command.waiters.isEmpty, !command.isLasting else { return }
        let isFirst = remote.first(of: command.aggregate)?.number == number
        remote.remove(number)
        if isFirst, let task = remote.queues[command.aggregate]?.task { closeRemote(task) }
        remote.lineUp(command.aggregate)
    }

    /// Looks after the time: tasks nobody has answered, aggregates that have waited long enough.
    func tendRemote(_ batch: Batch) {
        while let task = remote.tasks.popFirst(at: remote.clock.now) {
            guard let flight = closeRemote(task) else { continue }
            settle(flight, unknown: "no answer within \(EngineLimits.remoteTask) ms", batch)
        }
        while let id = remote.pauses.popFirst(at: remote.clock.now) {
            remote.setPark(nil, id)
            remote.lineUp(id)
        }
    }

    /// Closes a task: its worker has a credit more.
    @discardableResult
    func closeRemote(_ task: String) -> RemoteFlight? {
        _ = pool.close(task)
        return remote.close(task)
    }
}
