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
        do { server = try SimulatedServer(seed: options.seed, retention: retention, memory: options.budget) } catch {
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
        try process(step.operations, step.space, overlapping: step.overlaps)
        server.log.setSpace(.green)
        server.log.setFate(.durable)
    }

    func require(_ isTrue: Bool, _ rule: String, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: rule, what()) }
    }
}
