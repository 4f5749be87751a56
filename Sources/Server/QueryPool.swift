import Engine
import Synchronization
import Threads
import Wire
import ZeroMQ

/// Threads that serve reads, so that a large one delays no command. Bounded; answers come back through `results`.
///
/// Every job touches the store under a short lent view on its own thread. Use `submit` and `takeResults` from the front door.
final class QueryPool: Sendable {
    enum Job: Sendable {
        case answer(Peer, OperationRequest)
        /// Answers a wait that is over; the bound on waits is the bound on these.
        case waited(Peer, OperationRequest)
        /// Looks whether a wait is over already.
        case probe(waiter: Int, Waiter.Subject)
    }

    enum Result: Sendable {
        case answer(Peer, WireID, Answer)
        case settled(waiter: Int)
    }

    private struct State {
        var jobs = Queue<Job>()
        /// Jobs in the queue that were not waits.
        var reads = 0
        /// Bytes of the arguments of those.
        var bytes = 0
        /// Jobs that a thread has taken and not finished.
        var running = 0
        var results: [Result] = []
        /// Reads of each connection that are not answered yet.
        var open: [Peer: Int] = [:]
        var isStopping = false

        mutating func take() -> Job? {
            guard let job = jobs.popFirst() else { return nil }
            running += 1
            if let size = job.size {
                reads -= 1
                bytes -= size
            }
            return job
        }
    }

    private let state = Mutex(State())
    private let queries: Queries
    private let work: [WakeUp]
    private let done: WakeUp
    private let threads = Mutex<[OwnedThread]>([])
    private let turn = Atomic(0)

    /// `done` is signalled when results are ready.
    init(_ queries: Queries, done: WakeUp) throws {
        self.queries = queries
        self.done = done
        work = try (0..<ServerLimits.readers).map { _ in try WakeUp() }
        for (index, wake) in work.enumerated() {
            let thread = try OwnedThread("skald-read-\(index)") { [self] in run(wake) }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Queues a job; false when too many wait already.
    func submit(_ job: Job) -> Bool {
        let accepted = state.withLock { state in
            if let size = job.size {
                guard state.reads < ServerLimits.queries, state.bytes + size <= ServerLimits.queryBytes else { return false }
                if case .answer(let peer, _) = job {
                    let open = state.open[peer, default: 0]
                    guard open < ServerLimits.queriesPerPeer else { return false }
                    state.open[peer] = open + 1
                }
                state.reads += 1
                state.bytes += size
            }
            state.jobs.append(job)
            return true
        }
        if accepted { work[turn.add(1, ordering: .relaxed).oldValue % work.count].signal() }
        return accepted
    }

    func takeResults() -> [Result] {
        state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
    }

    /// Whether every job is done and its result taken.
    var isIdle: Bool { state.withLock { $0.jobs.isEmpty && $0.running == 0 && $0.results.isEmpty } }

    /// Ends the threads behind the jobs they are at; those still queued are dropped.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            state.jobs.removeAll()
        }
        work.forEach { $0.signal() }
        threads.withLock { $0 }.forEach { $0.join() }
    }

    private func run(_ wake: WakeUp) {
        var poller = Poller()
        _ = poller.add(descriptor: wake.descriptor)
        while true {
            let (job, isStopping) = state.withLock { state in
                (state.take(), state.isStopping)
            }
            if let job {
                finish(job)
            } else if isStopping {
                return
            } else {
                // A failed or interrupted wait only means looking again.
                _ = try? poller.wait(.seconds(1))
                wake.drain()
            }
        }
    }

    private func finish(_ job: Job) {
        switch job {
        case .answer(let peer, let request): publish(.answer(peer, request.id, queries.answer(request)), closing: peer)
        case .waited(let peer, let request): publish(.answer(peer, request.id, queries.answer(request)), closing: nil)
        case .probe(let waiter, let subject):
            // A command that is not there yet may still come: its wait goes on. What cannot be read is told at once.
            let isOver: Bool
            switch subject {
            case .saga(let id): isOver = (try? queries.isSettled(saga: id)) ?? nil ?? true
            case .command(let id): isOver = (try? queries.hasResult(id)) ?? true
            }
            publish(isOver ? .settled(waiter: waiter) : nil, closing: nil)
        }
    }

    private func publish(_ result: Result?, closing peer: Peer?) {
        state.withLock { state in
            state.running -= 1
            if let result { state.results.append(result) }
            if let peer, let open = state.open[peer] { state.open[peer] = open > 1 ? open - 1 : nil }
        }
        done.signal()
    }
}

extension QueryPool.Job {
    /// Bytes it holds while it is queued; nil when it was admitted as a wait and counts no more.
    var size: Int? {
        switch self {
        case .answer(_, let request): request.arguments.count
        case .waited: nil
        case .probe: 0
        }
    }
}
