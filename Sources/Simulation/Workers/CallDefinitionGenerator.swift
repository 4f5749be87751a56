/// Random definitions with calls, all valid: pivots that are calls, probes, undos of every form, retries, deadlines, and
/// commands of this server between them.
struct CallDefinitionGenerator {
    /// Codes with which simulated participants refuse.
    static let codes = ["no", "sold_out", "closed"]
    private var chance: Chance
    private let cells: [String]

    init(_ chance: Chance, cells: [String]) {
        self.chance = chance
        self.cells = cells
    }

    mutating func definition(name: String) -> CallDefinition {
        let count = 1 + chance.below(chance.happens(30) ? 6 : 4)
        let pivot = chance.happens(45) ? chance.below(count) : nil
        var steps: [CallStep] = []
        for index in 0..<count { steps.append(step(index, pivot: pivot)) }
        // Names that are not in the order of the steps, because ties go by name.
        var letters = Array("abcdefgh").map(String.init)
        for index in steps.indices { steps[index].name = letters.remove(at: chance.below(letters.count)) }
        let waiting = steps.reduce(0) { $0 + $1.waiting }
        let deadline = chance.happens(35) ? max(1, waiting) + chance.within(1...15_000) : nil
        return CallDefinition(name: name, deadline: deadline, steps: steps)
    }

    private mutating func step(_ index: Int, pivot: Int?) -> CallStep {
        let isBehind = pivot.map { index > $0 } ?? false
        let isPivot = pivot == index
        var step = CallStep(work: work(isPivot: isPivot))
        step.needs = needs(index, pivot: pivot)
        (step.isBehind, step.isPivot) = (isBehind, isPivot)
        if !isPivot, !step.needs.isEmpty, chance.happens(15) { step.condition = chance.pick(step.needs) }
        guard case .call(let action) = step.work else {
            if case .command = step.work, !isPivot, !isBehind { step.undo = undo(of: step.work) }
            return step
        }
        step.isOptional = !isPivot && chance.happens(20)
        step.timeout = chance.within(200...8_000)
        step.undoTimeout = chance.within(200...8_000)
        step.retry = retry(attempts: isBehind || chance.happens(15) ? nil : 1 + chance.below(4))
        if step.retry.only.isEmpty, chance.happens(20) { step.except = [chance.pick(Self.codes)] }
        if !isPivot, !isBehind { step.undo = undo(of: step.work) }
        step.undoRetry = retry(attempts: chance.happens(50) ? nil : 1 + chance.below(3))
        if chance.happens(45) {
            var asking = retry(attempts: chance.happens(30) ? nil : 1 + chance.below(4))
            asking.only = []
            step.probe = CallStep.Probe(
                action: "\(action.prefix(1)).ask", retry: asking, timeout: chance.within(200...5_000))
        }
        return step
    }

    private mutating func work(isPivot: Bool) -> CallStep.Work {
        let kind = chance.weighted([(78, 0), (12, 1), (isPivot ? 0 : 10, 2)])
        switch kind {
        case 0: return .call("\(chance.pick(CallAction.careful + CallAction.careful + [CallAction.naive])).work")
        case 1: return .command(chance.happens(20) ? .refuse : .add(chance.within(1...3)), cell: chance.pick(cells))
        default: return .sleep(chance.within(1...4_000))
        }
    }

    private mutating func undo(of work: CallStep.Work) -> CallStep.Undo {
        let cell = chance.pick(cells)
        switch work {
        case .sleep: return .nothing
        case .command(.add(let n), let cell) where chance.happens(70): return .command(.take(n), cell: cell)
        case .command: return chance.happens(50) ? .waived : .call("a.back", isExplicit: false)
        case .call(let action):
            return chance.weighted([
                (60, .call("\(action.prefix(1)).back", isExplicit: false)),
                (15, .call("\(action.prefix(1)).back", isExplicit: true)),
                (15, .command(.add(1), cell: cell)), (10, .waived),
            ])
        }
    }

    /// Steps stand either before the pivot or behind it: a pivot needs all there is before it, and the rest needs it.
    private mutating func needs(_ index: Int, pivot: Int?) -> [Int] {
        if index == pivot { return Array(0..<index) }
        let first = pivot.map { index > $0 ? $0 + 1 : 0 } ?? 0
        let others = (first..<max(first, index)).filter { _ in chance.happens(35) }
        return (pivot.map { index > $0 ? [$0] : [] } ?? []) + others
    }

    private mutating func retry(attempts: Int?) -> SimulatedRetry {
        SimulatedRetry(
            attempts: attempts, first: chance.within(1...900), factor: chance.within(1...3), cap: chance.within(900...4_000),
            only: Self.codes.filter { _ in chance.happens(20) })
    }
}

extension CallStep {
    /// What it may wait in all: a deadline must leave as much.
    fileprivate var waiting: Int64 {
        if case .sleep(let duration) = work { return duration }
        return Int64(retry.attempts ?? 1) * retry.cap
    }
}
