import Kernel
import Wire

/// One worker's side of the protocol. No clock, no socket: what arrived goes in, `next` says what to send.
///
///     mustGreet ─ ready ─▶ greeting ─ welcome ─▶ serving ─ silence, bye, unknown_session ─▶ mustGreet
///
/// Answers are kept a while after they were sent: a connection that breaks may have lost them, so that after the next
/// welcome they are sent again. The server ignores what it knows.
struct WorkerSession {
    enum Outgoing: Equatable {
        case ready(WireID, [UInt8])
        case answer(WireID, [UInt8])
        case working(WireID)
        case heartbeat
        case bye
    }

    enum Effect: Equatable {
        /// A task to run; its answer comes by `answered`.
        case run(WorkerPush)
        /// Drop the connection for a fresh one.
        case reconnect
        /// Cancel what still runs.
        case cancelAll
        case log(String)
        /// Nobody answers at the endpoint; told once, until a connection is there.
        case nobodyThere
        /// Over, by an error or as asked.
        case end(SkaldError?)
    }

    struct Kept {
        let order: UInt64
        let frame: [UInt8]
        var sentAt: Instant?
    }

    let silence: Duration
    let grace: Duration
    var offer: Ready
    var ids: () -> WireID

    var mustGreet = true
    /// Not before this time, when the server was busy.
    var greetAt: Instant?
    var greeting: WireID?
    var welcome: Welcome?
    var running: [WireID: UInt64] = [:]
    var kept: [WireID: Kept] = [:]
    var keptBytes = 0
    /// Answers to send, the oldest first.
    var unsent: [WireID] = []
    /// Not before this time, when the server could not keep one.
    var answerAt: Instant?
    var working: [WireID] = []
    var orders: UInt64 = 0
    var lastSaid: Instant
    var lastHeard: Instant
    var stopBy: Instant?
    /// Nothing is owed any more but a word of farewell.
    var isLeaving = false
    /// When a `ready` that has not left by then is told; nil once it has left, or was told.
    var tellAt: Instant?
    var forgetAt: Instant
    var isOver = false

    init(_ offer: Ready, silence: Duration, grace: Duration, now: Instant, ids: @escaping () -> WireID) {
        (self.offer, self.silence, self.grace, self.ids) = (offer, silence, grace, ids)
        (lastSaid, lastHeard, forgetAt, tellAt) = (now, now, now, now + silence)
    }

    /// What to send now, or nil. Say `sent` when it left; what did not is asked for again.
    mutating func next(_ now: Instant) -> Outgoing? {
        if isOver { return nil }
        if isLeaving { return .bye }
        if mustGreet, greetAt.map({ $0 <= now }) ?? true {
            var ready = offer
            ready.holding = holding
            let id = ids()
            return .ready(id, WorkerMessage.ready(id, ready).encoded)
        }
        guard let welcome else { return nil }
        while let task = unsent.first, answerAt.map({ $0 <= now }) ?? true {
            if let answer = kept[task] { return .answer(task, answer.frame) }
            unsent.removeFirst()
        }
        if let task = working.first { return .working(task) }
        if lastSaid + heartbeat(welcome) <= now { return .heartbeat }
        return stopBy != nil && greeting == nil && running.isEmpty && unsent.isEmpty ? .bye : nil
    }

    mutating func sent(_ outgoing: Outgoing, _ now: Instant) -> [Effect] {
        lastSaid = now
        switch outgoing {
        case .ready(let id, _):
            (mustGreet, greetAt, greeting, tellAt) = (false, nil, id, nil)
            if welcome == nil { lastHeard = now }
        case .answer(let task, _):
            unsent.removeFirst()
            kept[task]?.sentAt = now
            answerAt = nil
        case .working: working.removeFirst()
        case .heartbeat: break
        case .bye: return end(nil)
        }
        return []
    }

    /// A handler has answered.
    mutating func answered(_ task: WireID, _ frame: [UInt8]) {
        guard let order = running.removeValue(forKey: task) else { return }
        working.removeAll { $0 == task }
        kept[task] = Kept(order: order, frame: frame)
        keptBytes += frame.count
        unsent.append(task)
    }

    mutating func isWorking(on task: WireID) {
        if running[task] != nil, !working.contains(task) { working.append(task) }
    }

    /// No new tasks; what is held is answered, then it is over.
    mutating func stop(_ now: Instant) -> [Effect] {
        guard stopBy == nil, !isOver else { return [] }
        stopBy = now + grace
        offer.credit = 0
        mustGreet = true
        guard welcome == nil, running.isEmpty, kept.isEmpty else { return [] }
        return greeting == nil ? end(nil) : leave(now)
    }

    /// What the time alone changes.
    mutating func tick(_ now: Instant) -> [Effect] {
        if isOver { return [] }
        forgetOld(now)
        if let stopBy, stopBy <= now {
            if isLeaving { return end(nil) }
            let left = running.count
            running = [:]
            let warning = "stopped with \(left) tasks unanswered after \(grace); their outcomes are unknown"
            return (left > 0 ? [.log(warning), .cancelAll] : []) + (welcome == nil ? end(nil) : leave(now))
        }
        if let tellAt, tellAt <= now {
            self.tellAt = nil
            return [.nobodyThere]
        }
        guard welcome != nil || greeting != nil, lastHeard + silenceLimit <= now else { return [] }
        return lose("the server is silent", now) + [.reconnect]
    }

    /// A farewell that cannot be said within a second is not.
    private mutating func leave(_ now: Instant) -> [Effect] {
        isLeaving = true
        stopBy = now + .seconds(1)
        return []
    }

    /// When `tick` or `next` has something to do without anybody saying a word. `isBlocked`: `next` waits for room already.
    func nextDue(isBlocked: Bool) -> Instant? {
        var due: [Instant] = []
        if let welcome, !isBlocked { due.append(lastSaid + heartbeat(welcome)) }
        if mustGreet, !isBlocked, let greetAt { due.append(greetAt) }
        if welcome != nil, !unsent.isEmpty, !isBlocked, let answerAt { due.append(answerAt) }
        if welcome != nil || greeting != nil { due.append(lastHeard + silenceLimit) }
        due += [stopBy, tellAt].compactMap(\.self)
        return due.min()
    }
}
