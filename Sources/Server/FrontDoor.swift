import Engine
import EventLog
import Kernel
import Wire
import ZeroMQ

/// The one thread that owns the ROUTER socket and drives the engine.
///
///     receive what has arrived ─▶ engine decides ─▶ Committer ─▶ answers
///              reads ─▶ QueryPool ─▶ results ──────────────────────┘
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
    @exclusivity(unchecked)
    var outbox = Outbox()
    var waiters = Waiters()
    var sessions = Sessions()
    /// Workers whose connection is gone, and the engine has not been told.
    var lost: [PeerID] = []
    /// Messages taken by the engine that are answered with a later batch, by tag.
    var pending: [Int: (peer: Peer, id: WireID)] = [:]
    /// How many of them each connection has.
    var waiting: [Peer: Int] = [:]
    var nextTag = 0
    /// The batch that is being made durable, and the one decided upon it.
    var flight: Flight?
    var next: Flight?
    let committer: Committer
    @exclusivity(unchecked)
    var counters = Counters()
    /// The answer to `server.info`, made once a batch.
    var info: [UInt8]?
    private var maintained: Timestamp
    /// When the disk was looked at, in milliseconds since the machine began.
    private var looked: Int64 = .min
    private let wake: WakeUp
    private let stopping: WakeUp
    private var poller = Poller()
    @exclusivity(unchecked)
    var content = Message()
    /// Of the connection that was heard last.
    var lastRoutingID: [UInt8] = []

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
        committer = try Committer(queries.log)
        do { pool = try QueryPool(queries, done: wake) } catch {
            committer.stop()
            throw error
        }
    }

    /// Serves until it is told to stop, then answers what has arrived and returns. Throws when the store has failed.
    func run() throws {
        defer {
            committer.stop()
            pool.stop()
        }
        let requests = poller.add(router)
        _ = poller.add(descriptor: wake.descriptor)
        _ = poller.add(descriptor: committer.done.descriptor)
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
            _ = try turn(receiving: poller.isReadable(requests))
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
        // What is due waits for the commit on its way, which wakes by itself.
        let next = [flight == nil ? engine.wakeUp : nil, waiters.nextDeadline].compactMap(\.self).min()
        let wait = next.map { max(0, $0.milliseconds - now.milliseconds) } ?? 1_000
        // Wall time may jump, so never sleep long on the strength of it.
        return min(wait, 1_000)
    }

    private func maintain() throws {
        let (now, uptime) = (clock.now(), clock.uptime)
        if looked == .min || uptime - looked >= ServerLimits.look {
            looked = uptime
            if let notice = engine.spaceNotice() { configuration.log(notice) }
        }
        // The wall clock may have jumped back; then the next round is simply counted from there.
        if now < maintained { maintained = now }
        guard now.milliseconds - maintained.milliseconds >= ServerLimits.maintenance else { return }
        maintained = now
        if flight == nil { engine.trim() }
        try queries.log.maintain()
    }

    /// After the word to stop: what had arrived is processed, waits are answered with what is known now, and the answers
    /// are given time to leave; whatever is not done by then is left to the clients' next try.
    private func drain() throws {
        let (receiving, time) = (
            Countdown(milliseconds: ServerLimits.drainReceiving), Countdown(milliseconds: ServerLimits.drain)
        )
        while try turn(receiving: true), !receiving.isOver {}
        try landAll()
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
