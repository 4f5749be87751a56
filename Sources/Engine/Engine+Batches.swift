public import EventLog
import Kernel
import Wire

/// The three acts of a batch: it is decided, made durable by whoever drives the engine, and concluded. While one is on its way
/// the next can be decided upon it.
///
///     stage ─▶ commit ─▶ conclude ─▶ answers
///               stage(behind:) ─▶ commit ─▶ conclude
///
/// Batches are concluded in the order they were staged, and one that rests on a commit that failed is abandoned before that
/// is concluded.
extension Engine {
    /// Decides messages and everything that is due, upon what is durable.
    public func stage(_ inputs: [EngineInput]) throws -> Batch {
        let space = log.space
        timers.postpone(until: nil)
        trim()
        let batch = try log.read { reader in
            let batch = Batch(reader: reader, clock: clock.now(), epoch: epoch, room: room, messages: inputs.count)
            if let notice = notice(of: space) { batch.warnings.append(notice) }
            beginRemote(batch)
            // What workers have said is older than this look at the clock: a server that was held up takes nobody for silent.
            for input in inputs where input.isOfWorker { _ = answer(input, space, batch) }
            tendRemote(batch, space)
            // Running sagas first: new work never starves a roll-back.
            if space < .red {
                tend(batch)
                fireTimers(batch, quota: max(EngineLimits.timersPerBatch, inputs.count))
            }
            for input in inputs where !input.isOfWorker {
                if let answer = answer(input, space, batch) { batch.answers.append(answer) }
            }
            if space < .red { dispatch(batch) }
            if space < .red { dispatchRemote(batch) }
            if space < .red { sweeper.stage(batch, retention: configuration.retention) }
            return batch
        }
        staged(batch)
        return batch
    }

    /// A disk that fills up is told of when it changes what is taken, not only to those who are refused: nil when it has not. Ask now and
    /// then, also while nobody sends anything.
    public func spaceNotice() -> String? { notice(of: log.space) }

    private func notice(of space: SpaceState) -> String? {
        guard space != toldSpace else { return nil }
        toldSpace = space
        return switch space {
        case .green: "there is room on the disk again: everything is taken"
        case .amber: "the disk is nearly full: new commands and sagas are refused, running ones go on; make room"
        case .red: "the disk is full: nothing is written, and all waits; make room"
        }
    }

    /// Whether messages can be decided upon a batch that is not durable yet: such as concern only this server's own aggregates, while
    /// nothing is due. All else waits for the commit, because it looks at what is stored, or at the time. With nil, upon some batch.
    public func canStage(_ inputs: [EngineInput], behind batch: Batch?) -> Bool {
        guard batch?.isPlain ?? true, !isDue, log.space == .green else { return false }
        return inputs.allSatisfy { input in
            switch input.content {
            case .command(let command): !isRemote(command.aggregate.type)
            case .request(let request): request.operation == "saga.start"
            case .message, .nonsense, .lost: false
            }
        }
    }

    /// Decides messages upon a batch that is on its way, and adds them to `batch`, or begins one.
    public func stage(_ inputs: [EngineInput], behind pending: Batch, into batch: Batch? = nil) throws -> Batch {
        let space = log.space
        if batch == nil { trim() }
        let batch = try log.read { base in
            let reader: any LogReader = Mutant.flightNotSeen.isActive ? base : PendingReader(base, pending.pending)
            let batch = batch ?? Batch(reader: reader, clock: clock.now(), epoch: epoch, room: room, messages: inputs.count)
            batch.reader = reader
            for input in inputs { if let answer = answer(input, space, batch) { batch.answers.append(answer) } }
            return batch
        }
        staged(batch)
        return batch
    }

    /// A number is free again when nobody has come back under it in the same batch.
    private func departed(_ batch: Batch) -> [PeerID] { batch.departed.filter { !pool.isReady($0) } }

    private func staged(_ batch: Batch) {
        lastTime = batch.now
        if !isEpochDurable, !batch.commit.isEmpty { batch.commit.writes.append(Epoch.row(epoch)) }
    }

    /// Says what may leave, once the batch is durable, or `failure` has kept it from that. Throws when the store can no longer be
    /// trusted: stop then, at once.
    public func conclude(_ batch: Batch, failure: LogFailure? = nil) throws -> EngineOutput {
        if let failure {
            guard case .full(let why) = failure else { throw failure }
            timers.postpone(until: clock.now().advanced(by: EngineLimits.pauseWhenFull))
            return rejected(batch, why)
        }
        room.learn(answers: batch.answers.count, records: batch.commit.records)
        var output = EngineOutput()
        output.warnings = batch.warnings
        if !batch.commit.isEmpty { (isEpochDurable, output.didCommit) = (true, true) }
        endWaits(batch)
        batch.registered.forEach(library.add)
        try timers.committed(batch.commit, log)
        sweeper.committed()
        sagaCounts.add(batch.sagaCounts)
        output.answers = batch.answers
        output.settledSagas = batch.settledSagas
        output.records = batch.commit.records
        output.frames = batch.pushes + batch.tasks
        output.departed = departed(batch)
        return output
    }

    /// What was decided upon a batch that is not durable after all: nobody hears of it.
    public func abandon(_ batch: Batch) -> EngineOutput {
        var output = rejected(batch, "it rests on a batch that was not written")
        if !Mutant.successorTold.isActive { output.answers = batch.answers.map { $0.unwritten } }
        return output
    }

    /// Nothing of the batch was written: forget what was decided on top of it, and say so.
    private func rejected(_ batch: Batch, _ why: String) -> EngineOutput {
        if !Mutant.cacheKeptAfterFullDisk.isActive {
            aggregates.removeAll()
            sagas.removeAll()
        }
        if Mutant.definitionKeptAfterFullDisk.isActive { batch.registered.forEach(library.add) }
        definitionHeads.removeAll()
        sweeper.dropped()
        var output = EngineOutput()
        output.warnings = batch.warnings + ["the disk is full, nothing of this batch was written: \(why)"]
        takeBackRemote(batch)
        output.frames = takeBack(batch) + (Mutant.taskToldOnFullDisk.isActive ? batch.tasks : [])
        output.departed = departed(batch)
        // What was answered before this batch, or refused without it, stays as it is.
        output.answers = batch.answers.filter { !$0.isAskedAgain }.map {
            $0.isStaged && !Mutant.toldBeforeDurable.isActive ? $0.unwritten : $0
        }
        return output
    }
}

extension BatchAnswer {
    /// What is said instead when the batch could not be written.
    fileprivate var unwritten: BatchAnswer {
        let fault = Fault(.readOnly, "the disk is full; nothing was written, send it again when there is space")
        return BatchAnswer(tag: tag, answer: .fault(fault), isStaged: isStaged)
    }
}
