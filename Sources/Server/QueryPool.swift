import Engine
import Synchronization
import Wire
import ZeroMQ

/// Threads that serve reads, so that a large one delays no command. Bounded; answers come back through `results`.
///
/// Every job touches the store under a short lent view on its own thread. Use `submit` and `takeResults` from the front door.
final class QueryPool: Sendable {
    enum Job: Sendable {
        case answer(Peer, OperationRequest)
        /// Looks whether a wait is over already.
        case probe(waiter: Int, Waiter.Subject)
    }

    enum Result: Sendable {
        case answer(Peer, WireID, Answer)
        case settled(waiter: Int)
    }

    private struct State {
        var jobs: [Job] = []
        var results: [Result] = []
        /// Reads of each connection that are not answered yet.
        var open: [Peer: Int] = [:]
        var isStopping = false
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
            guard state.jobs.count < ServerLimits.queries else { return false }
            if case .answer(let peer, _) = job {
                let open = state.open[peer, default: 0]
                guard open < ServerLimits.queriesPerPeer else { return false }
                state.open[peer] = open + 1
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

    func stop() {
        state.withLock { $0.isStopping = true }
        work.forEach { $0.signal() }
        threads.withLock { $0 }.forEach { $0.join() }
    }

    private func run(_ wake: WakeUp) {
        var poller = Poller()
        _ = poller.add(descriptor: wake.descriptor)
        while true {
            let (job, isStopping) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isStopping)
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
        case .answer(let peer, let request):
            let answer = queries.answer(request)
            publish(.answer(peer, request.id, answer), closing: peer)
        case .probe(let waiter, let subject):
            // A saga or command that is not there yet may still come: the wait goes on.
            let isOver: Bool
            switch subject {
            case .saga(let id): isOver = (try? queries.isSettled(saga: id)) ?? nil ?? true
            case .command(let id): isOver = (try? queries.hasResult(id)) ?? true
            }
            if isOver { publish(.settled(waiter: waiter), closing: nil) }
        }
    }

    private func publish(_ result: Result, closing peer: Peer?) {
        state.withLock { state in
            state.results.append(result)
            if let peer, let open = state.open[peer] { state.open[peer] = open > 1 ? open - 1 : nil }
        }
        done.signal()
    }
}
