public import Kernel

/// Walks every interleaving of outcomes of a definition, breadth first, and holds `SagaRules` against each.
///
///     row of words → SagaState → actions → real plan, policies and fold → SagaState → row …
///
/// Between any two moves anything may happen: an answer, a timer, a cancel, the deadline. What is walked knows no data, so
/// the states are few, and every run of a real saga is among the paths. Costs seconds for large graphs: for the command line,
/// never for a server's writer.
public struct DefinitionWalk: Sendable {
    private let walker: Walker
    private let code: WalkCode
    private let limit: Int

    /// `asWorkers`: every participant may be lost, late or slow, as if it were outside this server. `moves` is there to show
    /// what the walk finds when a plan is wrong.
    public init(
        _ definition: Definition, asWorkers: Bool = false, limit: Int = DefinitionLimits.walkStates,
        moves: @escaping @Sendable (SagaState, Timestamp) -> [SagaMove] = { SagaPlan.moves($0, at: $1) }
    ) {
        let walked = WalkedDefinition(definition, asWorkers: asWorkers)
        walker = Walker(walked: walked, asWorkers: asWorkers, moves: moves)
        code = WalkCode(walked.definition)
        self.limit = min(limit, DefinitionLimits.walkCells / code.width)
    }

    /// Ends when every state has been seen, a promise is broken, or `limit` states were met.
    public func run() -> WalkReport { explored().report }

    /// The report, and every state that was met.
    func explored() -> (report: WalkReport, table: WalkTable) {
        var report = WalkReport(walker.walked.definition, asWorkers: walker.asWorkers)
        var table = WalkTable(width: code.width)
        var trail = WalkTrail()
        _ = table.insert(code.row(code.first))
        trail.add(from: 0, WalkAction(.move))
        var current = 0
        while current < table.count {
            if table.count > limit {
                report.isComplete = false
                break
            }
            let state = code.state(table.row(current))
            if let broken = expand(state, current, &table, &trail, &report) {
                report.violation = WalkFinding(
                    what: broken.what, step: nil, path: path(to: current, broken.action, table, trail))
                break
            }
            current += 1
        }
        report.states = table.count
        report.findings = report.stuckAt.map { place in
            WalkFinding(what: place.why, step: place.step, path: path(to: place.state, place.action, table, trail))
        }
        return (report, table)
    }

    private func expand(
        _ state: SagaState, _ current: Int, _ table: inout WalkTable, _ trail: inout WalkTrail, _ report: inout WalkReport
    ) -> (what: String, action: WalkAction?)? {
        if state.isEnded {
            report.count(end: state)
            return nil
        }
        if SagaTransition.next(state.status, .terminated) != .terminated { return ("the saga cannot be terminated", nil) }
        var isMoving = false
        let first = walker.firstMove(state)
        for action in walker.actions(state, first) {
            guard let next = walker.next(state, action, first) else { continue }
            isMoving = isMoving || ![.cancel, .deadline, .late].contains(action.kind)
            report.transitions += 1
            if let broken = next.broken { return (broken, action) }
            for event in next.events { report.note(event, next.state, current, action) }
            if table.insert(code.row(next.state)) { trail.add(from: current, action) }
        }
        guard first == nil else { return nil }
        if let broken = SagaRules.brokenAtRest(state) { return (broken, nil) }
        if isMoving { return nil }
        report.count(end: state)
        return brokenInHands(of: state).map { ($0, nil) }
    }

    /// A stuck saga must go on when a person has its step tried again.
    private func brokenInHands(of state: SagaState) -> String? {
        guard state.isStuck, let step = state.stuckError?.step else { return "nothing can move the saga" }
        var repaired = state
        let event = SagaEvent.repaired(step: step, action: "retry", reason: "", actor: nil)
        do throws(IllegalTransition) { try repaired.apply(event, at: WalkCode.now) } catch {
            return "the saga is stuck on '\(step)' and cannot be repaired: \(error.description)"
        }
        return walker.firstMove(repaired) == nil ? "a repair of '\(step)' moves nothing" : nil
    }

    /// The shortest way to a state, and one action further.
    private func path(to state: Int, _ last: WalkAction?, _ table: WalkTable, _ trail: WalkTrail) -> [WalkStep] {
        var way = trail.way(to: state)
        if let last { way.append((state, last)) }
        return way.map { from, action in
            let state = code.state(table.row(from))
            let next = walker.next(state, action, walker.firstMove(state))
            return WalkStep(action: action, events: next?.events ?? [])
        }
    }
}

/// How each state was first met: an action from an earlier one.
struct WalkTrail {
    private var parents: [UInt32] = []
    private var actions: [UInt32] = []

    mutating func add(from state: Int, _ action: WalkAction) {
        parents.append(UInt32(state))
        actions.append(action.code)
    }

    /// The states and actions from the first state to this one.
    func way(to state: Int) -> [(from: Int, action: WalkAction)] {
        var way: [(from: Int, action: WalkAction)] = []
        var state = state
        while state != 0, let action = WalkAction(code: actions[state]) {
            let parent = Int(parents[state])
            way.append((parent, action))
            state = parent
        }
        return way.reversed()
    }
}
