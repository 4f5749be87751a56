import Engine
import Kernel
import Wire

/// All simulated workers: what they say in each batch, and what they make of what they are told.
struct WorkerFleet {
    let seed: UInt64
    let faults: [FaultKind]
    var workers: [SimulatedWorker] = []
    var ledger = ParticipantLedger()
    /// In the order of their times; ties in the order they were made.
    private var deeds: [Deed] = []
    private var peers = 0
    private var readies = 0
    /// From here on everybody answers at once, and well.
    private(set) var isHealed = false
    let cells: [String]

    init(seed: UInt64, faults: [FaultKind], cells: [String], at now: Int64) {
        (self.seed, self.faults, self.cells) = (seed, faults, cells)
        var chance = Chance(seed, 11)
        for index in 0..<4 {
            workers.append(
                SimulatedWorker(
                    isNaive: index == 2, offer: offer(index == 2, &chance), returnsAt: now + Int64(index) * chance.within(0...800)
                ))
        }
    }

    func has(_ fault: FaultKind) -> Bool { !isHealed && faults.contains(fault) }

    /// Something is still going to be said or done.
    var isBusy: Bool { !deeds.isEmpty || workers.contains { !$0.outbox.isEmpty } }

    var nextTime: Int64? {
        let returns = workers.compactMap { $0.peer == nil ? $0.returnsAt : nil }
        return (returns + [deeds.first?.time].compactMap(\.self)).min()
    }

    // MARK: what they say

    /// Everything that workers say now, each with its connection.
    mutating func speak(at now: Int64, _ chance: inout Chance) -> [EngineInput.Content] {
        var said: [EngineInput.Content] = []
        if has(.departures), chance.happens(9) { depart(&said, at: now, &chance) }
        for index in workers.indices {
            if workers[index].peer == nil, workers[index].returnsAt <= now { connect(index, &said, &chance) }
            if workers[index].isReady { empty(index, &said) }
        }
        while let deed = deeds.first, deed.time <= now, said.count < 60 {
            deeds.removeFirst()
            perform(deed, &said, &chance)
        }
        for index in workers.indices where workers[index].isReady && workers[index].isMuteUntil <= now {
            let worker = workers[index]
            guard now - worker.spokeAt >= worker.offer.heartbeatMilliseconds / 2, let peer = worker.peer else { continue }
            workers[index].spokeAt = now
            said.append(.message(.heartbeat, PeerID(number: peer)))
        }
        return said
    }

    private mutating func connect(_ index: Int, _ said: inout [EngineInput.Content], _ chance: inout Chance) {
        peers += 1
        workers[index].peer = peers
        ready(index, &said, &chance)
    }

    /// Says what it offers, and what it still holds; now and then it has forgotten that, or names what it never had.
    private mutating func ready(_ index: Int, _ said: inout [EngineInput.Content], _ chance: inout Chance) {
        guard let peer = workers[index].peer else { return }
        var offer = workers[index].offer
        offer.holding = workers[index].held.map(\.id)
        if has(.departures), chance.happens(20) { offer.holding = offer.holding.filter { _ in chance.happens(50) } }
        if has(.strangers), chance.happens(20), let junk = WireID("99999999") { offer.holding.append(junk) }
        readies += 1
        guard let id = WireID("ready-\(readies)") else { return }
        said.append(.message(.ready(id, offer), PeerID(number: peer)))
    }

    private mutating func empty(_ index: Int, _ said: inout [EngineInput.Content]) {
        let outbox = workers[index].outbox
        workers[index].outbox = []
        for message in outbox { say(message, index, &said) }
    }

    private mutating func say(_ message: WorkerMessage, _ index: Int, _ said: inout [EngineInput.Content]) {
        if let task = message.id { workers[index].said[task.text] = message }
        guard workers[index].isReady, let peer = workers[index].peer else { return workers[index].outbox.append(message) }
        said.append(.message(message, PeerID(number: peer)))
    }

    // MARK: what they do

