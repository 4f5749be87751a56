import Engine
import EventLog
import Kernel
import SagaModel
import Wire

/// Batches: what the engine does with them, and what is made of it.
extension SimulationRun {
    /// One batch, or two of which the second is decided before the first is durable.
    func process(_ sent: [ClientOperation], _ space: SpaceState = .green, overlapping: Bool = false) throws {
        let followers = sent.reversed().prefix { server.canFollow([$0]) }.prefix(sent.count / 2).count
        guard overlapping, followers > 0 else { return try process(sent, space) { try server.process(sent) } }
        let (first, second) = (Array(sent.dropLast(followers)), Array(sent.suffix(followers)))
        let pair = try server.stage(first, then: second)
        guard pair.second != nil else {
            try process(first, space) { try server.finish(pair) }
            return try process(second, space) { try server.finishSecond(of: pair) }
        }
        trace?("  two batches, the second upon the first")
        let starts = server.starts
        // What is in memory is what both have made of it.
        try process(first, space, comparesMemory: false) { try server.finish(pair) }
        // Where the server has ended, the second batch has never been.
        guard server.starts == starts else { return }
        let (sagas, cells) = (history.touchedSagas, history.touchedCells)
        try process(second, space, isAbandoned: pair.abandoned != nil) { try server.finishSecond(of: pair) }
        if server.starts == starts { try compareTouched(sagas: sagas, cells: cells) }
    }

    /// The engine first, then what could be observed goes to the oracle, then both are compared.
    private func process(
        _ sent: [ClientOperation], _ space: SpaceState, isAbandoned: Bool = false, comparesMemory: Bool = true,
        _ act: () throws -> EngineOutput
    ) throws {
        operations += sent.count
        for operation in sent {
            history.know(operation)
            trace?("  \(operation.id): \(operation.summary)")
        }
        var batch = OracleBatch(
            now: try server.batchTime(), space: OracleSpace(space), operations: sent, remembered: try remembered(sent),
            started: [:], order: [:])
        history.passed(batch.now)
        let before = history.last
        let commits = server.log.commits
        let output: EngineOutput
        do { output = try act() } catch LogFailure.failed {
            try afterCrash(&batch, before)
            return
        }
        guard !isAbandoned, output.didCommit || server.log.commits == commits else { return try refused(output, batch) }
        try follow(&batch, before)
        for (id, order) in batch.order.sorted(by: { $0.key < $1.key }) {
            trace?("  saga \(id) ran \(order.joined(separator: " "))")
        }
        let expected = try oracle.process(batch)
        try compare(output, expected, batch)
        if comparesMemory { try compareTouched(sagas: history.touchedSagas, cells: history.touchedCells) }
        look()
        if space < .red { try compareWakeUp() }
    }

    /// The server has ended in the middle of a commit: nobody was told anything, and what the disk holds is what happened.
    private func afterCrash(_ batch: inout OracleBatch, _ before: LogKey?) throws {
        if try follow(&batch, before) > 0 { _ = try oracle.process(batch) }
        server.log.setSpace(.green)
        try restart()
    }

    /// The disk was full: each reply says so, unless it is one that had nothing to write.
    private func refused(_ output: EngineOutput, _ batch: OracleBatch) throws {
        var copy = oracle
        // What the engine would have chosen is not known, so the oracle may not be able to follow.
        let expected = try? copy.process(batch)
        for (tag, answer) in output.answers.map({ ($0.tag, $0.answer) }) {
            let operation = batch.operations[tag]
            let reply = try ClientReply(answer, to: operation.act)
            if reply == .fault(code: "read_only", reason: nil) { continue }
            let isKnown = batch.remembered.contains(operation.inner ?? operation.id)
            try require(
                (isKnown || !reply.isKept(for: operation.act)) && (expected == nil || reply == expected?[tag]), "replies",
                "on a full disk \(operation) was answered \(reply)")
        }
        try require(try server.entries(after: history.last).isEmpty, "store", "a refused commit has left entries")
    }

    /// Takes what is new in the log into the history. Returns how many entries.
    @discardableResult
    func follow(_ batch: inout OracleBatch, _ before: LogKey?) throws -> Int {
        let seen = try observe(before: before)
        batch.order = seen.order
        for (index, operation) in batch.operations.enumerated() { batch.started[index] = seen.started[operation.id] }
        return seen.count
    }

    @discardableResult
    func observe(before: LogKey?) throws -> Observation {
        let entries = try server.entries(after: before)
        return try history.admit(entries)
    }

    private func remembered(_ operations: [ClientOperation]) throws -> Set<String> {
        try server.log.read { reader in
            var found: Set<String> = []
            for operation in operations {
                for id in [operation.id, operation.inner].compactMap(\.self) where try reader.receipt(id) != nil {
                    found.insert(id)
                }
            }
            return found
        }
    }
}

extension ClientOperation {
    /// The id of the command inside a `command.submit`.
    var inner: String? { if case .submit(let id, _, _, _) = act { id } else { nil } }
}

extension OracleSpace {
    init(_ space: SpaceState) {
        switch space {
        case .green: self = .green
        case .amber: self = .amber
        case .red: self = .red
        }
    }
}
