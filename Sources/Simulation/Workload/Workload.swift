import EventLog

/// What simulated clients and operators send, drawn step by step.
///
/// Each step draws from its own chance, so that leaving out a step changes the others as little as possible: that is what
/// lets a failing run be shrunk.
struct Workload {
    let seed: UInt64
    let faults: [FaultKind]
    let cells = ["a", "b", "c", "d"]
    /// What has been sent, for repeats.
    private(set) var sent: [ClientOperation] = []
    private(set) var sagas: [String] = []
    private(set) var definitions: [SimulatedDefinition] = []
    /// Sent, and still on its way.
    private var delayed: [ClientOperation] = []

    static let repeatsKept = 400

    init(seed: UInt64, faults: [FaultKind]) {
        self.seed = seed
        self.faults = faults
        for index in 0..<2 { _ = deploy(index) }
    }

    func has(_ fault: FaultKind) -> Bool { faults.contains(fault) }

    /// What happens in step `index`. `view` shows what clients could know by now.
    mutating func step(_ index: Int, _ view: ClientView) -> SimulationStep {
        var chance = Chance(seed, 1, UInt64(index))
        var step = SimulationStep(
            clock: clock(&chance), space: .green, fate: .durable, restarts: chance.happens(1), operations: [], overlaps: false)
        // By a chance of its own, so that the rest of a seed's history stays what it was.
        var other = Chance(seed, 4, UInt64(index))
        step.overlaps = other.happens(50)
        if has(.space) { step.space = chance.weighted([(80, .green), (14, .amber), (6, .red)]) }
        if has(.full), chance.happens(6) { step.fate = .full }
        if has(.crash), chance.happens(3) { step.fate = chance.happens(50) ? .lost : .untold }
        let count = chance.weighted([(10, 0), (20, 1), (20, 3), (25, 6), (25, 10)])
        for slot in 0..<count { step.operations.append(operation("\(index).\(slot)", &chance, view)) }
        deliver(&step, &chance)
        return step
    }

    /// Some messages arrive late, and then among newer ones.
    private mutating func deliver(_ step: inout SimulationStep, _ chance: inout Chance) {
        guard has(.delays) else { return }
        let onTheirWay = delayed
        delayed = []
        var arrived = onTheirWay.filter { operation in
            let isHere = chance.happens(30)
            if !isHere { delayed.append(operation) }
            return isHere
        }
        for operation in step.operations {
            if chance.happens(12), delayed.count < 16 { delayed.append(operation) } else { arrived.append(operation) }
        }
        for index in arrived.indices.dropLast() { arrived.swapAt(index, index + chance.below(arrived.count - index)) }
        step.operations = arrived
    }

    private func clock(_ chance: inout Chance) -> ClockMove {
        if has(.clock), chance.happens(3) { return .by(chance.pick([3_600_000, -3_600_000, 86_400_000, -60_000])) }
        if has(.forgetting), chance.happens(10) { return .by(chance.within(1...40_000)) }
        return chance.weighted([
            (55, .by(chance.within(0...50))), (33, .toWakeUp), (12, .by(chance.within(50...20_000))),
        ])
    }

    private mutating func operation(_ id: String, _ chance: inout Chance, _ view: ClientView) -> ClientOperation {
        if has(.repeats), !sent.isEmpty, chance.happens(20) {
            let known = sent[max(0, sent.count - 1 - chance.below(60))]
            // Now and then the id of one message comes with the content of another.
            return chance.happens(90) ? known : ClientOperation(id: known.id, act(id, &chance, view))
        }
        let operation = ClientOperation(id: "op-\(id)", act(id, &chance, view))
        sent.append(operation)
        if sent.count > Self.repeatsKept { sent.removeFirst(Self.repeatsKept / 2) }
        return operation
    }

