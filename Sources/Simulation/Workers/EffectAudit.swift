import SagaModel

/// When all has come to rest: what participants have really done, against what each saga says of it.
struct EffectAudit {
    let ledger: ParticipantLedger
    let history: WorkerHistory

    func check() throws(SimulationFailure) {
        for operation in ledger.rows.keys.sorted() where !isNaive(operation) {
            let row = ledger.row(operation)
            try require(
                row.effects <= 1 && row.reversals <= row.effects, "\(operation): \(row.effects) effects, \(row.reversals) undone")
        }
        for id in history.ids { if let saga = history.sagas[id] { try check(saga) } }
    }

    private func isNaive(_ operation: String) -> Bool {
        let parts = operation.split(separator: "/")
        guard parts.count == 3, let saga = history.sagas[String(parts[0])] else { return false }
        return saga.isNaive(String(parts[1]))
    }

    private func check(_ saga: WatchedSaga) throws(SimulationFailure) {
        guard [.completed, .compensated].contains(saga.state.status) else { return }
        for (index, step) in saga.definition.steps.enumerated() {
            guard saga.isCall(step.name) else { continue }
            let state = saga.state.steps[index]
            let row = ledger.row(saga.state.operationID(ofStep: index))
            let place =
                "saga \(saga.id) is \(saga.state.status.rawValue), step \(step.name) \(state.status.rawValue), its undo \(state.undo.status.rawValue)"
            if saga.isNaive(step.name) {
                try require(state.status != .completed || row.effects > 0, "\(place), and it was never done")
                continue
            }
            for generation in 1..<max(1, state.generation) {
                let refused = ledger.row("\(saga.id)/\(step.name)/do\(generation > 1 ? "~\(generation)" : "")")
                try require(refused.effects == 0, "\(place): generation \(generation) was refused and has an effect")
            }
            try check(state, row, saga, index, place)
        }
    }

    private func check(
        _ state: StepState, _ row: ParticipantLedger.Row, _ saga: WatchedSaga, _ index: Int, _ place: String
    ) throws(SimulationFailure) {
        switch state.status {
        case .completed:
            try require(row.effects == 1, "\(place), and it has \(row.effects) effects")
            try checkUndo(state, row, saga, index, place)
        case .failed where state.certainty == .maybe: try checkUndo(state, row, saga, index, place)
        default: try require(row.effects == 0, "\(place), and it has an effect")
        }
    }

    private func checkUndo(
        _ state: StepState, _ row: ParticipantLedger.Row, _ saga: WatchedSaga, _ index: Int, _ place: String
    ) throws(SimulationFailure) {
        let undo = saga.state.operationID(ofUndo: index)
        switch (state.undo.status, state.undo.command?.participant.isWorker) {
        case (.undone, true?):
            try require(row.reversals == row.effects, "\(place): \(row.effects) effects, \(row.reversals) undone")
        // A person has settled it, whatever an attempt before has done.
        case (.waived, _): break
        case (.undone, _): try require(history.effects.contains(undo), "\(place), and \(undo) had no effect")
        default: try require(row.reversals == 0, "\(place), and it was undone")
        }
    }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: "effects", what()) }
    }
}
