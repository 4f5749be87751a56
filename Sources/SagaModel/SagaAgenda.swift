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
    /// By name, each step once.
    private var released: [Int] = []
    private let now: Int64
    private let status: SagaStatus
    /// While turning back: how many dependants of each step hold its undo back.
    private var waits: [Int]

    /// Everything that may be done now.
    public init(_ state: SagaState, at now: Timestamp) {
        round = SagaPlan.moves(state, at: now)
        self.now = now.milliseconds
        status = state.status
        waits = status == .compensating ? state.unsettledDependants() : []
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
            guard state.isFinished(step) else { return }
            for dependant in state.definition.graph.dependants[step] { release(dependant, state.definition.graph) }
        case (.compensating, .startUndo(let step)), (.compensating, .bypassUndo(let step)), (.compensating, .failUndo(let step)):
            if state.steps[step].undo.status.isEnded { settle(step, state) }
        default: break
        }
    }

    private mutating func release(_ step: Int, _ graph: Graph) {
        var (low, high) = (0, released.count)
        while low < high {
            let middle = (low + high) / 2
            if graph.isNamed(released[middle], before: step) { low = middle + 1 } else { high = middle }
        }
        if low == released.count || released[low] != step { released.insert(step, at: low) }
    }

    private mutating func beginRound(_ state: SagaState) {
        round.removeAll(keepingCapacity: true)
        position = 0
        for step in released {
            let move = status == .running ? state.forwardMove(step, at: now) : state.undoMove(step, at: now)
            if let move { round.append(move) }
        }
        released.removeAll(keepingCapacity: true)
    }

    /// A step has ended its own undo: what it needed may go when nothing else holds it back.
    private mutating func settle(_ step: Int, _ state: SagaState) {
        var settled = [step]
        while let step = settled.popLast() {
            for need in state.definition.graph.needs[step] {
                waits[need] -= 1
                guard waits[need] == 0 else { continue }
                if state.owesUndo(need) { release(need, state.definition.graph) } else { settled.append(need) }
            }
        }
    }
}