    private mutating func act(_ id: String, _ chance: inout Chance, _ view: ClientView) -> ClientOperation.Act {
        if has(.operators), chance.happens(22), let act = operate(&chance, view) { return act }
        if has(.deploys), chance.happens(1) { return .register(deploy(definitions.count, &chance)) }
        if chance.happens(26) { return start(id, &chance) }
        let cell = chance.pick(cells)
        let command = command(&chance)
        var expected: UInt64?
        if chance.happens(20) { expected = chance.happens(60) ? view.versions[cell] ?? 0 : UInt64(chance.below(9)) }
        if chance.happens(8) { return .submit(id: "sub-\(id)", cell: cell, command, expected: expected) }
        return .command(cell: cell, command, expected: expected)
    }

    private func command(_ chance: inout Chance) -> CellCommand {
        let number = chance.within(1...40)
        return chance.weighted([
            (48, .add(number)), (32, .take(number)), (8, .split(number % 5 + 1)), (5, .touch), (4, .refuse), (3, .break),
        ])
    }

    // MARK: sagas

    private mutating func start(_ id: String, _ chance: inout Chance) -> ClientOperation.Act {
        var order = SagaOrder(definition: chance.pick(definitions).name, flag: chance.happens(75))
        if chance.happens(10) { order.version = 1 + chance.below(2) }
        if chance.happens(2) { order.definition = "nowhere" }
        if chance.happens(2) {
            order.inline = inline(&chance)
            order.definition = order.inline?.name ?? ""
            order.version = nil
        }
        // A business key is asked for by some definitions; a start may bring one to any.
        order.key = "key-\(chance.below(6))"
        order.again = chance.happens(20)
        if chance.happens(85) {
            let reuses = !sagas.isEmpty && chance.happens(5)
            order.saga = reuses ? chance.pick(sagas) : "saga-\(id)"
            if let saga = order.saga, !reuses { sagas.append(saga) }
        }
        return .start(order)
    }

    private func inline(_ chance: inout Chance) -> SimulatedDefinition {
        var generator = DefinitionGenerator(Chance(chance.next()), cells: cells)
        return generator.definition(name: chance.pick(["inline-x", "inline-y"]), version: 1)
    }

    private func operate(_ chance: inout Chance, _ view: ClientView) -> ClientOperation.Act? {
        if chance.happens(65), !view.stuck.isEmpty {
            let (saga, step) = chance.pick(view.stuck)
            return chance.weighted([
                (50, .retry(saga: saga, step: step)), (40, .waive(saga: saga, step: step)), (5, .terminate(saga: saga)),
                (5, .cancel(saga: saga)),
            ])
        }
        guard let saga = view.live.isEmpty || chance.happens(20) ? sagas.last : chance.pick(view.live) else { return nil }
        let step = chance.pick(["a", "b", "c", "d", "nothing"])
        return chance.weighted([
            (60, .cancel(saga: saga)), (15, .terminate(saga: saga)), (10, .retry(saga: saga, step: step)),
            (10, .waive(saga: saga, step: step)), (5, .cancel(saga: "nobody")),
        ])
    }

    // MARK: definitions

    private mutating func deploy(_ index: Int) -> SimulatedDefinition {
        var chance = Chance(seed, 2, UInt64(index))
        return deploy(index, &chance)
    }

    /// A new definition, a new version of an old one, or an old one again, with its content or (refused) with another.
    private mutating func deploy(_ index: Int, _ chance: inout Chance) -> SimulatedDefinition {
        if let known = definitions.last, chance.happens(20) { return known }
        let isConflict = index > 2 && chance.happens(20)
        let isNewVersion = index > 1 && chance.happens(40)
        let name = isConflict || isNewVersion ? definitions[index % 2].name : "order-\(index)"
        let version = isConflict ? 1 : 1 + definitions.filter { $0.name == name }.count
        var generator = DefinitionGenerator(Chance(seed, 3, chance.next()), cells: cells)
        let definition = generator.definition(name: name, version: version)
        if !isConflict { definitions.append(definition) }
        return definition
    }
}

/// What clients and operators can see of the server.
struct ClientView {
    /// Versions of cells.
    var versions: [String: UInt64] = [:]
    /// Sagas that need a person, and the step they are stuck on.
    var stuck: [(saga: String, step: String)] = []
    var live: [String] = []
}
