import Wire
import ZeroMQ

/// Joins a session to a link: the body of the worker's thread.
struct WorkerLoop {
    enum Job: Sendable {
        case run(WorkerPush, arrived: Instant)
        case cancelAll
    }

    let endpoint: String
    /// Nil: one of its own.
    let context: Context?
    let options: WorkerOptions
    let offer: Ready
    let post: WorkerPost
    let jobs: AsyncStream<Job>.Continuation

    /// Returns when the session is over.
    func run() {
        var ids = IDSource()
        var session = WorkerSession(offer, silence: options.heartbeat * 3, grace: options.grace, now: .now) { ids.nextWireID() }
        do throws(ZMQError) {
            let context = if let context { context } else { try Context() }
            var link = try Link(endpoint, context, wakeUp: post.wakeUp, linger: .seconds(1))
            while !session.isOver { try turn(&session, &link) }
        } catch {
            post.outcome = .invalid("the connection to '\(endpoint)' failed: \(error)")
            jobs.yield(.cancelAll)
        }
        // The link is closed by now, and a context of its own with it, once the farewell has left: the process may end.
        jobs.finish()
    }

    private func turn(_ session: inout WorkerSession, _ link: inout Link) throws(ZMQError) {
        let isBlocked = try flush(&session, &link)
        if session.isOver { return }
        let due = session.nextDue(isBlocked: isBlocked)
        try link.wait(due.map { $0 - .now } ?? ClientLimits.wait, forRoom: isBlocked)
        for letter in post.take() { try open(letter, &session, &link) }
        while let push = try link.receive({ bytes in Result { () throws(FrameError) in try WorkerPush.parse(bytes) } }) {
            switch push {
            case .success(let push): try perform(session.received(push, .now), &link)
            case .failure(let error):
                // A verb that is newer than this kit is no concern of it; a task has to be answered.
                if let task = error.task { session.unreadable(task, error.fault.message) }
            }
        }
        try perform(session.tick(.now), &link)
    }

    /// True when something waits for room.
    private func flush(_ session: inout WorkerSession, _ link: inout Link) throws(ZMQError) -> Bool {
        while let outgoing = session.next(.now) {
            guard try link.send(outgoing.frame) else { return true }
            try perform(session.sent(outgoing, .now), &link)
        }
        return false
    }

    private func open(_ letter: WorkerPost.Letter, _ session: inout WorkerSession, _ link: inout Link) throws(ZMQError) {
        switch letter {
        case .answered(let task, let frame): session.answered(task, frame)
        case .working(let task): session.isWorking(on: task)
        case .stop: try perform(session.stop(.now), &link)
        }
    }

    private func perform(_ effects: [WorkerSession.Effect], _ link: inout Link) throws(ZMQError) {
        for effect in effects {
            switch effect {
            case .run(let push): jobs.yield(.run(push, arrived: .now))
            case .reconnect: try link.reopen()
            case .cancelAll: jobs.yield(.cancelAll)
            case .log(let line): options.log(line)
            case .nobodyThere: options.log("no server answers at \(endpoint) yet; it goes on trying")
            case .end(let error): post.outcome = error
            }
        }
    }
}

extension WorkerSession.Outgoing {
    var frame: [UInt8] {
        switch self {
        case .ready(_, let frame), .answer(_, let frame): frame
        case .working(let task): WorkerMessage.working(task).encoded
        case .heartbeat: WorkerMessage.heartbeat.encoded
        case .bye: WorkerMessage.bye.encoded
        }
    }
}
