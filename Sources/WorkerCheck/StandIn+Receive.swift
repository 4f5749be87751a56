import Kernel
import Wire

/// What workers say, and what a server answers.
extension StandIn {
    func received(_ bytes: [UInt8], from peer: [UInt8]) {
        if let index = workers.firstIndex(where: { $0.peer == peer }) { workers[index].heard = now }
        do throws(FrameError) {
            guard case .worker(let message) = try ClientMessage.parse(bytes) else {
                return complain("speaks as a client; a worker begins with 'ready'")
            }
            understood(message, from: peer)
        } catch {
            complain("not understood: \(error.fault.message)")
            if let task = error.task { answered(task, .unreadable("not understood: \(error.fault.message)"), from: peer) }
            if let reply = error.reply { send(reply, to: peer) }
        }
    }

    private func understood(_ message: WorkerMessage, from peer: [UInt8]) {
        if case .ready(let id, let ready) = message { return greeted(id, ready, peer) }
        guard workers.contains(where: { $0.peer == peer }) else {
            // Who was given up learns it so, and says `ready` again; a goodbye needs no answer.
            if case .bye = message { return said(bye: peer) }
            return refuse(message.id, .unknownSession, "say ready first", peer)
        }
        switch message {
        case .ready: break
        case .done(let task, let body):
            let outcome = Outcome(body: body)
            if case .unreadable(let why) = outcome { refuse(task, .badRequest, why, peer) }
            answered(task, outcome, from: peer)
        case .refuse(let task, let code, let message): answered(task, .refused(code: code, message: message), from: peer)
        case .retry(let task, let after, _): answered(task, .notNow(after: after), from: peer)
        case .unknown(let task, let message): answered(task, .unknown(message: message), from: peer)
        case .working(let task): extend(task, peer)
        case .heartbeat: heartbeats += 1
        case .bye: said(bye: peer)
        }
    }

    private func greeted(_ id: WireID, _ ready: Ready, _ peer: [UInt8]) {
        workers.removeAll { $0.peer == peer }
        let worker = ConnectedWorker(peer: peer, ready: ready, heard: now, spoken: now)
        workers.append(worker)
        greetings += 1
        lastHolding = ready.holding.count
        // A `ready` ends our own silence: the worker has found out.
        isSilent = false
        let welcome = Welcome(
            epoch: epoch, heartbeatMilliseconds: worker.heartbeat, liveness: Self.liveness, server: "skald-worker-check")
        say(.welcome(id, welcome), to: peer)
        for held in ready.holding {
            guard let task = tasks.first(where: { $0.id == held }) else {
                complain("holds the task '\(held.text)', which was never given")
                continue
            }
            if task.outcome == nil { task.holder = peer } else { refuse(held, .gone, "this attempt is over", peer) }
        }
    }

    private func answered(_ id: WireID, _ outcome: Outcome, from peer: [UInt8]) {
        guard let task = tasks.first(where: { $0.id == id }) else {
            complain("answers the task '\(id.text)', which was never given")
            return refuse(id, .gone, "no such task", peer)
        }
        guard task.outcome == nil else {
            if task.answeredAfter == greetings { complain("answers the task '\(id.text)' twice") }
            return refuse(id, .gone, "this attempt is over", peer)
        }
        guard task.holder == peer else {
            complain("answers the task '\(id.text)' on a connection that did not say it holds it")
            return refuse(id, .forbidden, "another worker holds this task", peer)
        }
        task.outcome = outcome
        task.answeredAfter = greetings
    }

    private func extend(_ id: WireID, _ peer: [UInt8]) {
        guard let task = tasks.first(where: { $0.id == id }) else {
            complain("works on the task '\(id.text)', which was never given")
            return refuse(id, .gone, "no such task", peer)
        }
        task.extend(at: now)
    }

    private func said(bye peer: [UInt8]) {
        byes += 1
        lose(peer, "it said bye")
    }

    private func refuse(_ id: WireID?, _ code: ErrorCode, _ message: String, _ peer: [UInt8]) {
        guard !isSilent else { return }
        say(.error(id: id, code: code.rawValue, message: message, details: JSONObject()), to: peer)
    }
}
