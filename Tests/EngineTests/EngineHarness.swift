import DemoDomain
import Engine
import EventLog
import Kernel
import Synchronization
import Testing
import Wire

/// A clock that only moves when told to.
final class ManualClock: Clock {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    func now() -> Timestamp { time.withLock { $0 } }
    func advance(_ milliseconds: Int64) { time.withLock { $0 = $0.advanced(by: milliseconds) } }
}

/// SplitMix64 from a seed: the same numbers in every run.
final class SeededEntropy: Entropy {
    private let state: Mutex<UInt64>
    init(seed: UInt64) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}

/// An engine over a log in memory that can be crashed and opened again: nothing but the log survives.
final class EngineHarness {
    let log: any EventLog
    let clock: ManualClock
    let registry: Registry
    let entropy = SeededEntropy(seed: 7)
    let crashes: any CrashJournal
    let configuration: EngineConfiguration
    private(set) var engine: Engine
    private(set) var queries: Queries
    private var lastID = 0
    private(set) var settled: [String] = []
    private(set) var warnings: [String] = []
    /// Of the engine's batches; the one that raises the epoch does not count.
    private(set) var commits = 0

    init(
        _ handlers: [AggregateHandler] = DemoDomain.handlers + TestDomain.handlers,
        log: any EventLog = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0))),
        clock: ManualClock = ManualClock(), crashes: any CrashJournal = NoCrashJournal(),
        configuration: EngineConfiguration = EngineConfiguration()
    ) throws {
        self.log = log
        self.clock = clock
        self.crashes = crashes
        self.configuration = configuration
        registry = try Registry(handlers)
        (engine, queries) = try Self.open(log, registry, clock, entropy, crashes, configuration)
    }

    private static func open(
        _ log: any EventLog, _ registry: Registry, _ clock: ManualClock, _ entropy: SeededEntropy,
        _ crashes: any CrashJournal, _ configuration: EngineConfiguration
    ) throws -> (Engine, Queries) {
        let library = try DefinitionLibrary(registry: registry, log: log)
        let engine = try Engine(
            log: log, library: library, clock: clock, entropy: entropy, crashes: crashes, configuration: configuration)
        return (engine, Queries(log: log, library: library, clock: clock, configuration: configuration))
    }

    /// Forgets everything in memory, as a kill does.
    func restart() throws { (engine, queries) = try Self.open(log, registry, clock, entropy, crashes, configuration) }

    func newID() -> String {
        lastID += 1
        // Never one that another harness gave on the same log.
        return "id-\(engine.epoch)-\(lastID)"
    }

    @discardableResult
    func process(_ messages: [ClientMessage], actor: String? = nil) throws -> [Answer] {
        let inputs = messages.enumerated().map { EngineInput(tag: $0.offset, message: $0.element, actor: actor) }
        return try run(inputs).answers.map(\.answer)
    }

    func run(_ inputs: [EngineInput]) throws -> EngineOutput {
        let output = try engine.process(inputs)
        settled += output.settledSagas
        warnings += output.warnings
        if output.didCommit { commits += 1 }
        return output
    }

    func message(
        _ address: String, _ name: String, _ body: JSON = [:], id: String? = nil, expected: UInt64? = nil, headers: [Header] = []
    ) -> ClientMessage {
        let parts = address.split(separator: "/", maxSplits: 1).map(String.init)
        let id = WireID(id ?? newID())!
        return .command(
            CommandRequest(
                id: id, aggregate: AggregateID(parts[0], parts[1]), expected: expected, name: name, headers: headers,
                body: body.bytes))
    }

    @discardableResult
    func command(
        _ address: String, _ name: String, _ body: JSON = [:], id: String? = nil, expected: UInt64? = nil
    ) throws -> Answer {
        try process([message(address, name, body, id: id, expected: expected)])[0]
    }

    /// A request, to the writer or to the readers, whoever serves it.
    func answer(_ operation: String, _ arguments: JSON, id: String? = nil) throws -> Answer {
        let request = OperationRequest(id: WireID(id ?? newID())!, operation: operation, arguments: arguments.bytes)
        return Engine.operations.contains(operation) ? try process([.request(request)])[0] : queries.answer(request)
    }

    @discardableResult
    func request(_ operation: String, _ arguments: JSON, id: String? = nil) throws -> JSON {
        switch try answer(operation, arguments, id: id) {
        case .answer(let body): return try JSON.parse(body, maximumDepth: JSON.storedDepth)
        case .fault(let fault): throw fault
        case let other: throw Fault(.internal, "unexpected \(other)")
        }
    }

    /// Records in the log, with events or without.
    func entries() throws -> Int {
        try log.read { reader in
            var count = 0
            try reader.visitLog(after: nil) { _ in
                count += 1
                return true
            }
            return count
        }
    }

    func receipt(_ id: String) throws -> Receipt? {
        try log.read { reader in try reader.receipt(id).flatMap { try reader.entry(at: $0)?.receipt } }
    }

    /// Lets time pass up to the next timer, again and again, until none is left or `limit` have fired.
    func runTimers(limit: Int = 1_000) throws {
        for _ in 0..<limit {
            guard let next = engine.wakeUp else { return }
            clock.advance(max(0, next.milliseconds - clock.now().milliseconds))
            try process([])
        }
    }
}

extension Answer {
    var version: UInt64? { if case .accepted(let version, _, _) = self { version } else { nil } }
    var position: UInt64? { if case .accepted(_, let position, _) = self { position } else { nil } }
    var result: JSON? { if case .accepted(_, _, let result) = self { try? JSON.parse(result) } else { nil } }
    var fault: Fault? { if case .fault(let fault) = self { fault } else { nil } }
    var message: String? { fault?.message }
    var code: String? {
        switch self {
        case .fault(let fault): fault.code.rawValue
        case .repeated(let code, _): code
        default: nil
        }
    }
}
