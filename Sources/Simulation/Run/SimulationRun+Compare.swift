import Engine
import EventLog
import Kernel
import SagaModel
import Wire

/// Engine against oracle.
extension SimulationRun {
    func compare(_ output: EngineOutput, _ expected: [ClientReply], _ batch: OracleBatch) throws {
        let sent = batch.operations
        try require(output.answers.count == sent.count, "replies", "\(output.answers.count) replies to \(sent.count) messages")
        let time = server.clock.milliseconds
        for (tag, answer) in output.answers.map({ ($0.tag, $0.answer) }) {
            let reply = try ClientReply(answer, to: sent[tag].act)
            if let id = WireID(sent[tag].id) { history.note(reply, answer.encoded(for: id), to: sent[tag]) }
            try require(
                reply == expected[tag], "replies", "to \(sent[tag]) the engine says \(reply), the oracle \(expected[tag])")
            // A repeat is remembered from the first time on.
            if !batch.remembered.contains(sent[tag].id) { ledger.told(answer, to: sent[tag], at: time) }
        }
    }

    /// Whatever the batch has touched; all else cannot have changed, for the log only grows.
    func compareTouched(sagas: [String], cells: [String]) throws {
        try server.checkCounts()
        try server.log.read { reader in
            for id in sagas {
                if let state = server.engine.residentSaga(id) {
                    try compare(saga: id, state)
                } else {
                    _ = try storedSaga(id, reader)
                }
            }
            for key in cells { try compareResident(cell: key) }
        }
    }

    private func compare(saga id: String, _ state: SagaState?) throws {
        guard let state, let expected = oracle.runs[id]?.picture else {
            throw SimulationFailure(
                rule: "sagas", "saga \(id) exists for \(state == nil ? "the oracle" : "the engine") alone")
        }
        let picture = SagaPicture(state)
        try require(picture == expected, "sagas", "saga \(id): \(picture.differences(from: expected))")
    }

    private func compareResident(cell key: String) throws {
        guard let (state, version) = server.engine.resident(AggregateID(Cell.type, key)) else { return }
        try compare(cell: key, state, version, "in memory")
    }

    private func compare(cell key: String, _ state: any Sendable, _ version: UInt64, _ place: String) throws {
        let expected = oracle.cells[key] ?? CellPicture()
        let value = (state as? Cell.State)?.value ?? -1
        try require(
            CellPicture(value: value, version: version) == expected, "cells",
            "cell \(key) \(place) is \(value) at version \(version), the oracle has \(expected.value) at \(expected.version)")
    }

    func compareWakeUp() throws {
        let due = server.engine.wakeUp?.milliseconds
        try require(
            due == oracle.wakeUp, "timers",
            "the engine wakes at \(due.map(String.init) ?? "no time"), the oracle at \(oracle.wakeUp.map(String.init) ?? "no time")"
        )
    }

    /// What clients could see now.
    func look() {
        view.versions = oracle.cells.mapValues(\.version)
        var open = view.live + view.stuck.map(\.saga)
        for id in history.touchedSagas where !open.contains(id) { open.append(id) }
        view.live = []
        view.stuck = []
        for id in open {
            guard let saga = oracle.runs[id]?.picture, ["running", "compensating"].contains(saga.status) else { continue }
            if saga.isStuck, let step = saga.stuckStep { view.stuck.append((id, step)) } else { view.live.append(id) }
        }
    }

    /// The process is new: everything it reads from the disk must be as the oracle has it, with snapshots and without.
    func restart() throws {
        try server.restart()
        try server.log.read { reader in
            var sagas: [TableAudit.Row] = []
            for id in history.sagas { sagas.append(try storedSaga(id, reader)) }
            try require(oracle.runs.count == sagas.count, "sagas", "the oracle has \(oracle.runs.count), the log \(sagas.count)")
            for key in Set(oracle.cells.keys).union(workload.cells).sorted() {
                for usingSnapshot in [true, false] {
                    let id = AggregateID(Cell.type, key)
                    let (state, version) = try server.engine.stored(id, usingSnapshot: usingSnapshot, reader)
                    try compare(cell: key, state, version, usingSnapshot ? "from its snapshot" : "from its events")
                }
            }
            try TableAudit(reader: reader).check(sagas)
            try ledger.check(reader, at: history.latest.milliseconds)
        }
    }

    /// A saga as the disk has it. One that has ended is looked at once: the audit sees that nothing is added to it.
    private func storedSaga(_ id: String, _ reader: any LogReader) throws -> TableAudit.Row {
        if let row = ended[id] { return row }
        let state = try server.engine.storedSaga(id, reader)
        try compare(saga: id, state)
        let row = TableAudit.Row(
            id: id, shown: state?.shownState ?? "", isEnded: state?.isEnded ?? true, isStuck: state?.isStuck ?? false)
        if row.isEnded { ended[id] = row }
        return row
    }
}
