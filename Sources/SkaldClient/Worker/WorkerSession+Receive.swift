import Kernel
import Wire

extension WorkerSession {
    mutating func received(_ push: WorkerPush, _ now: Instant) -> [Effect] {
        if isOver { return [] }
        lastHeard = now
        switch push {
        case .welcome(let id, let welcome): return welcomed(id, welcome)
        case .action(let task): return begin(task.task, push)
        case .decide(let task): return begin(task.task, push)
        case .fold(let task): return begin(task.task, push)
        case .heartbeat: return []
        case .bye:
            let effects = lose("the server goes down", now) + [.reconnect]
            // It may be there a while yet, and say so again.
            greetAt = now + .milliseconds(500)
            return effects
        case .error(let id, let code, let message, let details): return refused(id, code, message, details, now)
        }
    }

    /// A task that cannot be read is nobody's to run: it is answered at once.
    mutating func unreadable(_ task: WireID, _ message: String) {
        guard welcome != nil, running[task] == nil else { return }
        hold(task)
        answered(task, WorkerMessage.unknown(task, message: "the worker cannot read this task: \(message)").encoded)
    }

    private mutating func welcomed(_ id: WireID, _ welcome: Welcome) -> [Effect] {
        guard id == greeting else { return [] }
        greeting = nil
        let isNew = self.welcome == nil
        self.welcome = welcome
        guard isNew else { return [] }
        unsent = kept.sorted { $0.value.order < $1.value.order }.map(\.key)
        return [.log("connected; epoch \(welcome.epoch)")]
    }

    private mutating func begin(_ task: WireID, _ push: WorkerPush) -> [Effect] {
        guard welcome != nil, running[task] == nil else { return [] }
        if kept[task] != nil {
            // Asked again for what was answered: the answer was lost.
            if !unsent.contains(task) { unsent.append(task) }
            return []
        }
        // A server gives credit back for attempts that ran out of time, while their handlers may go on.
        if running.count >= 2 * max(1, Int(offer.credit)), stopBy == nil {
            hold(task)
            answered(task, WorkerMessage.retry(task, afterMilliseconds: 1000, message: "every place is taken").encoded)
            return [.log("every place is taken by attempts past their time; a task is sent back")]
        }
        hold(task)
        return [.run(push)]
    }

    private mutating func hold(_ task: WireID) {
        orders += 1
        running[task] = orders
    }

    private mutating func refused(
        _ id: WireID?, _ code: String, _ message: String, _ details: JSONObject, _ now: Instant
    ) -> [Effect] {
        let error = SkaldError.refused(code: code, message: message, details: details)
        if code == ErrorCode.unknownSession.rawValue {
            return welcome == nil ? [] : lose("the server does not know this worker", now)
        }
        guard let id else {
            let isFinal = [.unsupportedVersion, .unauthenticated, .forbidden].contains(error.code)
            return isFinal ? end(error) : [.log("the server says: \(error)")]
        }
        let isPassing = [.busy, .timeout, .internal, .readOnly].contains(error.code)
        let again = now + .milliseconds(min(max(250, details["retry_after_ms"]?.intValue ?? 1000), 10_000))
        if id == greeting {
            greeting = nil
            guard isPassing else { return end(error) }
            (welcome, mustGreet, greetAt) = (nil, true, again)
            return [.log("the server does not take this worker now: \(error)")]
        }
        guard kept[id] != nil else { return [] }
        guard isPassing else {
            drop(id)
            return code == ErrorCode.gone.rawValue ? [] : [.log("an answer was refused: \(error)")]
        }
        kept[id]?.sentAt = nil
        answerAt = again
        if !unsent.contains(id) { unsent.append(id) }
        return [.log("the server cannot keep an answer now: \(error)")]
    }

    /// The session is gone: what was sent last may be lost.
    mutating func lose(_ reason: String, _ now: Instant) -> [Effect] {
        (welcome, greeting, mustGreet, greetAt, tellAt) = (nil, nil, true, nil, now + silence)
        unsent = []
        working = []
        if stopBy != nil, running.isEmpty, kept.isEmpty { return end(nil) }
        return [.log("connection lost: \(reason)")]
    }

    mutating func end(_ error: SkaldError?) -> [Effect] {
        isOver = true
        return error == nil ? [.end(nil)] : [.cancelAll, .end(error)]
    }

    /// Tasks whose outcome the server may still wait for, the oldest first.
    var holding: [WireID] {
        let answered = kept.map { (task: $0.key, order: $0.value.order) }
        let all = (answered + running.map { (task: $0.key, order: $0.value) }).sorted { $0.order < $1.order }
        return all.suffix(WorkerLimits.holding).map(\.task)
    }

    /// Silence after which the server is lost.
    var silenceLimit: Duration {
        guard let welcome else { return silence }
        return .milliseconds(welcome.heartbeatMilliseconds * welcome.liveness)
    }

    /// A little before it is due, for the way.
    func heartbeat(_ welcome: Welcome) -> Duration { .milliseconds(welcome.heartbeatMilliseconds * 3 / 4) }

    /// A broken connection shows within the limit of silence, so an older answer has arrived.
    mutating func forgetOld(_ now: Instant) {
        guard !kept.isEmpty, welcome != nil, forgetAt <= now else { return }
        forgetAt = now + .seconds(1)
        let limit = silenceLimit
        for (task, answer) in kept {
            if let sentAt = answer.sentAt, sentAt + limit + limit <= now { drop(task) }
        }
        guard kept.count > ClientLimits.answersKept || keptBytes > ClientLimits.answerBytesKept else { return }
        for (task, answer) in kept.sorted(by: { $0.value.order < $1.value.order }) where answer.sentAt != nil {
            drop(task)
            if kept.count <= ClientLimits.answersKept, keptBytes <= ClientLimits.answerBytesKept { return }
        }
    }

    private mutating func drop(_ task: WireID) {
        guard let answer = kept.removeValue(forKey: task) else { return }
        keptBytes -= answer.frame.count
    }
}