    private mutating func perform(_ deed: Deed, _ said: inout [EngineInput.Content], _ chance: inout Chance) {
        let (index, task) = (deed.worker, deed.task)
        guard workers[index].incarnation == deed.incarnation else { return }
        switch deed.act {
        case .effect(let refusal): _ = ledger.perform(task, refusal: refusal)
        case .answer(let refusal, let times):
            let message = message(ledger.perform(task, refusal: refusal), task)
            for _ in 0..<times { say(message, index, &said) }
            workers[index].drop(task.id.text)
        case .doubt(true):
            say(.unknown(task.id, message: "who knows"), index, &said)
            workers[index].drop(task.id.text)
        case .doubt(false): nonsense(task, index, &said, &chance)
        case .postpone(let after):
            say(.retry(task.id, afterMilliseconds: after, message: "not now"), index, &said)
            workers[index].drop(task.id.text)
        case .working: say(.working(task.id), index, &said)
        case .stranger:
            let other = (index + 1 + chance.below(workers.count - 1)) % workers.count
            guard workers[other].isReady, let peer = workers[other].peer else { return }
            let lies: [WorkerMessage] = [
                .refuse(task.id, code: "no", message: ""), .unknown(task.id, message: ""), .working(task.id),
                .retry(task.id, afterMilliseconds: 5, message: ""),
            ]
            said.append(.message(chance.pick(lies), PeerID(number: peer)))
        case .repeat(let message): say(message, index, &said)
        }
    }

    /// In each of the ways in which an answer cannot be read.
    private mutating func nonsense(
        _ task: SimulatedTask, _ index: Int, _ said: inout [EngineInput.Content], _ chance: inout Chance
    ) {
        guard workers[index].isReady, let peer = workers[index].peer else { return }
        workers[index].drop(task.id.text)
        let fault = Fault(.badRequest, "it cannot be read")
        said.append(
            chance.pick([
                .message(.done(task.id, body: Array("[1]".utf8)), PeerID(number: peer)),
                .message(.done(task.id, body: Array("{\"result\":{},\"undo\":{\"call\":7}}".utf8)), PeerID(number: peer)),
                .nonsense(task.id, fault, PeerID(number: peer)),
            ]))
    }

    private func message(_ outcome: ParticipantLedger.Outcome, _ task: SimulatedTask) -> WorkerMessage {
        switch outcome {
        case .done: .done(task.id, body: result(of: task).bytes)
        case .refused(let code): .refuse(task.id, code: code, message: "a simulated no")
        case .nothing: .retry(task.id, afterMilliseconds: 50, message: "nothing happened")
        case .unknown: .unknown(task.id, message: "a stale attempt")
        }
    }

    /// The same for every attempt of an operation; some results bring their own undo.
    private func result(of task: SimulatedTask) -> JSON {
        guard task.direction != .undo, let operation = task.direction == .do ? task.operation : task.origin else {
            return ["result": [:]]
        }
        var chance = Chance(seed, 13, Self.hash(operation))
        let result: JSON = ["n": .int(chance.within(0...99))]
        var body = JSONObject(uniqueKeysWithValues: [("result", result)])
        let kind = chance.below(100)
        let undo = JSON.string("\(task.isNaive ? "n" : "a").void")
        if kind < 10 { body.append("undo", ["call": undo, "with": ["kept": "${ as it is }"]]) }
        if kind >= 10, kind < 16 {
            let cell = JSON.string(chance.pick(cells))
            body.append("undo", ["command": "cell.add", "key": cell, "with": ["n": 1]])
        }
        return .object(body)
    }

    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: plans

    mutating func plan(_ act: Deed.Act, _ task: SimulatedTask, by worker: Int, at time: Int64) {
        let deed = Deed(time: time, worker: worker, incarnation: workers[worker].incarnation, task: task, act: act)
        deeds.insert(deed, at: deeds.firstIndex { $0.time > time } ?? deeds.count)
    }

    /// The server has ended, and with it every connection.
    mutating func serverEnded(at now: Int64, _ chance: inout Chance) {
        for index in workers.indices {
            let pause = isHealed ? 0 : chance.within(0...4_000)
            workers[index].disconnect(until: now + pause)
            if has(.departures), chance.happens(25) { workers[index].crash() }
        }
    }

    /// Faults stop: whoever is there goes, and workers with room for everything come.
    mutating func heal(at now: Int64) -> [EngineInput.Content] {
        isHealed = true
        var said: [EngineInput.Content] = []
        for index in workers.indices {
            if let peer = workers[index].peer { said.append(.lost(PeerID(number: peer))) }
            workers[index].disconnect(until: now)
            workers[index].isMuteUntil = 0
            let actions =
                workers[index].isNaive ? CallAction.all(of: CallAction.naive) : CallAction.careful.flatMap(CallAction.all)
            workers[index].offer = Ready(
                actions: actions, credit: 16, heartbeatMilliseconds: 60_000, dedupes: !workers[index].isNaive)
        }
        return said
    }
}
