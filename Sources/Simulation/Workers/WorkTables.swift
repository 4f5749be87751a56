import Engine
import EventLog
import Kernel

/// The tables of work say what the log says: a row in the queue for each offer of a live saga, one in the leases for each open
/// attempt, and no other.
struct WorkTables {
    let reader: any LogReader

    func check(_ history: WorkerHistory, at now: Timestamp) throws {
        var waiting: [[UInt8]] = []
        var leases: [[UInt8]] = []
        for saga in history.live {
            waiting += Engine.queueKeys(saga.state, start: saga.start, at: now)
            leases += saga.open.compactMap { UInt64($0.id).map { SagaTables.bigEndian($0) } }
        }
        try compare(.queue, waiting, "queue")
        try compare(.leases, leases, "leases")
    }

    private func compare(_ table: Table, _ expected: [[UInt8]], _ name: String) throws {
        var found: [[UInt8]] = []
        try reader.visit(table, from: [0], backwards: false) { key, _ in
            found.append(key)
            return true
        }
        let wanted = expected.sorted { $0.lexicographicallyPrecedes($1) }
        guard found != wanted else { return }
        let extra = found.first { !wanted.contains($0) }
        let missing = wanted.first { !found.contains($0) }
        let what = missing.map { "lacks the row \(Self.text($0))" } ?? "keeps the row \(extra.map { Self.text($0) } ?? "twice")"
        throw SimulationFailure(rule: "tables", "the table of \(name) \(what); it has \(found.count), \(wanted.count) are right")
    }

    private static func text(_ key: [UInt8]) -> String {
        String(decoding: key.map { (32..<127).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    }
}
