/// One saga of the model.
///
///     running ── all steps finished ──▶ completed
///        └── failure, cancel, deadline ──▶ compensating ── all undone ──▶ compensated
///
/// A turn does all that is possible now. What follows by itself (`settle`) has no choice in it and comes first;
/// then one step, or one undo, of those that are ready is tried: the one that the engine took.
struct OracleSaga: Sendable {
    /// One choice, in the words of `OracleBatch.order`.
    enum Move: String {
        case start = "do"
        case skip, wake, undo
    }

    /// What a step waits for, and how often it was tried since a person last forgave it.
    struct Trial: Sendable {
        var due: Int64?
        var attempts = 0
        var undoAttempts = 0
    }

    let definition: SimulatedDefinition
    let dependants: [[Int]]
    let flag: Bool
    /// Of the input, whether or not the definition makes it the business key.
    let inputKey: String?
    /// The definition, when the start brought it along.
    let inline: SimulatedDefinition?
    let deadline: Int64?
    var picture: SagaPicture
    var trials: [Trial]
    /// Cells under `expect` → the version that this saga's last completed step left there.
    var tracked: [String: UInt64] = [:]
    /// When the next turn is due; nil: not by time.
    private(set) var due: Int64?

    init(id: String, definition: SimulatedDefinition, order: SagaOrder, at now: Int64) {
        self.definition = definition
        dependants = definition.dependants
        flag = order.flag
        inputKey = order.key
        inline = order.inline
        deadline = definition.deadline.map { now + $0 }
        picture = SagaPicture(
            id: id, definition: definition.name, version: definition.version, key: definition.hasKey ? order.key : nil,
            steps: definition.steps.map { SagaPicture.Step(name: $0.name) })
        trials = definition.steps.map { _ in Trial() }
    }

    var steps: Range<Int> { definition.steps.indices }

    var hasEnded: Bool { ["completed", "compensated", "terminated"].contains(picture.status) }

    /// What lists and views show.
    var shownState: String { picture.isStuck ? "stuck" : picture.status }

    /// Does everything that is possible now.
    mutating func turn(at now: Int64, on cells: inout OracleCells, _ order: inout OracleOrder) throws(Disagreement) {
        while true {
            while settle(at: now) {}
            let ready = steps.compactMap { step in move(step, at: now).map { (move: $0, step: step) } }
            if ready.isEmpty { break }
            let names = ready.map { "\($0.move.rawValue):\(definition.steps[$0.step].name)" }
            let (choice, chosen) = ready[try order.next(of: names, in: picture.id)]
            make(choice, chosen, at: now, on: &cells)
        }
        due = nextDue
    }

    /// What may be done with a step now; nil for nothing.
    private func move(_ step: Int, at now: Int64) -> Move? {
        if picture.status == "compensating" { return mayUndo(step, at: now) ? .undo : nil }
        guard picture.status == "running" else { return nil }
        switch picture.steps[step].status {
        case "running": return isDue(step, at: now) ? .wake : nil
        case "retrying": return isDue(step, at: now) ? .start : nil
        case "pending": return definition.steps[step].needs.allSatisfy(isFinished) ? isWanted(step) ? .start : .skip : nil
        default: return nil
        }
    }

    private mutating func make(_ move: Move, _ step: Int, at now: Int64, on cells: inout OracleCells) {
        switch move {
        case .start: start(step, at: now, on: &cells)
        case .skip: picture.steps[step].status = "skipped"
        case .wake: wake(step)
        case .undo: undo(step, at: now, on: &cells)
        }
    }

    /// Takes one move that follows by itself; false when there is none.
    private mutating func settle(at now: Int64) -> Bool {
        switch picture.status {
        case "running": settleForward(at: now)
        case "compensating": settleBack()
        default: false
        }
    }

    mutating func getStuck(on step: Int) {
        picture.isStuck = true
        picture.stuckStep = definition.steps[step].name
        picture.error = picture.error ?? picture.steps[step].error
    }

    private var nextDue: Int64? {
        switch picture.status {
        case "running":
            let waits = steps.compactMap { trials[$0].due }
            return (waits + (hasPassedPivot ? [] : [deadline].compactMap { $0 })).min()
        case "compensating":
            return steps.filter { picture.steps[$0].undo == "undo_retrying" && isFreeToUndo($0) }.compactMap { trials[$0].due }
                .min()
        default:
            return nil
        }
    }
}
