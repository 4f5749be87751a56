import Engine
import Kernel
import Wire

/// Reads and waits.
extension FrontDoor {
    /// Serves a read beside the writer, at once or when what it waits for happens.
    func read(_ request: OperationRequest, _ peer: Peer) {
        do {
            if let waiter = try waiter(for: request, peer) { return wait(waiter) }
            submit(request, peer)
        } catch {
            respond(.fault(error), request.id, peer)
        }
    }

    private func submit(_ request: OperationRequest, _ peer: Peer) {
        if let answer = pending(request) { return respond(answer, request.id, peer) }
        if !pool.submit(.answer(peer, request)) { respond(.fault(Self.busy("too many reads are waiting")), request.id, peer) }
    }

    /// What is told of a command that a worker has still to decide: the store does not know of it.
    private func pending(_ request: OperationRequest) -> Answer? {
        guard request.operation == "command.result", let id = try? Arguments(request).string("id"), engine.waitsForWorker(id) else {
            return nil
        }
        let body: JSON = ["state": "pending"]
        return .answer(body.bytes)
    }

    static func busy(_ why: String) -> Fault {
        Fault(.busy, why, JSONObject(uniqueKeysWithValues: [("retry_after_ms", .int(ServerLimits.retryAfter))]))
    }

    /// The wait a request asks for with `wait_ms`; nil when it wants its answer now.
    private func waiter(for request: OperationRequest, _ peer: Peer) throws(Fault) -> Waiter? {
        guard ["saga.get", "command.result"].contains(request.operation) else { return nil }
        let arguments = try Arguments(request)
        let id = try arguments.string("id")
        guard let wait = try arguments.optionalNumber("wait_ms"), wait > 0 else { return nil }
        let deadline = clock.now().advanced(by: Int64(min(wait, ServerLimits.longestWait)))
        let subject: Waiter.Subject = request.operation == "saga.get" ? .saga(id) : .command(id)
        guard queries.canBecomeKnown(id, of: request.operation) else { return nil }
        return Waiter(subject: subject, id: request.id, peer: peer, deadline: deadline)
    }

    /// Registers first and looks second, so that nothing falls between.
    private func wait(_ waiter: Waiter) {
        guard waiters.count < ServerLimits.waiters, waiters.count(of: waiter.peer) < ServerLimits.waitersPerPeer else {
            return respond(.fault(Self.busy("too many requests are waiting")), waiter.id, waiter.peer)
        }
        let id = waiters.add(waiter)
        if !pool.submit(.probe(waiter: id, waiter.subject)) {
            _ = waiters.remove(id)
            respond(.fault(Self.busy("too many reads are waiting")), waiter.id, waiter.peer)
        }
    }

    func answerAll(_ settled: [Waiter]) {
        for waiter in settled {
            if let answer = pending(waiter.request) {
                respond(answer, waiter.id, waiter.peer)
            } else {
                _ = pool.submit(.waited(waiter.peer, waiter.request))
            }
        }
    }

    func expireWaits() { answerAll(waiters.removeExpired(at: clock.now())) }

    /// Sends what the readers have finished.
    func deliverResults() {
        for result in pool.takeResults() {
            switch result {
            case .answer(let peer, let id, let answer): respond(answer, id, peer)
            case .settled(let waiter): if let waiter = waiters.remove(waiter) { answerAll([waiter]) }
            }
        }
    }
}
