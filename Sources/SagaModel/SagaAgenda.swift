public import Kernel

/// The moves of one turn, kept up to date move by move.
///
///     round of moves ──performed──▶ steps they released, by name ──▶ next round … until nothing is left
///
/// What a finished step or an ended undo releases is found among its neighbours alone, so that a turn of n steps costs n,
/// where asking the plan anew after each would cost n². Holds no state, it is lent the one of the moment: a copy held here
/// would make every fold copy it all. After a failure or a turn back, and at its end, ask for a new one.
public struct SagaAgenda {
    private var round: [SagaMove]
    private var position = 0
    private var released: [Int] = []
    private let now: Timestamp
    private let status: SagaStatus
    /// While turning back: how many dependants of each step hold its undo back.
    private var waits: [Int]

    /// Everything that may be done now.
    public init(_ state: SagaState, at now: Timestamp) {
        round = SagaPlan.moves(state, at: now)
        self.now = now
        status = state.status
        waits = status == .compensating ? SagaPlan(state, now).unsettledDependants() : []
    }

    /// The next move, or nil when this agenda knows of no more.
    public mutating func next(_ state: SagaState) -> SagaMove? {
        if position == round.count { beginRound(state) }
        guard position < round.count else { return nil }
        position += 1
        return round[position - 1]
    }

    /// Call after each move, with the state it led to.
    public mutating func performed(_ move: SagaMove, _ state: SagaState) {
        switch (status, move) {
        case (.running, .start(let step)), (.running, .finishSleep(let step)):
            guard SagaPlan(state, now).isFinished(step) else { return }
            released.append(contentsOf: state.definition.graph.dependants[step])
        case (.compensating, .startUndo(let step)), (.compensating, .bypassUndo(let step)), (.compensating, .failUndo(let step)):
            if state.steps[step].undo.status.isEnded { settle(step, state) }
        default: break
        }
    }

    private mutating func beginRound(_ state: SagaState) {
        let plan = SagaPlan(state, now)
        // By name; a step that two others released stands there twice, side by side.
        if released.count > 1 { released.sort { state.definition.graph.isNamed($0, before: $1) } }
        round.removeAll(keepingCapacity: true)
        for (place, step) in released.enumerated() where place == 0 || released[place - 1] != step {
            if let move = status == .running ? plan.forwardMove(step) : plan.undoMove(step) { round.append(move) }
        }
        released.removeAll(keepingCapacity: true)
        position = 0
    }

    /// A step has ended its own undo: what it needed may go when nothing else holds it back.
    private mutating func settle(_ step: Int, _ state: SagaState) {
        let plan = SagaPlan(state, now)
        var settled = [step]
        while let step = settled.popLast() {
            for need in state.definition.graph.needs[step] {
                waits[need] -= 1
                guard waits[need] == 0 else { continue }
                if plan.owesUndo(need) { released.append(need) } else { settled.append(need) }
            }
        }
    }
}
