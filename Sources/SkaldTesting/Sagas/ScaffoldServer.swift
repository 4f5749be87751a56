import Engine
import EventLog
import Kernel
import Wire

/// A whole server but for its sockets: the engine over a log in memory. Nothing but the log outlives a crash.
final class ScaffoldServer {
    private let log = InMemoryEventLog(identity: StoreIdentity(uuid: "scaffold", created: Timestamp(milliseconds: 0)))
    private let clock = ScaffoldClock()
    private let registry: Registry
    private let injector: Injector
    private var engine: Engine
    private var queries: Queries
    private var requests = 0
    /// Sagas that have ended or are stuck.
    private(set) var settled: Set<String> = []

    init(_ handlers: [AggregateHandler], _ injector: Injector) throws {
        self.injector = injector
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

    /// One batch. With `crashing` the server is killed before its commit and again after it: what was decided is lost once, is
    /// decided anew by a server that knows the log alone, and whoever asked hears nothing and asks again.
    @discardableResult
    func process(_ message: ClientMessage? = nil, crashing: Bool) throws -> Answer? {
        let inputs = message.map { [EngineInput(tag: 0, message: $0)] } ?? []
        if crashing {
            log.failNextCommit(.full("killed"))
            _ = try engine.process(inputs)
            try crash()
        }
        let output = try engine.process(inputs)
        settled.formUnion(output.settledSagas)
        injector.commit()
        guard crashing else { return output.answers.first?.answer }
        try crash()
        guard message != nil else { return nil }
        let repeated = try engine.process(inputs)
        settled.formUnion(repeated.settledSagas)
        injector.commit()
        return repeated.answers.first?.answer
    }

    private func crash() throws {
        injector.lose()
        (engine, queries) = try Self.open(log, registry, clock)
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
