import Engine
import EventLog
import Kernel
import Wire

/// A whole server but for its sockets: the engine over a log in memory, and a worker beside it. Nothing but the log outlives
/// a crash.
final class ScaffoldServer {
    private let log = InMemoryEventLog(identity: StoreIdentity(uuid: "scaffold", created: Timestamp(milliseconds: 0)))
    private let clock = ScaffoldClock()
    private let registry: Registry
    private let injector: Injector
    private let worker: ScaffoldWorker?
    private var engine: Engine
    private var queries: Queries
    private var requests = 0
    /// When the server will know that its worker has forgotten a task.
    private var missedAt: Timestamp?
    /// Sagas that have ended or are stuck.
    private(set) var settled: Set<String> = []

    init(_ handlers: [AggregateHandler], _ injector: Injector, _ worker: ScaffoldWorker? = nil) throws {
        self.injector = injector
        self.worker = worker
        registry = try Registry(handlers.map(injector.guarding))
        (engine, queries) = try Self.open(log, registry, clock)
    }

    private static func open(_ log: InMemoryEventLog, _ registry: Registry, _ clock: ScaffoldClock) throws -> (Engine, Queries) {
        let library = try DefinitionLibrary(registry: registry, log: log)
        let engine = try Engine(log: log, library: library, clock: clock, entropy: ScaffoldEntropy())
        return (engine, Queries(log: log, library: library, clock: clock, configuration: EngineConfiguration()))
    }

    /// When the engine has something to do without being asked; nil when it waits for nothing.
    var wakeUp: Timestamp? { engine.wakeUp }

    /// The saga goes on: a person has repaired it.
    func unsettle(_ id: String) { settled.remove(id) }

    func wait(until time: Timestamp) { clock.advance(to: time) }

    /// One batch, and what it leaves for the worker to do. With `crashing` the server is killed before each commit and again
    /// after it: what was decided is lost once, is decided anew by a server that knows the log alone, and whoever asked hears
    /// nothing and asks again.
    @discardableResult
    func process(_ message: ClientMessage? = nil, crashing: Bool) throws -> Answer? {
        let inputs = message.map { [EngineInput(tag: 0, message: $0)] } ?? []
        // Every start gives workers time anew to say what they hold: who is killed meanwhile misses nothing.
        let isWaiting = message == nil && missedAt != nil
        if crashing, !isWaiting { try kill(during: inputs) }
        var answer = try run(inputs)
        if let time = missedAt, time <= clock.now() { missedAt = nil }
        if crashing, !isWaiting {
            try restart()
            answer = message == nil ? nil : try run(inputs)
        }
        if let worker { try work(worker, crashing: crashing) }
        return answer
    }

    @discardableResult
    private func run(_ inputs: [EngineInput]) throws -> Answer? {
        let output = try engine.process(inputs)
        settled.formUnion(output.settledSagas)
        injector.commit()
        try worker?.take(output.frames)
        return output.answers.first?.answer
    }

    private func kill(during inputs: [EngineInput]) throws {
        log.failNextCommit(.full("killed"))
        _ = try engine.process(inputs)
        // When nothing was to be written, the failure waits for this commit and not for another's.
        try? log.commit(Commit())
        try restart()
    }

    private func restart() throws {
        injector.lose()
        (engine, queries) = try Self.open(log, registry, clock)
        if missedAt != nil { missedAt = worker.map { clock.now().advanced(by: $0.silence) } }
    }

    /// The worker comes, does all there is to do, and goes: so there is nobody whose heartbeats time has to wait for.
    private func work(_ worker: ScaffoldWorker, crashing: Bool) throws {
        try join(worker)
        while let task = worker.next { try perform(task, worker, crashing) }
        try run([EngineInput(tag: 0, .message(.bye, worker.peer))])
    }

    private func join(_ worker: ScaffoldWorker) throws {
        let ready = worker.connect(newID())
        try run([EngineInput(tag: 0, .message(ready, worker.peer))])
    }

    /// A task takes place. With `crashing` its answer is lost with the server once before it is written and once after; a worker
    /// that has forgotten the task meanwhile is given its operation again, when it is missed.
    private func perform(_ task: ActionTask, _ worker: ScaffoldWorker, _ crashing: Bool) throws {
        let answer = try worker.answer(task)
        if crashing {
            try kill(during: [EngineInput(tag: 0, .message(answer, worker.peer))])
            if worker.forgets(task) {
                worker.drop(task)
                missedAt = clock.now().advanced(by: worker.silence)
                return try join(worker)
            }
            try join(worker)
        }
        worker.drop(task)
        try run([EngineInput(tag: 0, .message(answer, worker.peer))])
        guard crashing else { return }
        try restart()
        try join(worker)
        try run([EngineInput(tag: 0, .message(answer, worker.peer))])
    }

    func newID() -> WireID {
        requests += 1
        guard let id = WireID("scaffold-\(requests)") else { preconditionFailure("a number makes no bad id") }
        return id
    }

    /// The answer to a request as JSON; throws the server's fault.
    @discardableResult
    func ask(_ operation: String, _ arguments: JSON, crashing: Bool = false) throws -> JSON {
        let request = OperationRequest(id: newID(), operation: operation, arguments: arguments.bytes)
        let isWriting = Engine.operations.contains(operation)
        let answer = isWriting ? try process(.request(request), crashing: crashing) : queries.answer(request)
        switch answer {
        case .answer(let body): return try JSON.parse(body, maximumDepth: JSON.storedDepth)
        case .fault(let fault): throw fault
        default: preconditionFailure("a request has an answer or a fault")
        }
    }

    /// Every aggregate that has events, in the order of type and key.
    func aggregates() throws -> [AggregateSnapshot] {
        var ids: [AggregateID] = []
        try log.read { reader in
            for type in registry.types {
                try reader.visitKeys(ofType: type, after: nil) { key in
                    ids.append(AggregateID(type, key))
                    return true
                }
            }
        }
        return try ids.map { id in
            let view = try ask("aggregate.get", ["aggregate": .string(id.type), "key": .string(id.key)])
            return AggregateSnapshot(id: id, version: view["version"]?.intValue ?? 0, state: view["state"] ?? .null)
        }
    }
}

/// One aggregate at one moment.
struct AggregateSnapshot: Equatable {
    let id: AggregateID
    let version: Int64
    let state: JSON
}
