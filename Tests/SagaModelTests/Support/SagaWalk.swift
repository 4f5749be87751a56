import Kernel
import SagaModel

/// One random saga run to its end by random participants, a random cancel and a few random repairs, watching the rules.
struct SagaWalk {
    private(set) var saga: ScriptedSaga
    /// Rules that were broken; none, one hopes.
    private(set) var broken: [String] = []
    private var random: SplitMix
    private var repairs: Int
    private let cancelAt: Int

    init(_ seed: UInt64) {
        random = SplitMix(seed: seed)
        saga = ScriptedSaga(Self.definition(&random))
        repairs = random.below(3)
        cancelAt = random.chance(30) ? random.below(12) : .max
    }

    /// Needs point only backwards, so there is no cycle; with a pivot every step with an effect is ordered with it.
    private static func definition(_ random: inout SplitMix) -> Definition {
        let count = 1 + random.below(6)
        let pivot = random.chance(50) ? random.below(count) : nil
        var steps: [Step] = []
        for index in 0..<count {
            var needs = (0..<index).filter { _ in random.chance(40) }
            if let pivot, index == pivot { needs = Array(0..<index) }
            if let pivot, index > pivot, !needs.contains(pivot) { needs.append(pivot) }
            let name = "\("zyxwvu".dropFirst(index).first!)\(index)"
            guard index == pivot || !random.chance(15) else {
                steps.append(Sketch.sleep(name, Int64(1 + random.below(500)), needs: needs))
                continue
            }
            let isBehind = pivot.map { index > $0 } ?? false
            if random.chance(40) {
                steps.append(call(name, needs, isPivot: index == pivot, isBehind: isBehind, &random))
                continue
            }
            steps.append(
                Sketch.step(
                    name, needs: needs, if: random.chance(10) ? .literal(false) : nil,
                    undo: isBehind || index == pivot ? .nothing : undo(&random), pivot: index == pivot,
                    optional: index != pivot && random.chance(20),
                    retry: isBehind ? Sketch.patient : Sketch.tries(1 + random.below(3), only: random.chance(30) ? ["no"] : nil)))
        }
        return Sketch.definition(steps, deadline: random.chance(30) ? Int64(1 + random.below(1_000)) : nil)
    }

    private static func call(
        _ name: String, _ needs: [Int], isPivot: Bool, isBehind: Bool, _ random: inout SplitMix
    ) -> Step {
        let undo: Undo? = isBehind ? .nothing : isPivot ? nil : random.chance(20) ? .waived(because: "harmless") : Sketch.back()
        let retry = isBehind ? Sketch.patient : Sketch.tries(1 + random.below(3), only: random.chance(30) ? ["no"] : nil)
        return Sketch.call(
            name, needs: needs, undo: undo, pivot: isPivot, optional: !isPivot && random.chance(20), retry: retry,
            timeout: Int64(50 + random.below(500)),
            probe: random.chance(50) ? Sketch.probe(Sketch.tries(1 + random.below(2))) : nil)
    }

    private static func undo(_ random: inout SplitMix) -> Undo {
        switch random.below(4) {
        case 0: .waived(because: "harmless")
        case 1: Sketch.reverse(Sketch.tries(1 + random.below(3)))
        default: Sketch.reverse()
        }
    }

    mutating func go() throws {
        for turn in 0..<2_000 {
            if turn == cancelAt, !saga.state.isEnded, !saga.state.isPastPivot, saga.state.status == .running {
                try saga.record(.cancelRequested(reason: "walk", actor: nil))
            }
            if try turnOnce() { continue }
            guard !saga.state.isEnded, repairs > 0, saga.state.isStuck else { return }
            repairs -= 1
            try repair()
        }
        broken.append("no end after 2,000 turns")
    }

    /// Performs what can be done, answers one held attempt, or lets time pass; false when nothing is left to do.
    private mutating func turnOnce() throws -> Bool {
        let held = saga.state.steps.indices.filter(isHeld)
        if let move = saga.moves.first, held.isEmpty || random.chance(70) {
            watch(move)
            hold(move)
            try saga.perform(move)
            return true
        }
        if saga.moves.isEmpty, let broken = SagaRules.brokenAtRest(saga.state) { self.broken.append(broken) }
        if let due = SagaPlan.wakeUp(saga.state, after: saga.now), random.chance(20) {
            try advance(to: due)
            return true
        }
        if let index = held.isEmpty ? nil : held[random.below(held.count)] {
            try answer(index)
            return true
        }
        guard saga.moves.isEmpty else { return true }
        guard let due = saga.wakeUp else { return false }
        if due <= saga.now.milliseconds { broken.append("a timer is due and there is nothing to do") }
        try advance(to: due)
        return true
    }

