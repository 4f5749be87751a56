import Kernel
import SagaModel

/// One saga in virtual time, with participants that have faults, a person who may cancel, and a server that may crash
/// between any two commits.
///
///     driver ──events──▶ stored ──attempts──▶ participants ──answers, timeouts──▶ queue ──▶ driver
struct TortureRun {
    enum End: Sendable, Equatable { case completed, compensated, stuck, trying }

    struct Happening {
        let time: Int64
        let answer: SagaAnswer
        /// Does not come from a participant, so that a crash does not lose it.
        let isTimeout: Bool
    }

    var driver: SagaDriver
    var stored: StoredSaga
    var world: SimulatedWorld
    var random: Chance
    /// In the order of their times; ties in the order they were made.
    var queue: [Happening] = []
    var now: Timestamp
    var commits = 0
    var crashes = 0
    let asWorkers: Bool
    /// No participant answers at once.
    private let isAllFar: Bool
    /// Operation → its newest attempt.
    private var latest: [String: Int] = [:]
    private var crashAt: Int
    private var cancelAt: Int
    /// A promise that was broken.
    var broken: String?

    init(
        _ definition: Definition, input: JSON, _ participants: TortureParticipants, _ faults: TortureCase, asWorkers: Bool,
        seed: UInt64, number: Int
    ) {
        var random = Chance(seed, UInt64(bitPattern: Int64(number)))
        let began = Timestamp(milliseconds: 1_800_000_000_000)
        now = began
        let start = SagaStart(
            definition: definition.name, version: definition.version, input: input, key: nil, inline: nil,
            deadline: definition.deadline.map { began.milliseconds + $0 })
        let state = SagaState(id: "torture", definition: definition, start: start, at: began)
        driver = SagaDriver(state)
        stored = StoredSaga(state)
        world = SimulatedWorld(definition, participants, faults, asWorkers: asWorkers)
        crashAt = random.happens(70) ? 1 + random.below(12) : .max
        cancelAt = random.happens(20) ? 1 + random.below(8) : .max
        self.asWorkers = asWorkers
        isAllFar = asWorkers || definition.steps.allSatisfy(\.isFar)
        self.random = random
    }

    /// Runs to the end, or until the saga has been trying for so long that it will try for ever.
    mutating func go() -> End {
        var idle = 0
        while broken == nil, commits < TortureLimits.commits {
            let before = (commits, now, queue.count)
            do throws(IllegalTransition) { try advance() } catch { broken = error.description }
            guard broken == nil, !driver.state.isEnded, !isHopeless, moveTime() else { break }
            idle = before == (commits, now, queue.count) ? idle + 1 : 0
            if idle == TortureLimits.idleTurns { broken = "the saga is due and does nothing, again and again" }
        }
        if broken == nil { broken = brokenAtEnd() }
        return end
    }

    /// Everything that can be done now, commit by commit.
    private mutating func advance() throws(IllegalTransition) {
        while broken == nil {
            // Here an attempt is answered before the next move; outside, all begin together.
            let limit = isAllFar && !random.happens(20) ? Int.max : 1
            let isAtRest = try driver.run(at: now, limit: limit)
            let (events, attempts) = driver.drain()
            commit(events)
            for attempt in attempts { try send(attempt) }
            if isAtRest && attempts.isEmpty || isAllFar && isAtRest { break }
        }
    }

    private mutating func send(_ attempt: SagaAttempt) throws(IllegalTransition) {
        let reply = world.reply(to: attempt, &random)
        latest[attempt.operation] = attempt.number
        guard asWorkers || attempt.participant.isWorker else {
            for (_, answer) in reply.answers { try take(answer) }
            return commit(driver.drain().events)
        }
        for (after, answer) in reply.answers { enqueue(answer, after: after, isTimeout: false) }
        // The time of a worker's attempt is part of the saga: its own timer ends it.
        if attempt.participant.isWorker, attempt.timeout != nil { return }
        enqueue(attempt.timedOut, after: attempt.timeout ?? TortureLimits.timeout, isTimeout: true)
    }

    /// Hands an answer to the saga. One to an attempt that another has followed may only say that it is done.
    private mutating func take(_ answer: SagaAnswer) throws(IllegalTransition) {
        let isStale = answer.attempt < latest[answer.operation] ?? 0
        let verdict = try driver.answer(answer, at: now, random: random.next())
        guard isStale, case .counts = verdict else { return }
        if case .done = answer.outcome { return }
        broken = "a stale answer to \(answer.operation) has changed the saga"
    }

    private mutating func enqueue(_ answer: SagaAnswer, after: Int64, isTimeout: Bool) {
        let time = now.milliseconds + after
        let place = queue.firstIndex { $0.time > time } ?? queue.count
        queue.insert(Happening(time: time, answer: answer, isTimeout: isTimeout), at: place)
    }

    /// Stores events, holds the fold of what is stored against the live saga, and lets the server crash now and then.
    private mutating func commit(_ events: [SagaEvent]) {
        guard broken == nil, !events.isEmpty else { return }
        for event in events {
            broken = stored.append(event, at: now)
            if broken != nil { return }
        }
        commits += 1
        if let difference = StoredSaga.difference(driver.state, stored.state, at: now) {
            broken = "the fold of what is stored is not the live saga: \(difference)"
        } else if commits == crashAt {
            crash()
        }
    }

    /// Only what is stored survives. Answers under way may be lost; the timeouts of open attempts begin anew.
    private mutating func crash() {
        crashes += 1
        guard let state = stored.recovered() else {
            broken = "a restarted server cannot read the saga back"
            return
        }
        if let difference = StoredSaga.difference(driver.state, state, at: now) {
            broken = "a restarted server finds another saga: \(difference)"
            return
        }
        driver = SagaDriver(state)
        queue = queue.filter { $0.isTimeout || !random.happens(50) }
        crashAt = random.happens(50) ? commits + 1 + random.below(6) : .max
    }

    /// Lets the next answer, timer or person come; false when there is nothing to wait for.
    private mutating func moveTime() -> Bool {
        if cancelIfWanted() { return true }
        let timer = driver.wakeUp
        guard let time = [queue.first?.time, timer].compactMap({ $0 }).min() else { return false }
        now = Timestamp(milliseconds: max(now.milliseconds, time))
        guard let first = queue.first, first.time <= timer ?? .max else { return true }
        queue.removeFirst()
        do throws(IllegalTransition) { try take(first.answer) } catch { broken = error.description }
        commit(driver.drain().events)
        return true
    }

    /// Whether a person has just asked for the saga to turn back, which may be all that moves one that is stuck.
    private mutating func cancelIfWanted() -> Bool {
        guard commits >= cancelAt, driver.state.status == .running, !driver.state.isPastPivot else { return false }
        cancelAt = .max
        do throws(IllegalTransition) { try driver.record(.cancelRequested(reason: "torture", actor: nil), at: now) } catch {
            broken = error.description
        }
        commit(driver.drain().events)
        return true
    }
}

extension Step {
    /// Whether neither it nor its undo is answered at once.
    fileprivate var isFar: Bool {
        if case .action(let undo) = undo, !undo.operation.isCall { return false }
        return action.operation?.isCall ?? true
    }
}
