public import EventLog
public import Kernel
import SagaModel
import Wire

/// The one writer: a batch of messages and due timers in, one commit, answers out.
///
///     inputs → receipts → decide → stage ─commit─▶ answers, settled sagas
///                  timers → sagas ┘
///
/// A synchronous value machine behind ports: no thread, clock, randomness or socket of its own. Use it from one thread.
/// Nothing is told to anyone before the commit that holds it is durable.
public final class Engine {
    let log: any EventLog
    let registry: Registry
    let library: DefinitionLibrary
    let sagaReader: SagaReader
    let clock: any Clock
    let entropy: any Entropy
    let crashes: any CrashJournal
    let configuration: EngineConfiguration
    /// Rises with every start on this store, so that participants can fence an old server.
    public let epoch: UInt32
    var aggregates = GenerationCache<AggregateID, ResidentAggregate>(limit: EngineLimits.cachedAggregates)
    /// Commands whose events have been seen to fold from what is stored of them, since this server started.
    var provenCommands: Set<CommandName> = []
    var sagas = GenerationCache<String, LoadedSaga>(limit: EngineLimits.cachedSagas)
    /// Streams of definitions that this engine has added to.
    var definitionHeads: [String: StreamHead] = [:]
    private var timers: TimerQueue
    private var sweeper: ReceiptSweeper

    /// Opens the engine on a store: raises the epoch and finds the first timer. Everything else is loaded when needed.
    public init(
        log: any EventLog, library: DefinitionLibrary, clock: any Clock, entropy: any Entropy,
        crashes: any CrashJournal = NoCrashJournal(), configuration: EngineConfiguration = EngineConfiguration()
    ) throws {
        self.log = log
        self.library = library
        self.clock = clock
        self.entropy = entropy
        self.crashes = crashes
        self.configuration = configuration
        registry = library.registry
        sagaReader = SagaReader(library: library)
        epoch = try Epoch.raise(log)
        (timers, sweeper) = try log.read { reader in (try TimerQueue(reader), try ReceiptSweeper(reader)) }
    }

    /// When `process` must be called again even without a message; nil when nothing waits for time. While nothing can be
    /// written timers wait, and it is looked again a second later.
    public var wakeUp: Timestamp? {
        guard log.space == .red else { return timers.next }
        return timers.next.map { max($0, clock.now().advanced(by: EngineLimits.pauseWhenFull)) }
    }

    /// Whether a timer is due and can be run.
    public var hasDueTimers: Bool { timers.next.map { $0 <= clock.now() && log.space < .red } ?? false }

    /// Processes one batch and makes it durable. Throws only when the store can no longer be trusted: stop then, at once.
    public func process(_ inputs: [EngineInput]) throws -> EngineOutput {
        let now = clock.now()
        let space = log.space
        let batch = try log.read { reader in
            let batch = Batch(reader: reader, clock: now, epoch: epoch, count: inputs.count)
            // Running sagas first: new work never starves a roll-back.
            if space < .red { fireTimers(batch) }
            for input in inputs { batch.answers.append((input.tag, answer(input, space, batch))) }
            if space < .red { sweeper.stage(batch, retention: configuration.retention) }
            return batch
        }
        return try finish(batch)
    }

    private func finish(_ batch: Batch) throws -> EngineOutput {
        var output = EngineOutput()
        output.warnings = batch.warnings
        if !batch.commit.isEmpty {
            do { try log.commit(batch.commit) } catch {
                guard case .full(let why) = error else { throw error }
                return rejected(batch, why)
            }
            output.didCommit = true
        }
        batch.registered.forEach(library.add)
        try timers.committed(batch.commit, log)
        sweeper.committed()
        output.answers = batch.answers
        output.settledSagas = batch.settledSagas
        output.entries = batch.commit.entries
        return output
    }

    /// Nothing of the batch was written: forget what was decided on top of it, and say so.
    private func rejected(_ batch: Batch, _ why: String) -> EngineOutput {
        aggregates.removeAll()
        sagas.removeAll()
        definitionHeads.removeAll()
        sweeper.dropped()
        var output = EngineOutput()
        output.warnings = batch.warnings + ["the disk is full, nothing of this batch was written: \(why)"]
        let fault = Fault(.readOnly, "the disk is full; nothing was written, send it again when there is space")
        output.answers = batch.answers.map { (tag: $0.tag, answer: .fault(fault)) }
        return output
    }

    private func fireTimers(_ batch: Batch) {
        guard let next = timers.next, next <= batch.now else { return }
        do {
            for (due, id) in try timers.due(at: batch.now, batch.reader) { fire(id, due: due, batch) }
        } catch {
            batch.warnings.append("timers cannot be read: \(error)")
        }
    }

    private func answer(_ input: EngineInput, _ space: SpaceState, _ batch: Batch) -> Answer {
        do {
            switch input.message {
            case .command(let command): return try run(command, actor: input.actor, space, batch)
            case .request(let request): return try run(request, actor: input.actor, space, batch)
            }
        } catch let fault as Fault {
            return .fault(fault)
        } catch let parked as Parked {
            batch.warnings.append(parked.description)
            return .fault(Fault(.internal, parked.description))
        } catch {
            batch.warnings.append("\(error)")
            return .fault(Fault(.internal, "the store cannot be read here: \(error); run `skald store verify`"))
        }
    }
}