    private mutating func advance(to due: Int64) throws {
        // Performs nothing itself: the moves are taken one by one above.
        let moved = saga.now.advanced(by: max(1, due - saga.now.milliseconds))
        saga.moveClock(to: moved)
    }

    private func isHeld(_ index: Int) -> Bool {
        let step = saga.state.steps[index]
        if step.undo.status == .undoing || step.probe.isOpen { return true }
        return step.status == .running && saga.state.definition.steps[index].hasEffect
    }

    private mutating func hold(_ move: SagaMove) {
        saga.random = random.next()
        if case .start(let index) = move { saga.holding.insert(saga.state.definition.steps[index].name) }
        if case .probe(let index) = move { saga.holding.insert("probe " + saga.state.definition.steps[index].name) }
        if case .startUndo(let index) = move { saga.holding.insert("undo " + saga.state.definition.steps[index].name) }
    }

    private mutating func answer(_ index: Int) throws {
        var outcomes: [StepOutcome] = [.done, .done, .done, .no, .later, .lost]
        if saga.state.definition.steps[index].action.isCall {
            outcomes.append(.done(result: [:], version: nil, undo: UndoCommand(.worker(action: "far.own"), body: [:])))
        }
        let outcome = outcomes[random.below(outcomes.count)]
        let step = saga.state.steps[index]
        let (operation, attempt) =
            step.undo.status == .undoing
            ? (saga.state.operationID(ofUndo: index), step.undo.attempts)
            : step.probe.isOpen
                ? (saga.state.operationID(ofProbe: index), step.probe.attempts)
                : (saga.state.operationID(ofStep: index), step.attempts)
        let answer = SagaAnswer(operation: operation, attempt: attempt, outcome: outcome)
        switch saga.state.verdict(on: answer, at: saga.now, random: random.next()) {
        case .counts(let event): try saga.record(event)
        case .ignored: broken.append("the answer to an attempt that is held does not count")
        }
    }

    private mutating func repair() throws {
        for (index, step) in saga.state.steps.enumerated() {
            let name = saga.state.definition.steps[index].name
            if step.undo.status == .failed {
                let waive = random.chance(50)
                return try saga.record(
                    waive
                        ? .undoWaived(step: name, reason: "walk", actor: nil)
                        : .repaired(step: name, action: "retry", reason: "walk", actor: nil))
            }
            if step.status == .failed, saga.state.isPastPivot, !saga.state.definition.steps[index].isOptional {
                return try saga.record(.repaired(step: name, action: "retry", reason: "walk", actor: nil))
            }
        }
    }

    /// The rules, checked before each move is made.
    private mutating func watch(_ move: SagaMove) {
        let state = saga.state
        switch move {
        case .start(let index):
            if state.status != .running { broken.append("a step starts while \(state.status)") }
            let waits = state.definition.steps[index].needs.filter { !isFinished($0) }
            if !waits.isEmpty { broken.append("step \(index) starts before \(waits)") }
        case .startUndo(let index):
            let step = state.steps[index]
            if step.status != .completed, step.certainty != .maybe { broken.append("an undo of what was never done") }
            if state.isPastPivot, state.status == .compensating { broken.append("a roll-back behind the pivot") }
            let open = state.definition.steps.indices.filter { state.definition.graph.isAfter($0, index) && owes($0) }
            if !open.isEmpty { broken.append("step \(index) is undone before \(open)") }
            if state.status == .compensating, state.steps.contains(where: { $0.status.isOpen }) {
                broken.append("an undo while a step is open")
            }
        case .turnBack: if state.isPastPivot || state.isPivotInDoubt { broken.append("the saga turns back past its pivot") }
        default: break
        }
    }

    private func isFinished(_ index: Int) -> Bool {
        let step = saga.state.steps[index]
        let isForgiven = saga.state.definition.steps[index].isOptional && step.status == .failed
        let isSafe = step.certainty != .maybe || [.undone, .waived, .bypassed].contains(step.undo.status)
        return step.status == .completed || step.status == .skipped || isForgiven && isSafe
    }

    private func owes(_ index: Int) -> Bool { saga.state.needsUndo(index) && !saga.state.steps[index].undo.status.isEnded }
}
