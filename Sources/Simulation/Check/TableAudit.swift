import Engine
import EventLog
import Kernel

/// The tables beside the log say what the log says: every live saga has one timer or an owner, every list finds it.
struct TableAudit {
    /// What the log says of a saga.
    struct Row {
        let id: String
        let shown: String
        let isEnded: Bool
        let isStuck: Bool
        /// A step of it waits in the queue of an action.
        var waitsForWorker = false
    }

    let reader: any LogReader

    /// Checks all tables against the sagas as they are folded from the log.
    func check(_ sagas: [Row]) throws {
        let timers = try timers()
        for saga in sagas {
            let due = timers[saga.id] ?? []
            try require(due.count <= 1, "saga \(saga.id) has \(due.count) timers")
            try require(!saga.isEnded || due.isEmpty, "saga \(saga.id) is \(saga.shown) and has a timer")
            try require(
                saga.isEnded || saga.isStuck || saga.waitsForWorker || !due.isEmpty,
                "saga \(saga.id) is \(saga.shown), and no timer wakes it")
        }
        let known = Set(sagas.map(\.id))
        try require(timers.keys.allSatisfy(known.contains), "a timer for a saga that does not exist")
        try checkLists(sagas)
    }

    private func timers() throws -> [String: [Int64]] {
        var found: [String: [Int64]] = [:]
        try reader.visit(.timers, from: [0], backwards: false) { key, _ in
            if let timer = SagaTables.timer(key) { found[timer.id, default: []].append(timer.due) }
            return true
        }
        return found
    }

    private func checkLists(_ sagas: [Row]) throws {
        var shown: [String: String] = [:]
        var rows: [UInt64: String] = [:]
        try reader.visit(.sagas, from: [0], backwards: false) { key, value in
            if let row = SagaRow(bytes: value) {
                shown[row.id] = row.state
                rows[SagaTables.position(rowKey: key)] = row.state
            }
            return true
        }
        var listed: [UInt64: [String]] = [:]
        try reader.visit(.sagaStates, from: [0], backwards: false) { key, _ in
            listed[SagaTables.position(rowKey: Array(key.dropFirst())), default: []].append(SagaTables.shownStates[Int(key[0])])
            return true
        }
        try require(shown.count == sagas.count, "\(shown.count) sagas are listed, \(sagas.count) exist")
        for saga in sagas {
            try require(
                shown[saga.id] == saga.shown, "saga \(saga.id) is \(saga.shown), listed as \(shown[saga.id] ?? "-")")
        }
        try require(listed == rows.mapValues { [$0] }, "the lists by state do not fit the sagas")
    }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: "tables", what()) }
    }
}
