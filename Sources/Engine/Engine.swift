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
    @exclusivity(unchecked)
    var aggregates = GenerationCache<AggregateID, ResidentAggregate>()
    var pool = WorkerPool()
    /// Commands and folds for workers.
    @exclusivity(unchecked)
    var remote = RemoteWork()
    /// Lanes of the queue in which something may wait.
    var crowded: Set<QueueLane> = []
    /// Whose turn it is among the actions.
    var turns = 0
    var sagas = GenerationCache<ByteKey, LoadedSaga>()
    /// Of what is kept in memory.
    var rotations: UInt64 = 0
    /// Streams of definitions that this engine has added to.
    var definitionHeads: [String: StreamHead] = [:]
    var isEpochDurable: Bool
    /// What the next batch is given.
    var room = BatchRoom()
    /// The time of the last batch.
    var lastTime = Timestamp(milliseconds: 0)
    var notices = Notices()
    /// Of what is durable and told.
    public internal(set) var sagaCounts: SagaCounts
    /// The state of the disk that was told last.
    var toldSpace = SpaceState.green
    var timers: TimerQueue
    var sweeper: ReceiptSweeper

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
        (epoch, isEpochDurable) = try Epoch.raise(log, at: clock.now())
        (timers, sweeper, sagaCounts) = try log.read { reader in
            (try TimerQueue(reader), try ReceiptSweeper(reader), try SagaCounts(reader))
        }
        try Self.adopt(&pool, log, at: clock.now())
        try queueInbox()
    }

    /// When `process` must be called again even without a message; nil when nothing waits for time. While nothing can be
    /// written timers wait, and it is looked again a second later.
    public var wakeUp: Timestamp? {
        let isBusy = hasWork || hasRemoteWork
        let next = [timers.next, pool.wakeUp, remote.wakeUp, isBusy ? lastTime : nil].compactMap(\.self).min()
        guard log.space == .red else { return next }
        return next.map { max($0, clock.now().advanced(by: EngineLimits.pauseWhenFull)) }
    }

    /// Whether a timer is due, or work for a worker, and can be run. Event time never goes back, so a clock that did is not waited for.
    public var isDue: Bool {
        let now = max(clock.now(), lastTime)
        let isLate = [timers.next, pool.wakeUp, remote.wakeUp].contains { $0.map { $0 <= now } ?? false }
        // Whose patience is over is told even when nothing can be written.
        return log.space < .red && (isLate || hasWork || hasRemoteWork) || remote.isImpatient(at: now)
    }

    /// Processes one batch and makes it durable. Throws only when the store can no longer be trusted: stop then, at once.
    public func process(_ inputs: [EngineInput]) throws -> EngineOutput {
        let batch = try stage(inputs)
        do throws(LogFailure) { if !batch.commit.isEmpty { try log.commit(batch.commit) } } catch {
            return try conclude(batch, failure: error)
        }
        return try conclude(batch)
    }

    /// Runs due sagas, as many as there is new work or more: whoever started them is never overtaken for good. While more
    /// are due than that, no new sagas are taken.
    func fireTimers(_ batch: Batch, quota: Int) {
        guard let next = timers.next, next <= batch.now else { return }
        do {
            let due = try timers.due(at: batch.now, batch.reader, atMost: quota)
            batch.isBehind = due.count == quota
            for (time, id) in due { fire(id, due: time, batch) }
        } catch {
            timers.postpone(until: batch.now.advanced(by: EngineLimits.pauseWhenFull))
            batch.warnings.append("timers cannot be read: \(error)")
        }
    }

    /// nil for what is not answered, or not yet.
    func answer(_ input: EngineInput, _ space: SpaceState, _ batch: Batch) -> BatchAnswer? {
        switch input.content {
        case .message(let message, let peer): hear(message, from: peer, space, batch)
        case .nonsense(let task, let fault, let peer): hearNonsense(task, fault, from: peer, batch)
        case .lost(let peer): lose(peer, "the connection is gone", batch)
        case .command, .request:
            batch.isTouched = false
            guard let answer = answerNow(input, space, batch) else { return nil }
            return BatchAnswer(tag: input.tag, answer: answer, isStaged: batch.isTouched)
        }
        return nil
    }

    private func answerNow(_ input: EngineInput, _ space: SpaceState, _ batch: Batch) -> Answer? {
        do {
            switch input.content {
            // A pattern with a condition would copy the message for the condition as well.
            case .command(let command):
                guard isRemote(command.aggregate.type) else { return try run(command, actor: input.actor, space, batch) }
                return try runRemote(command, tag: input.tag, actor: input.actor, space, batch)
            case .request(let request):
                guard Self.isRead(request) else { return try run(request, actor: input.actor, space, batch) }
                return try readRemote(request, tag: input.tag, batch)
            case .message, .nonsense, .lost: preconditionFailure("a worker is not answered")
            }
        } catch let fault as Fault {
            return .fault(fault)
        } catch let illegal as IllegalTransition {
            batch.warnings.append(illegal.description)
            return .fault(Fault(.internal, "a bug of this server: \(illegal); nothing was stored"))
        } catch let parked as Parked {
            batch.warnings.append(parked.description)
            return .fault(Fault(.internal, parked.description, ["reason": "parked"]))
        } catch {
            batch.warnings.append("\(error)")
            return .fault(Fault(.internal, "the store cannot be read here: \(error); run `skald store verify --data DIR`"))
        }
    }
}
