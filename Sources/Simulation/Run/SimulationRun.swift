import Engine
import EventLog
import Kernel
import SagaModel
import Wire

/// One seed: the real engine in a made-up world, watched by the oracle and by the rules that every history must keep.
///
///     workload ─operations─▶ engine ─entries, replies─▶ audit, monitors, oracle
///
/// Everything follows from the options, so that a failure can be seen again, and shrunk.
public final class SimulationRun {
    let options: SimulationOptions
    let server: SimulatedServer
    var oracle = Oracle()
    var workload: Workload
    var history: History
    var ledger: AcknowledgedLedger
    var view = ClientView()
    var operations = 0
    /// Of the world of workers.
    private var sagas = 0
    private var entries = 0
    /// Sagas that have ended and were found so on the disk.
    var ended: [String: TableAudit.Row] = [:]
    /// Told what happens, line by line, for a person who looks into a failure.
    public var trace: ((String) -> Void)?

    /// Milliseconds for which receipts are kept where a run is to see them go.
    static let shortRetention: Int64 = 60_000

    public init(_ options: SimulationOptions) throws(SimulationFailure) {
        self.options = options
        let faults = options.faults
        let retention = faults.contains(.forgetting) ? Self.shortRetention : EngineConfiguration().retention
        do { server = try SimulatedServer(seed: options.seed, retention: retention) } catch {
            throw SimulationFailure(rule: "start", "the server does not start on an empty disk: \(error)")
        }
        workload = Workload(seed: options.seed, faults: faults)
        history = History(retention: retention)
        ledger = AcknowledgedLedger(retention: retention)
        for definition in workload.definitions {
            try server.install(definition)
            oracle.install(definition)
            history.know(definition)
        }
    }

    /// Runs all steps, then lets everything come to rest, and looks at all of it from a new start.
    public func run() throws(SimulationFailure) -> SimulationReport {
        if options.has(.clients) { try runClients() }
        if options.has(.workers) { try runWorkers() }
        return SimulationReport(
            seed: options.seed, hash: history.hash(), operations: operations, sagas: sagas + oracle.runs.count,
            entries: entries + history.count, starts: server.starts, coverage: history.coverage)
    }

    private func runWorkers() throws(SimulationFailure) {
        let run = try WorkerRun(options)
        run.trace = trace
        try run.run()
        operations += run.messages
        sagas += run.history.ids.count
        entries += run.history.count
        history.note(&run.history)
    }

    private func runClients() throws(SimulationFailure) {
        var index = 0
        do {
            for definition in workload.definitions { trace?("installed \(definition.document.text)") }
            try observe(before: nil)
            while index < options.steps || options.isWhole && operations < SimulationOptions.leastOperations {
                if !options.skipped.contains(index) {
                    let step = workload.step(index, view)
                    trace?(
                        "step \(index): clock \(step.clock), space \(step.space), commit \(step.fate)\(step.restarts ? ", restart" : "")"
                    )
                    try perform(step)
                }
                index += 1
            }
            try rest()
            try restart()
            try askParticipants()
            if workload.has(.damage) { try damage() }
        } catch var failure as SimulationFailure {
            failure.step = index
            throw failure
        } catch {
            var failure = SimulationFailure(rule: "store", "\(error)")
            failure.step = index
            throw failure
        }
    }

    private func perform(_ step: SimulationStep) throws {
        if step.restarts { try restart() }
        switch step.clock {
        case .by(let time): server.clock.milliseconds += time
        case .toWakeUp:
            if let due = server.engine.wakeUp { server.clock.milliseconds = max(server.clock.milliseconds, due.milliseconds) }
        }
        server.log.setSpace(step.space)
        server.log.setFate(step.fate)
        try process(step.operations, step.space)
        server.log.setSpace(.green)
        server.log.setFate(.durable)
    }

    /// One batch: the engine first, then what could be observed goes to the oracle, then both are compared.
    func process(_ sent: [ClientOperation], _ space: SpaceState = .green) throws {
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
        do { output = try server.process(sent) } catch LogFailure.failed {
            try afterCrash(&batch, before)
            return
        }
        guard output.didCommit || server.log.commits == commits else { return try refused(output, batch) }
        try follow(&batch, before)
        for (id, order) in batch.order.sorted(by: { $0.key < $1.key }) {
            trace?("  saga \(id) ran \(order.joined(separator: " "))")
        }
        let expected = try oracle.process(batch)
        try compare(output, expected, batch)
        try compareTouched()
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
        for (tag, answer) in output.answers {
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
    private func follow(_ batch: inout OracleBatch, _ before: LogKey?) throws -> Int {
        let seen = try observe(before: before)
        batch.order = seen.order
        for (index, operation) in batch.operations.enumerated() { batch.started[index] = seen.started[operation.id] }
        return seen.count
    }

    @discardableResult
    private func observe(before: LogKey?) throws -> Observation {
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

    func require(_ isTrue: Bool, _ rule: String, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: rule, what()) }
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
