import Kernel
import Wire
import ZeroMQ

/// Takes the server's place for the workers of a check.
///
///     give(task) ──▶ worker ──▶ outcome of the task
///                      └──▶ complaints: what no worker may say
///
/// One thread: whoever waits lets it `run`, which hears, answers and keeps the heartbeats.
final class StandIn {
    static let liveness: Int64 = 3
    static let slowestHeartbeat: Int64 = 1000
    /// How long one wait lasts at most: a signal is heard after it.
    private static let slice: Int64 = 50
    private static let mostComplaints = 8

    let endpoint: String
    /// Of this "server"; there is an older one to be stale with.
    let epoch: UInt64 = 2
    /// In the order in which they said `ready`; the last one is asked.
    var workers: [ConnectedWorker] = []
    var tasks: [GivenTask] = []
    /// What was said that no worker may say.
    private(set) var complaints: [String] = []
    /// How often `ready` was said, and how many tasks the last one held.
    var greetings = 0
    var lastHolding = 0
    var byes = 0
    var heartbeats = 0
    /// Says nothing, as a server that is cut off.
    var isSilent = false
    /// A worker that goes is what was asked for.
    var expectsLoss = false

    private let socket: Socket
    private var poller = Poller()
    private let interruption = Interruption()
    private var lastTask: UInt64 = 0

    init(endpoint: String?) throws(CheckFailure) {
        let wanted = endpoint ?? "tcp://127.0.0.1:*"
        do {
            socket = try Socket(Context(), .router, [.routerMandatory(true), .maximumMessageSize(Int64(WireLimits.frame))])
            try socket.bind(wanted)
            self.endpoint = try socket.lastEndpoint
        } catch {
            throw .unbound(wanted, "\(error)")
        }
        _ = poller.add(socket)
    }

    var now: Int64 { monotonicMilliseconds() }

    /// Hears and answers until `isOver`, or so many milliseconds have passed: then false.
    @discardableResult
    func run(for milliseconds: Int64, until isOver: () -> Bool = { false }) throws(CheckFailure) -> Bool {
        let end = now + milliseconds
        while true {
            try hear()
            tend()
            if isOver() { return true }
            let left = end - now
            guard left > 0 else { return false }
            try interruption.look()
            do { _ = try poller.wait(.milliseconds(min(left, Self.slice))) } catch {
                guard case .interrupted = error else { throw .io("\(error)") }
            }
        }
    }

    private func hear() throws(CheckFailure) {
        do {
            while true {
                let frames = try socket.receiveFrames(.never)
                guard let peer = frames.first else { continue }
                guard frames.count == 2 else {
                    complain("a message of \(frames.count - 1) frames; one is spoken")
                    continue
                }
                received(frames[1], from: peer)
            }
        } catch {
            guard error != .again, error != .interrupted else { return }
            throw .io("\(error)")
        }
    }

    /// What the time says: heartbeats, silent workers, attempts that are over.
    private func tend() {
        let now = now
        for worker in workers where !isSilent && now - worker.spoken >= worker.heartbeat / 2 { say(.heartbeat, to: worker.peer) }
        for worker in workers where now - worker.heard > worker.silence {
            let isReplaced = workers.contains { $0.peer != worker.peer && $0.heard > worker.heard }
            let words = Outcome.seconds(worker.silence)
            if !isReplaced && !expectsLoss { complain("silent for \(words): not even a heartbeat") }
            lose(worker.peer, "it fell silent for \(words)")
        }
        for task in tasks where task.outcome == nil && now > task.due { task.outcome = .silent(task.lease) }
    }

    /// The worker that would be asked for `action`.
    func worker(for action: String) -> ConnectedWorker? { workers.last { $0.ready.actions.contains(action) } }

    /// Hands out one attempt; nil when the worker is gone.
    func give(_ task: (WireID) -> ActionTask, to peer: [UInt8], patience: Int64) -> GivenTask? {
        lastTask += 1
        guard let id = WireID(String(lastTask)), let index = workers.firstIndex(where: { $0.peer == peer }) else { return nil }
        let given = GivenTask(id: id, holder: peer, lease: patience, at: now)
        tasks.append(given)
        workers[index].begun = now
        send(task(id).encoded, to: peer)
        return given
    }

    func held(by peer: [UInt8]) -> Int64 { Int64(tasks.count { $0.holder == peer && $0.outcome == nil }) }

    func say(_ push: WorkerPush, to peer: [UInt8]) { send(push.encoded, to: peer) }

    func send(_ bytes: [UInt8], to peer: [UInt8]) {
        guard (try? socket.send(to: peer, bytes)) != nil else { return lose(peer, "its connection is gone") }
        if let index = workers.firstIndex(where: { $0.peer == peer }) { workers[index].spoken = now }
    }

    /// A worker is gone, and with it whatever it held.
    func lose(_ peer: [UInt8], _ why: String) {
        workers.removeAll { $0.peer == peer }
        for task in tasks where task.holder == peer && task.outcome == nil { task.outcome = .lost(why) }
    }

    func loseAll(_ why: String) {
        for worker in workers { lose(worker.peer, why) }
    }

    func complain(_ what: String) {
        guard complaints.count < Self.mostComplaints, !complaints.contains(what) else { return }
        complaints.append(what)
    }

    func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }
}
