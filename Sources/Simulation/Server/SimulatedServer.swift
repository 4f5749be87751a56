import Engine
import EventLog
import Kernel
import SagaModel
import Wire

/// The real engine on a simulated disk, with starts and ends of its process.
final class SimulatedServer {
    let log = SimulatedLog()
    let clock = VirtualClock(milliseconds: 1_800_000_000_000)
    private let entropy: SeededEntropy
    private let configuration: EngineConfiguration
    private let registry: Registry
    private(set) var engine: Engine
    private(set) var starts = 1

    init(seed: UInt64, retention: Int64, memory: Int = EngineConfiguration().memory) throws {
        entropy = SeededEntropy(seed: seed)
        configuration = EngineConfiguration(retention: retention, memory: memory)
        registry = try Registry([AggregateHandler(Cell.self)])
        engine = try Self.engine(log, registry, clock, entropy, configuration)
    }

    private static func engine(
        _ log: SimulatedLog, _ registry: Registry, _ clock: VirtualClock, _ entropy: SeededEntropy,
        _ configuration: EngineConfiguration
    ) throws -> Engine {
        let library = try DefinitionLibrary(registry: registry, log: log)
        return try Engine(
            log: log, library: library, clock: clock, entropy: entropy, configuration: configuration)
    }

    /// The process is gone; a new one opens what the disk holds.
    func restart() throws {
        log.reopen()
        starts += 1
        engine = try Self.engine(log, registry, clock, entropy, configuration)
    }

    /// What the engine counts as sagas move is what its lists hold.
    func checkCounts() throws {
        let listed = try log.read { try SagaCounts($0) }
        guard engine.sagaCounts == listed else {
            throw SimulationFailure(rule: "tables", "the engine counts \(engine.sagaCounts), its lists hold \(listed)")
        }
    }

    /// Time of the next batch: event time never goes back.
    func batchTime() throws -> Int64 { max(clock.milliseconds, try log.read { $0.head.time.milliseconds }) }

    func install(_ definition: SimulatedDefinition) throws(SimulationFailure) {
        try install(definition.document.text, named: definition.name)
    }

    func install(_ text: String, named name: String) throws(SimulationFailure) {
        let installation: Installation
        do { installation = try engine.install(text) } catch {
            throw SimulationFailure(rule: "definitions", "\(name) cannot be installed: \(error)")
        }
        guard case .registered = installation else {
            throw SimulationFailure(rule: "definitions", "\(text)\nis not accepted: \(installation)")
        }
    }

    func process(_ operations: [ClientOperation]) throws -> EngineOutput { try engine.process(inputs(operations)) }

    /// Decides two batches, the second upon the first, if it need not wait for it.
    func stage(_ first: [ClientOperation], then second: [ClientOperation]) throws -> BatchPair {
        let staged = try engine.stage(inputs(first))
        let waiting = inputs(second)
        let isOpen = engine.canStage(waiting, behind: staged)
        return BatchPair(first: staged, second: isOpen ? try engine.stage(waiting, behind: staged) : nil, waiting: waiting)
    }

    /// Whether they could be the second of two batches.
    func canFollow(_ operations: [ClientOperation]) -> Bool { engine.canStage(inputs(operations), behind: nil) }

    /// Commits and concludes the first of two.
    func finish(_ pair: BatchPair) throws -> EngineOutput {
        let failure = commit(pair.first)
        if case .full? = failure { pair.abandoned = pair.second.map { engine.abandon($0) } }
        return try engine.conclude(pair.first, failure: failure)
    }

    func finishSecond(of pair: BatchPair) throws -> EngineOutput {
        if let abandoned = pair.abandoned { return abandoned }
        guard let second = pair.second else { return try engine.process(pair.waiting) }
        return try engine.conclude(second, failure: commit(second))
    }

    private func commit(_ batch: Batch) -> LogFailure? {
        do throws(LogFailure) { if !batch.commit.isEmpty { try log.commit(batch.commit) } } catch { return error }
        return nil
    }

    private func inputs(_ operations: [ClientOperation]) -> [EngineInput] {
        let inputs = operations.enumerated().compactMap { index, operation in
            operation.message.map { EngineInput(tag: index, message: $0) }
        }
        precondition(inputs.count == operations.count, "a simulated client made an id that is none")
        return inputs
    }

    func process(_ inputs: [EngineInput]) throws -> EngineOutput { try engine.process(inputs) }

    /// The entries behind `key`, in the order of the log.
    func entries(after key: LogKey?) throws -> [Entry] {
        var found: [Entry] = []
        try log.read { reader in
            try reader.visitLog(after: key) { entry in
                found.append(entry)
                return true
            }
        }
        return found
    }
}
