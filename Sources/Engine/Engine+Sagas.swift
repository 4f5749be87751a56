import EventLog
import Kernel
import SagaModel
import Wire

/// Sagas in a batch: loading them, joining a finished turn, firing timers.
extension Engine {
    /// A saga by id, live or ended; only live ones stay in memory.
    func loadSaga(_ id: String, _ batch: Batch) throws -> LoadedSaga? {
        if let known = sagas[ByteKey(id)] { return known }
        if batch.hasEnded(saga: id) {
            // Nobody asks for most of them again: rather read once more than kept.
            let reader = SagaReader(library: library, registered: batch.registered)
            return try reader.load(id, batch.reader, staged: batch.entries(of: SagaTables.stream(id)))
        }
        guard var loaded = try sagaReader.load(id, batch.reader) else { return nil }
        // The row may say "stuck" of one that could not be read for a while.
        if batch.parkedSagas.contains(id) {
            loaded.shown = "stuck"
        } else if let bytes = try batch.reader.value(.sagas, SagaTables.rowKey(loaded.start)), let row = SagaRow(bytes: bytes) {
            loaded.shown = row.state
        }
        try findRows(of: &loaded, batch)
        if !loaded.state.isEnded { sagas[ByteKey(id)] = loaded }
        return loaded
    }

    /// Of sagas that are held up by the same one is named: there may be thousands, and each is looked at again every minute.
    func tell(_ id: String, cannotGoOn error: any Error, _ batch: Batch) {
        guard notices.mayTell(of: "\(error)", at: clock.uptime) else { return }
        batch.warnings.append("saga \(id) cannot go on: \(error)")
    }

    /// Makes a finished turn part of the batch: the saga's own entry first, then what its steps did, all at consecutive
    /// positions. `saga` is nil for one that has just started.
    @discardableResult
    func join(_ turn: SagaTurn, _ saga: LoadedSaga?, cause: Cause, receipt: Receipt?, _ batch: Batch) -> LoadedSaga {
        let stream = SagaTables.stream(turn.state.id)
        let start = saga?.start ?? batch.head.next.position
        let before = saga?.head ?? StreamHead(version: 0, position: 0, entryPosition: 0)
        let isEmpty = turn.events.isEmpty && receipt == nil
        let head = isEmpty ? before : batch.append(stream, after: before, events: turn.events, cause: cause, receipt: receipt)
        let actor = saga == nil ? cause.actor : saga?.actor
        joinEffects(of: turn, cause, actor: actor, batch)
        var next = LoadedSaga(
            state: turn.state, head: head, start: start, timer: SagaPlan.schedule(turn.state, at: turn.now),
            shown: turn.state.shownState, actor: actor, headers: saga?.headers ?? cause.headers, held: saga?.held ?? [],
            bytes: (saga?.bytes ?? 0) + turn.events.reduce(0) { $0 + $1.body.count })
        if turn.isCut { next.timer = turn.now.milliseconds }
        updateTables(from: saga, to: next, batch)
        updateWork(of: turn, from: saga, to: &next, entry: head.entryPosition, batch)
        keep(next, isNew: saga == nil, batch)
        if next.state.isStuck, saga?.state.isStuck != true { tell(stuck: next.state, batch) }
        return next
    }

    /// Nothing of it goes on without a person, so whoever runs the server hears of it: the code alone, for a message may hold what does
    /// not belong into a log.
    private func tell(stuck saga: SagaState, _ batch: Batch) {
        guard let error = saga.stuckError, let step = error.step else { return }
        let definition = saga.definition.name
        let isUndo = saga.definition.index(of: step).map { saga.steps[$0].undo.status == .failed } ?? false
        guard notices.mayTell(of: "stuck \(definition) \(step)", at: clock.uptime) else { return }
        batch.warnings.append(
            "saga \(saga.id) (\(definition) v\(saga.definition.version)) is stuck: \(isUndo ? "undo of " : "")\(step): \(error.failure.code);"
                + " `skald saga show \(saga.id)` tells more, `skald saga list --state stuck` which others are (told of once a minute"
                + " for each step)")
    }

    private func keep(_ saga: LoadedSaga, isNew: Bool, _ batch: Batch) {
        let id = saga.state.id
        if saga.state.isEnded || saga.state.isStuck { batch.settledSagas.append(id) }
        guard saga.state.isEnded else {
            sagas[ByteKey(id)] = saga
            return
        }
        batch.end(saga: id)
        if !isNew { sagas[ByteKey(id)] = nil }
    }

