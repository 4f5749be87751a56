import Engine
import Kernel
import Wire

/// What workers make of what the server says, and how they come and go.
extension WorkerFleet {
    /// A task has been given to whoever has this connection: what will become of it is decided now.
    mutating func take(_ given: ActionTask, on peer: Int, at now: Int64) {
        guard let index = workers.firstIndex(where: { $0.peer == peer }) else { return }
        let origin = (try? JSON.parse(given.body))?["do"]?["operation"]?.stringValue
        let task = SimulatedTask(
            id: given.task, operation: given.operation, attempt: given.attempt, epoch: given.epoch, direction: given.direction,
            origin: origin, timeout: max(1, given.deadlineMilliseconds), isNaive: given.action.hasPrefix(CallAction.naive + "."))
        workers[index].held.append(task)
        var chance = Chance(seed, 12, Self.hash("\(task.operation) \(task.attempt)"))
        for (act, after) in intentions(task, &chance) { plan(act, task, by: index, at: now + after) }
    }

    private enum Manner { case prompt, slow, refusal, postponed, unknown, nonsense, late, never, twice, working, flood, stranger }

    /// What the worker will do about it, and when.
    private func intentions(_ task: SimulatedTask, _ chance: inout Chance) -> [(Deed.Act, Int64)] {
        var manners: [(weight: Int, value: Manner)] = [(55, .prompt), (10, .slow)]
        if has(.refusals) { manners += [(16, .refusal), (9, .postponed)] }
        if has(.doubts) { manners += [(9, .unknown), (6, .nonsense)] }
        if has(.lateness) { manners += [(9, .late), (5, .never), (5, .twice), (8, .working), (2, .flood)] }
        if has(.strangers) { manners += [(12, .stranger)] }
        let manner = isHealed ? .prompt : chance.weighted(manners)
        let (soon, timeout) = (isHealed ? 1 : chance.within(0...150), task.timeout)
        let good = Deed.Act.answer(refusal: nil, times: 1)
        let perhaps = chance.happens(50) ? [(Deed.Act.effect(refusal: nil), soon)] : []
        let code = chance.pick(CallDefinitionGenerator.codes)
        switch manner {
        case .prompt: return [(good, soon)]
        case .slow: return [(good, chance.within(0...timeout))]
        case .refusal: return [(.answer(refusal: code, times: 1), soon)]
        case .postponed: return [(.postpone(chance.within(0...2_000)), soon)]
        case .unknown: return perhaps + [(.doubt(isReadable: true), soon + 1)]
        case .nonsense: return perhaps + [(.doubt(isReadable: false), soon + 1)]
        case .late:
            let refusal = chance.happens(35) ? code : nil
            return perhaps + [(.answer(refusal: refusal, times: 1), timeout + 1 + chance.within(0...3 * timeout))]
        case .never: return perhaps
        case .twice:
            return [
                (good, soon),
                (chance.happens(50) ? good : .answer(refusal: code, times: 1), soon + chance.within(0...2 * timeout)),
            ]
        case .working: return [(.working, timeout * 3 / 5), (.working, timeout * 6 / 5), (good, timeout * 3 / 2)]
        case .flood: return [(.answer(refusal: nil, times: 20), soon)]
        case .stranger: return [(.stranger, soon), (good, soon + chance.within(1...400))]
        }
    }

    mutating func hear(_ push: WorkerPush, on peer: Int, at now: Int64) {
        guard let index = workers.firstIndex(where: { $0.peer == peer }) else { return }
        switch push {
        case .welcome:
            workers[index].isReady = true
            workers[index].spokeAt = now
        case .error(let id, let code, _, _): refused(id?.text, code, index, at: now)
        case .action(let task): take(task, on: peer, at: now)
        case .heartbeat, .bye, .decide, .fold: break
        }
    }

    private mutating func refused(_ task: String?, _ code: String, _ index: Int, at now: Int64) {
        switch code {
        case "read_only":
            guard let task, let message = workers[index].said[task] else { return }
            let again = workers[index].held.first { $0.id.text == task } ?? SimulatedTask(repeating: task)
            if let again { plan(.repeat(message), again, by: index, at: now + 1_000) }
        case "unknown_session":
            if let task, let message = workers[index].said[task] { workers[index].outbox.append(message) }
            workers[index].disconnect(until: now + 1)
        default: if let task { workers[index].drop(task) }
        }
    }

    /// Somebody loses its connection, crashes, says bye, falls silent, or changes what it offers.
    mutating func depart(_ said: inout [EngineInput.Content], at now: Int64, _ chance: inout Chance) {
        let index = chance.below(workers.count)
        guard let peer = workers[index].peer, workers[index].isReady else { return }
        let number = PeerID(number: peer)
        switch chance.below(10) {
        case 0, 1, 2:
            said.append(.lost(number))
            workers[index].disconnect(until: now + chance.within(0...6_000))
        case 3, 4:
            said.append(.lost(number))
            workers[index].disconnect(until: now + chance.within(0...6_000))
            workers[index].crash()
        case 5:
            said.append(.message(.bye, number))
            workers[index].disconnect(until: now + chance.within(0...3_000))
            workers[index].held = []
        case 6: workers[index].isMuteUntil = now + 4 * workers[index].offer.heartbeatMilliseconds
        default:
            workers[index].offer = offer(workers[index].isNaive, &chance)
            if chance.happens(25) { workers[index].offer.credit = 0 }
            var offer = workers[index].offer
            offer.holding = workers[index].held.map(\.id)
            if let id = WireID("again-\(chance.below(1_000_000))") { said.append(.message(.ready(id, offer), number)) }
        }
    }

    /// Some of the actions of its participants, and how much of them it takes.
    func offer(_ isNaive: Bool, _ chance: inout Chance) -> Ready {
        let participants = isNaive ? [CallAction.naive] : CallAction.careful
        let actions = participants.flatMap(CallAction.all).filter { _ in chance.happens(85) }
        let isScarce = has(.scarcity)
        var limits: [Ready.Limit] = []
        if isScarce, chance.happens(60), let action = actions.first {
            limits.append(Ready.Limit(action: action, concurrent: chance.within(1...2), perSecond: nil))
        }
        if isScarce, chance.happens(50), let action = actions.last {
            limits.append(Ready.Limit(action: action, concurrent: nil, perSecond: Double(chance.within(1...8)) / 2))
        }
        let heartbeat = has(.departures) && chance.happens(40) ? chance.within(500...5_000) : 60_000
        return Ready(
            actions: actions, credit: isScarce ? chance.within(1...3) : chance.within(2...16), heartbeatMilliseconds: heartbeat,
            dedupes: !isNaive, limits: limits)
    }
}

extension SimulatedTask {
    /// One that is no longer held, of which only the last word is said again.
    fileprivate init?(repeating task: String) {
        guard let id = WireID(task) else { return nil }
        self.init(
            id: id, operation: "", attempt: 0, epoch: 0, direction: .do, origin: nil, timeout: 1, isNaive: false)
    }
}
