import Engine
import Kernel
import SagaModel
import Wire

/// Who is connected with what, as workers and server have told each other; and whether tasks are handed out by the rules.
struct DispatchAudit {
    private struct Desk {
        var offer: Ready
        /// What it offered within the batch under way: what counted when a task was handed out is not known more closely.
        var offers: [Ready]
    }

    private var desks: [Int: Desk] = [:]

    /// The server has ended.
    mutating func reset() { desks = [:] }

    var connected: [Int] { desks.keys.sorted() }

    /// After a batch: takes in who came and went, hands tasks to who they were given to, and checks each.
    mutating func check(
        _ frames: [(peer: Int, push: WorkerPush)], _ departed: [Int], _ talk: Talk, _ history: inout WorkerHistory, epoch: UInt64
    ) throws(SimulationFailure) {
        for peer in desks.keys { if let offer = desks[peer]?.offer { desks[peer]?.offers = [offer] } }
        var welcomed: [Int] = []
        for (peer, push) in frames {
            guard case .welcome(let id, _) = push, let (speaker, ready) = talk.offers[id.text] else { continue }
            try require(speaker == peer, "connection \(peer) is welcomed for what \(speaker) said")
            welcomed.append(peer)
            desks[peer] = Desk(offer: ready, offers: (desks[peer]?.offers ?? []) + [ready])
            for task in ready.holding where !isGone(task, peer, frames) { history.hand(task.text, to: peer) }
        }
        var given: [String: Int] = [:]
        for (peer, push) in frames {
            if case .action(let task) = push { try hand(task, to: peer, &given, &history, epoch) }
        }
        for task in history.begun {
            try require(history.tasks[task]?.wasGiven == true, "task \(task) has begun and was given to nobody")
        }
        for peer in Set(given.values).sorted() { try checkRoom(peer, talk, history) }
        try checkLimits(given, talk, departed, history)
        // One that fell silent may have come back in the same batch.
        for peer in departed where !welcomed.contains(peer) { desks[peer] = nil }
        for peer in talk.left { desks[peer] = nil }
    }

    /// It was told that this task is no longer open.
    private func isGone(_ task: WireID, _ peer: Int, _ frames: [(peer: Int, push: WorkerPush)]) -> Bool {
        frames.contains { frame in
            guard case .error(task, "gone", _, _) = frame.push else { return false }
            return frame.peer == peer
        }
    }

    private mutating func hand(
        _ task: ActionTask, to peer: Int, _ given: inout [String: Int], _ history: inout WorkerHistory, _ epoch: UInt64
    ) throws(SimulationFailure) {
        let id = task.task.text
        guard let known = history.tasks[id], history.begun.contains(id), !known.wasGiven, let desk = desks[peer] else {
            throw failure("task \(id) is given to \(peer), but it has not just begun, was given before, or nobody is there")
        }
        try require(
            desk.offers.contains { $0.actions.contains(task.action) }, "task \(id): \(peer) does not offer \(task.action)")
        let isRight =
            known.action == task.action && known.operation == task.operation && known.number == Int(task.attempt)
            && known.direction.rawValue == task.direction.rawValue && known.saga == task.saga && known.step == task.step
            && known.timeout == task.deadlineMilliseconds && task.epoch == epoch
        try require(isRight, "task \(id) of \(known.operation) says something else: \(task)")
        try checkBody(task, history)
        given[id] = peer
        history.tasks[id]?.wasGiven = true
        history.hand(id, to: peer)
    }

    /// An undo and a probe name the operation they are about, with what it was sent and what came of it.
    private func checkBody(_ task: ActionTask, _ history: WorkerHistory) throws(SimulationFailure) {
        let body = (try? JSON.parse(task.body)) ?? .null
        guard task.direction != .do else { return try require(body["do"] == nil, "a do with an origin") }
        guard let saga = history.sagas[task.saga], let index = saga.state.definition.index(of: task.step) else { return }
        let step = saga.state.steps[index]
        let isRight =
            body["do"]?["operation"]?.stringValue == saga.state.operationID(ofStep: index)
            && body["do"]?["input"] == (step.call?.input ?? [:])
        try require(isRight, "task \(task.task.text) does not say which operation it is about")
        guard task.direction == .undo else { return }
        let result = step.status == .completed ? step.result : .null
        try require(body["do"]?["result"] == result, "task \(task.task.text) undoes another result than \(result)")
    }

    /// Never beyond its credit; and what is kept for undos and probes is kept.
    private func checkRoom(_ peer: Int, _ talk: Talk, _ history: WorkerHistory) throws(SimulationFailure) {
        guard let desk = desks[peer], !talk.offers.values.contains(where: { $0.peer == peer }) else { return }
        let held = history.open.filter { $0.holder == peer }
        let credit = Int(desk.offer.credit)
        try require(held.count <= credit, "connection \(peer) holds \(held.count) tasks, its credit is \(credit)")
        let isGivenForward = history.begun.contains { history.tasks[$0]?.holder == peer && history.tasks[$0]?.direction == .do }
        let forward = held.count { $0.direction == .do }
        let kept = credit >= 2 ? max(1, credit / 8) : 0
        try require(
            !isGivenForward || forward <= credit - kept,
            "connection \(peer) holds \(forward) forward tasks of \(credit), \(kept) are kept")
    }

    /// The smallest limit of those connected holds for all of them together.
    private func checkLimits(
        _ given: [String: Int], _ talk: Talk, _ departed: [Int], _ history: WorkerHistory
    ) throws(SimulationFailure) {
        guard talk.offers.isEmpty, departed.isEmpty else { return }
        for action in Set(given.keys.compactMap { history.tasks[$0]?.action }).sorted() {
            let limits = desks.values.flatMap { desk in
                desk.offer.actions.contains(action)
                    ? desk.offer.limits.filter { $0.action == action }.compactMap(\.concurrent) : []
            }
            guard let limit = limits.min() else { continue }
            let count = history.open.count { $0.action == action }
            try require(count <= Int(limit), "\(count) attempts of \(action) are open, \(limit) may be")
        }
    }

    /// What the pool believes of tasks and credit is what has happened.
    func check(_ engine: Engine, _ history: inout WorkerHistory) throws(SimulationFailure) {
        for task in history.open { if let peer = task.holder, desks[peer] == nil { history.hand(task.id, to: nil) } }
        let open = history.open
        let believed = engine.heldTasks
        let missing = open.first { believed[$0.id] == nil }
        try require(
            missing == nil, "task \(missing?.id ?? "") of \(missing?.operation ?? "") is open, and the pool has let it go")
        let extra = believed.keys.sorted().first { id in !open.contains { $0.id == id } }
        try require(extra == nil, "the pool keeps task \(extra ?? ""), which is over")
        for task in open {
            let holder = believed[task.id].flatMap { $0 }?.number
            try require(
                holder == task.holder,
                "task \(task.id) is with \(String(describing: holder)), not \(String(describing: task.holder))")
        }
        for peer in connected {
            let held = open.count { $0.holder == peer }
            let inUse = engine.creditInUse(of: PeerID(number: peer))
            try require(
                inUse == held, "connection \(peer) holds \(held) tasks, the pool counts \(inUse.map(String.init) ?? "nobody")")
        }
    }

    private func failure(_ what: String) -> SimulationFailure { SimulationFailure(rule: "dispatch", what) }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw failure(what()) }
    }
}
