import Engine
import EventLog
import Kernel
import Wire
import ZeroMQ

/// The one thread that owns the ROUTER socket and drives the engine.
///
///     receive what has arrived ─▶ engine.process (one commit) ─▶ answers
///              reads ─▶ QueryPool ─▶ results ┘
///
/// Not thread safe: everything happens on the thread that calls `run`.
final class FrontDoor {
    let engine: Engine
    let queries: Queries
    let clock: any Clock
    let configuration: ServerConfiguration
    let router: Socket
    let pool: QueryPool
    let started: Timestamp
    var outbox = Outbox()
    var waiters = Waiters()
    var sessions = Sessions()
    /// Workers whose connection is gone, and the engine has not been told.
    var lost: [PeerID] = []
    /// Messages taken by the engine that are answered with a later batch, by tag.
    private var pending: [Int: (peer: Peer, id: WireID)] = [:]
    /// How many of them each connection has.
    private(set) var waiting: [Peer: Int] = [:]
    private var nextTag = 0
    var counters = Counters()
    /// The answer to `server.info`, made once a batch.
    var info: [UInt8]?
    private var maintained: Timestamp
    private let wake: WakeUp
    private let stopping: WakeUp
    private var poller = Poller()
    private var content = Message()

    /// `stopping` is signalled from any thread to end `run`.
    init(
        _ engine: Engine, _ queries: Queries, _ clock: any Clock, _ router: Socket, _ configuration: ServerConfiguration,
        stopping: WakeUp
    ) throws {
        self.engine = engine
        self.queries = queries
        self.clock = clock
        self.configuration = configuration
        self.router = router
        self.stopping = stopping
        started = clock.now()
        maintained = started
        wake = try WakeUp()
        pool = try QueryPool(queries, done: wake)
    }

    /// Serves until it is told to stop, then answers what has arrived and returns. Throws when the store has failed.
    func run() throws {
        defer { pool.stop() }
        let requests = poller.add(router)
        _ = poller.add(descriptor: wake.descriptor)
        let stop = poller.add(descriptor: stopping.descriptor)
        while true {
            let asked = timeout()
            let held = Countdown(milliseconds: asked + ServerLimits.heldUp)
            _ = try? poller.wait(.milliseconds(asked))
            // Held up itself, it lets what was sent meanwhile arrive before anybody is taken for silent.
            if held.isOver { _ = try? poller.wait(.milliseconds(ServerLimits.heldUp)) }
            let isStopping = poller.isReadable(stop)
            wake.drain()
            deliverResults()
            _ = try processBatch(receiving: poller.isReadable(requests))
            expireWaits()
            outbox.flush(router)
            try maintain()
            if isStopping { return try drain() }
        }
    }

    /// How long nothing needs to be done unless something arrives, in milliseconds.
    private func timeout() -> Int64 {
        if !outbox.isEmpty { return 5 }
        let now = clock.now()
        let next = [engine.wakeUp, waiters.nextDeadline].compactMap(\.self).min()
        let wait = next.map { max(0, $0.milliseconds - now.milliseconds) } ?? 1_000
        // Wall time may jump, so never sleep long on the strength of it.
        return min(wait, 1_000)
    }

    /// Takes what has arrived, within bounds, and makes it and every due timer durable with one commit.
    ///
    /// Says whether more may have arrived than it took. Everything that arrives counts, also what is served on the way:
    /// a flood of it must not keep the commands taken before it from their commit.
    func processBatch(receiving: Bool) throws -> Bool {
        var inputs = lost.map { EngineInput(tag: Self.untagged, .lost($0)) }
        lost.removeAll()
        var senders: [(peer: Peer, id: WireID)] = []
        var (arrivals, bytes) = (0, 0)
        info = nil
        var isFull: Bool { arrivals >= ServerLimits.batchMessages || bytes >= ServerLimits.batchBytes }
        while receiving, !isFull, let arrived = try receive(&content) {
            arrivals += arrived.weight
            bytes += content.size
            if let worker = arrived.worker { inputs.append(worker) }
            guard let (message, peer) = arrived.message, let id = accept(message, from: peer) else { continue }
            inputs.append(EngineInput(tag: nextTag + senders.count, message: message))
            senders.append((peer, id))
        }
        if !inputs.isEmpty || engine.isDue { try commit(inputs, senders) }
        return isFull
    }

    private func commit(_ inputs: [EngineInput], _ senders: [(peer: Peer, id: WireID)]) throws {
        let output = try engine.process(inputs)
        counters.batches += 1
        if output.didCommit { counters.commits += 1 }
        output.warnings.forEach(configuration.log)
        deliver(output.answers, senders)
        deliver(output)
        for saga in output.settledSagas { answerAll(waiters.remove(.saga(saga))) }
        if waiters.count > 0 { for id in output.answeredIDs { answerAll(waiters.remove(.command(id))) } }
    }

    /// Sends each answer to who asked, in this batch or before it, and remembers who is still to be answered.
    private func deliver(_ answers: [(tag: Int, answer: Answer)], _ senders: [(peer: Peer, id: WireID)]) {
        var answered = 0
        var isAnswered = [Bool](repeating: false, count: senders.count)
        for (tag, answer) in answers {
            let index = tag - nextTag
            guard let (peer, id) = index >= 0 ? senders[index] : endWait(tag) else { continue }
            outbox.send(answer.encoded(for: id), to: peer, router)
            if index >= 0 { (answered, isAnswered[index]) = (answered + 1, true) }
        }
        if answered < senders.count {
            for index in senders.indices where !isAnswered[index] {
                pending[nextTag + index] = senders[index]
                waiting[senders[index].peer, default: 0] += 1
            }
        }
        nextTag += senders.count
    }

    private func endWait(_ tag: Int) -> (peer: Peer, id: WireID)? {
        guard let sender = pending.removeValue(forKey: tag) else { return nil }
        let left = waiting[sender.peer, default: 1] - 1
        waiting[sender.peer] = left > 0 ? left : nil
        return sender
    }

    private func maintain() throws {
        let now = clock.now()
        // The wall clock may have jumped back; then the next round is simply counted from there.
        if now < maintained { maintained = now }
        guard now.milliseconds - maintained.milliseconds >= ServerLimits.maintenance else { return }
        maintained = now
        try queries.log.maintain()
    }

    /// After the word to stop: what had arrived is processed, waits are answered with what is known now, and the answers
    /// are given time to leave; whatever is not done by then is left to the clients' next try.
    private func drain() throws {
        let (receiving, time) = (
            Countdown(milliseconds: ServerLimits.drainReceiving), Countdown(milliseconds: ServerLimits.drain)
        )
        while try processBatch(receiving: true), !receiving.isOver {}
        answerAll(waiters.removeAll())
        dismissWorkers()
        var results = Poller()
        _ = results.add(descriptor: wake.descriptor)
        while !pool.isIdle || !outbox.isEmpty, !time.isOver {
            // Failed or interrupted, it only means looking again.
            _ = try? results.wait(.milliseconds(5))
            wake.drain()
            deliverResults()
            outbox.flush(router)
        }
        // libzmq still holds answers it has taken; they leave while the socket closes.
        try router.set(.linger(.milliseconds(time.left)))
    }
}