    private func joinEffects(of turn: SagaTurn, _ cause: Cause, actor: String?, _ batch: Batch) {
        guard !turn.touched.isEmpty else { return }
        var heads = turn.touched.map(\.head)
        for effect in Mutant.stepEffectLost.isActive && turn.effects.count > 1 ? turn.effects.dropLast() : turn.effects[...] {
            heads[effect.place] = batch.append(
                turn.touched[effect.place].id, after: heads[effect.place], events: effect.events,
                cause: Cause(
                    command: Mutant.causeForgotten.isActive ? cause.command : effect.operation, correlation: turn.state.id,
                    causation: cause.command, actor: actor, attempt: UInt32(clamping: effect.attempt)))
            if case .local(let resident) = turn.touched[effect.place].content { grow(resident, by: effect.events) }
        }
        for (place, head) in heads.enumerated() {
            switch turn.touched[place].content {
            case .local(let resident):
                resident.place = nil
                resident.loaded.head = head
                snapshot(&resident.loaded, turn.touched[place].id, batch)
            case .remote(let state): if head != turn.touched[place].head { keep(turn.touched[place].id, at: head, state, batch) }
            }
        }
    }

    private func updateTables(from old: LoadedSaga?, to new: LoadedSaga, _ batch: Batch) {
        let id = new.state.id
        if old?.timer != new.timer {
            batch.retimedSagas.insert(id)
            if let due = old?.timer, !Mutant.oldTimerStays.isActive { batch.write(.timers, SagaTables.timerKey(due, id), nil) }
            if let due = new.timer, !Mutant.timerNotWritten.isActive { batch.write(.timers, SagaTables.timerKey(due, id), []) }
        }
        guard old?.shown != new.shown else { return }
        batch.sagaCounts.move(from: old?.shown, to: new.shown)
        let row = SagaRow(id: id, definition: new.state.definition.name, state: new.shown)
        batch.write(.sagas, SagaTables.rowKey(new.start), row.bytes)
        if let old, let key = SagaTables.stateKey(old.shown, old.start), !Mutant.listShowsOldState.isActive {
            batch.write(.sagaStates, key, nil)
        }
        if let key = SagaTables.stateKey(new.shown, new.start) { batch.write(.sagaStates, key, []) }
    }

    /// A timer of a saga is due: does whatever its state allows now, which may be nothing.
    func fire(_ id: String, due: Int64, _ batch: Batch) {
        // It has done what it could when an answer moved its timer.
        if batch.retimedSagas.contains(id) { return }
        do {
            guard var saga = try loadSaga(id, batch), !saga.state.isEnded else {
                batch.write(.timers, SagaTables.timerKey(due, id), nil)
                return
            }
            saga.timer = due
            var turn = SagaTurn(saga, at: batch.now)
            if crashes.crashes(of: id) >= 2 {
                try handOver(&turn, batch)
            } else {
                crashes.running(id)
                defer { crashes.running(nil) }
                try advance(&turn, batch)
            }
            join(turn, saga, cause: Cause(command: "\(id)/timer", correlation: id), receipt: nil, batch)
        } catch {
            tell(id, cannotGoOn: error, batch)
            park(id, due: due, batch)
        }
    }

    /// A saga that has ended the process twice is stuck until a person asks for it to be tried again.
    func handOver(_ turn: inout SagaTurn, _ batch: Batch) throws(IllegalTransition) {
        let why = "running it has ended the server twice; mend the handler, then terminate it or repair it with retry"
        batch.warnings.append("saga \(turn.state.id) is stuck: \(why)")
        try turn.record(.stuck(step: nil, error: Failure(code: "crashed", message: why)))
    }

    /// A saga that cannot be read or continued is listed as stuck and tried again now and then: the cause may lie outside
    /// of it, such as a binary without one of its aggregates.
    func park(_ id: String, due: Int64?, _ batch: Batch) {
        let shown = batch.parkedSagas.insert(id).inserted ? sagas[ByteKey(id)]?.shown : "stuck"
        sagas[ByteKey(id)] = nil
        batch.settledSagas.append(id)
        let later = batch.now.advanced(by: EngineLimits.parkedRetry).milliseconds
        if let due { batch.write(.timers, SagaTables.timerKey(due, id), nil) }
        batch.write(.timers, SagaTables.timerKey(later, id), [])
        var start: UInt64?
        try? batch.reader.visitStream(SagaTables.stream(id), from: 1, backwards: false) { entry in
            start = entry.key.position
            return false
        }
        guard let start, let bytes = try? batch.reader.value(.sagas, SagaTables.rowKey(start)), let row = SagaRow(bytes: bytes)
        else { return }
        // What this batch has made of the row is not read back.
        let before = shown ?? row.state
        if before == "stuck" { return }
        batch.sagaCounts.move(from: before, to: "stuck")
        batch.write(.sagas, SagaTables.rowKey(start), SagaRow(id: id, definition: row.definition, state: "stuck").bytes)
        if let key = SagaTables.stateKey(before, start) { batch.write(.sagaStates, key, nil) }
        if let key = SagaTables.stateKey("stuck", start) { batch.write(.sagaStates, key, []) }
    }
}
