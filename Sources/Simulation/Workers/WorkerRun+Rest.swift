import Engine
import EventLog
import Kernel
import SagaModel

/// How a run with workers ends: faults stop, good workers come for every action, and every saga must end.
extension WorkerRun {
    /// Batches, and milliseconds, that a run may need to come to rest.
    static let restLimit = 400
    static let restTime: Int64 = 6 * 3_600_000

    func rest() throws {
        var chance = Chance(options.seed, 22)
        let end = time + Self.restTime
        var said = fleet.heal(at: time)
        trace?("at rest")
        for _ in 0..<Self.restLimit {
            said += fleet.speak(at: time, &chance)
            try process(said, [], .green, &chance)
            said = []
            if isAtRest { break }
            pass(untilNext ?? 1_000)
            if time > end { break }
        }
        for saga in history.live {
            try require(
                Self.isSettled(saga.state), "liveness",
                "saga \(saga.id) (\(saga.definition.name)) is \(saga.state.shownState), and does not come to an end")
        }
        try restart(&chance)
        try EffectAudit(ledger: fleet.ledger, history: history).check()
    }

    private var isAtRest: Bool { !fleet.isBusy && history.live.allSatisfy { Self.isSettled($0.state) } }

    /// Ended, or stuck on a step with a name and nothing else to do.
    private static func isSettled(_ state: SagaState) -> Bool {
        if state.isEnded { return true }
        let isQuiet = SagaPlan.wakeUp(state) == nil && SagaPlan.moves(state, at: state.updatedAt).isEmpty
        return state.isStuck && state.stuckError?.step != nil && isQuiet
    }
}

extension TableAudit.Row {
    /// A saga with workers: one that waits for them has no timer.
    init(_ state: SagaState, at now: Timestamp) {
        self.init(
            id: state.id, shown: state.shownState, isEnded: state.isEnded, isStuck: state.isStuck,
            waitsForWorker: !SagaPlan.offers(state, at: now).isEmpty)
    }
}
