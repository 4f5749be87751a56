/// Random definitions that are all valid: parallel steps, a pivot, optional and conditional ones, sleeps, retries, deadlines.
struct DefinitionGenerator {
    static let codes = ["full", "empty", "no", "conflict", "handler_failed"]
    private var chance: Chance
    private let cells: [String]
    private var steps: [SimulatedStep] = []

    init(_ chance: Chance, cells: [String]) {
        self.chance = chance
        self.cells = cells
    }

    mutating func definition(name: String, version: Int) -> SimulatedDefinition {
        let count = 1 + chance.below(chance.happens(20) ? 8 : 4)
        let pivot = chance.happens(40) ? chance.below(count) : nil
        steps = []
        for index in 0..<count { steps.append(step(index, pivot: pivot)) }
        let hasDeadline = chance.happens(40)
        let deadline = hasDeadline ? waiting() + chance.within(1...2_000) : nil
        let output = chance.happens(50) ? steps.indices.filter { _ in chance.happens(50) } : []
        return SimulatedDefinition(
            name: name, version: version, hasKey: chance.happens(25), deadline: deadline, steps: named(), output: output)
    }

    /// Names that are not in the order of the steps, because ties go by name.
    private mutating func named() -> [SimulatedStep] {
        var letters = Array("abcdefghijkl").map(String.init)
        return steps.map { step in
            var step = step
            step.name = letters.remove(at: chance.below(letters.count))
            return step
        }
    }

    private mutating func step(_ index: Int, pivot: Int?) -> SimulatedStep {
        let needs = needs(index, pivot: pivot)
        let isBehind = pivot.map { index > $0 } ?? false
        let isPivot = pivot == index
        var step = SimulatedStep(name: "", needs: needs, condition: condition(needs), action: .sleep(1), undo: .nothing)
        step.isPivot = isPivot
        if !isPivot, chance.happens(15) {
            step.action = .sleep(chance.within(1...3_000))
            return step
        }
        let command = command()
        step.action = .command(command, cell: cell())
        step.isOptional = !isPivot && chance.happens(20)
        step.retry = retry(isBehind: isBehind)
        if chance.happens(15) {
            // Of cells that are seldom used, so that the version is often right.
            step.action = .command(command, cell: "e\(chance.below(12))")
            step.expect = UInt64(chance.happens(70) ? 0 : chance.below(4))
        }
        if !isPivot, !isBehind { step.undo = undo(of: command) }
        return step
    }

    /// Commands stand either before the pivot or behind it: a pivot needs all there is before it, and the rest needs it.
    private mutating func needs(_ index: Int, pivot: Int?) -> [Int] {
        if index == pivot { return Array(0..<index) }
        guard let pivot, index > pivot else { return (0..<index).filter { _ in chance.happens(45) } }
        return [pivot] + (pivot + 1..<max(index, pivot + 1)).filter { _ in chance.happens(45) }
    }

    private mutating func condition(_ needs: [Int]) -> SimulatedStep.Condition? {
        guard chance.happens(20) else { return nil }
        guard let need = needs.last, chance.happens(60) else { return .flag }
        return .status(step: need, is: chance.pick(["completed", "failed", "skipped"]))
    }

    /// Often one that the saga already tracks, where the version it expects is the one its own step left.
    private mutating func cell() -> String {
        let tracked = steps.compactMap { step in
            if step.expect != nil, case .command(_, let cell) = step.action { cell } else { nil }
        }
        return tracked.isEmpty || chance.happens(50) ? chance.pick(cells) : chance.pick(tracked)
    }

    private mutating func command() -> CellCommand {
        let number = chance.within(1...30)
        return chance.weighted([
            (45, .add(number)), (30, .take(number)), (10, .split(number % 4 + 1)), (5, .touch), (7, .refuse), (3, .break),
        ])
    }

    private mutating func undo(of command: CellCommand) -> SimulatedStep.Undo {
        if chance.happens(15) { return .waived }
        let reverse: CellCommand =
            switch command {
            case .add(let n), .split(let n): .take(n)
            case .take(let n): .add(n)
            case .touch, .refuse, .break: .touch
            }
        let undo = chance.happens(10) ? chance.pick([.refuse, .break]) : reverse
        let only = Self.codes.filter { _ in chance.happens(25) }
        let retry = SimulatedRetry(
            attempts: chance.happens(50) ? 1 + chance.below(3) : nil, first: chance.within(1...900), factor: chance.within(1...3),
            cap: chance.within(900...5_000), only: only)
        return .command(undo, retry)
    }

    private mutating func retry(isBehind: Bool) -> SimulatedRetry {
        let only = chance.happens(45) ? Self.codes.filter { _ in chance.happens(35) } : []
        if only.isEmpty, !isBehind { return .once }
        return SimulatedRetry(
            attempts: isBehind ? nil : 2 + chance.below(3), first: chance.within(1...1_500), factor: chance.within(1...3),
            cap: chance.within(1_500...6_000), only: only)
    }

    /// What all steps may wait for together: a deadline must leave as much.
    private func waiting() -> Int64 {
        steps.reduce(0) { sum, step in
            if case .sleep(let duration) = step.action { return sum + duration }
            return sum + Int64(step.retry.attempts ?? 1) * step.retry.cap
        }
    }
}
