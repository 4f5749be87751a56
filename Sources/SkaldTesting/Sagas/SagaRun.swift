import Kernel
import SagaModel
import Wire

/// One run of the saga under test, from an empty log to its end.
struct SagaRun {
    static let id = "scaffold"

    /// What the saga's view says at its end.
    let view: JSON
    /// What was decided or done for it, in order.
    let attempts: [SagaAttempt]
    /// How many of those that aggregates decided came before its end, or before it was stuck for the first time.
    let settledAfter: Int
    /// Steps that had nothing to be undone, though they were done.
    let bypassed: [String]
    let before: [AggregateSnapshot]
    let after: [AggregateSnapshot]
    /// What its workers did, in that order.
    var effects: [CallEffect]
    /// What its view says once a person has repaired all it was stuck on; nil when nobody did.
    let repaired: JSON?

    var state: String { view["state"]?.stringValue ?? "" }
    /// What aggregates decided for it, in order.
    var decisions: [SagaAttempt] { attempts.filter(\.isLocal) }

    /// Sets the scene, runs the saga and looks at what it left. `cancelling` names a sleep in which it is cancelled. With
    /// `repairing` the start is sent once more at the end, and what is stuck is repaired.
    init(
        _ scaffold: SagaScaffold, _ injector: Injector, _ worker: ScaffoldWorker? = nil, crashing: Bool,
        cancelling: String? = nil, repairing: Bool = false
    ) throws {
        let server = try ScaffoldServer(scaffold.handlers, injector, worker)
        for given in scaffold.scene { try given.play(on: server) }
        before = try server.aggregates()
        try server.ask("def.register", ["source": .string(scaffold.source)])
        injector.arm()
        try Self.start(scaffold, on: server, crashing: crashing)
        view = try Self.finish(server, crashing: crashing, cancelling: cancelling)
        settledAfter = injector.decisions
        if repairing { try Self.startAgain(scaffold, on: server, view) }
        repaired = try repairing ? Self.repair(scaffold, on: server, view, crashing: crashing) : nil
        let history = try Self.history(server)
        attempts = SagaAttempt.all(in: history, scaffold.definition)
        bypassed = history.filter { $0["name"] == "undo.bypassed" }.compactMap { $0["body"]?["step"]?.stringValue }
        after = try server.aggregates()
        effects = worker?.effects ?? []
        guard decisions.count == injector.decisions else {
            throw Difference(
                "\(scaffold.definition.name): the history is not what was decided", expected: "\(decisions.count) decisions",
                actual: "\(injector.decisions)")
        }
    }

    private static func start(_ scaffold: SagaScaffold, on server: ScaffoldServer, crashing: Bool) throws {
        let name = scaffold.definition.name
        do {
            try server.ask(
                "saga.start", ["definition": .string(name), "input": scaffold.input, "id": .string(id)], crashing: crashing)
        } catch let fault as Fault {
            throw Difference("\(name) does not start", expected: "started", actual: "\(fault.code): \(fault.message)")
        }
    }

    /// Lets time pass from timer to timer until the saga has ended or is stuck.
    static func finish(_ server: ScaffoldServer, crashing: Bool, cancelling: String?) throws -> JSON {
        var isCancelled = cancelling == nil
        for _ in 0..<Limits.timers {
            if server.settled.contains(id) { return try server.ask("saga.get", ["id": .string(id)]) }
            if !isCancelled, try isRunning(cancelling, server) {
                isCancelled = true
                try server.ask("saga.cancel", ["id": .string(id), "reason": "the scaffold cancels it"], crashing: crashing)
                continue
            }
            guard let next = server.wakeUp else { break }
            server.wait(until: next)
            try server.process(crashing: crashing)
        }
        let view = try server.ask("saga.get", ["id": .string(id)])
        throw Difference(
            "\(view["definition"]?.stringValue ?? id) does not end", expected: "an end within \(Limits.timers) timers",
            actual: SagaRun.ending(view))
    }

    private static func isRunning(_ step: String?, _ server: ScaffoldServer) throws -> Bool {
        let steps = try server.ask("saga.get", ["id": .string(id)])["steps"]?.arrayValue ?? []
        return steps.contains { $0["name"]?.stringValue == step && $0["state"] == "running" }
    }

    private static func history(_ server: ScaffoldServer) throws -> [JSON] {
        var events: [JSON] = []
        var from: JSON = 1
        while !from.isNull {
            let page = try server.ask("saga.history", ["id": .string(id), "from": from, "limit": 1_000])
            events += page["events"]?.arrayValue ?? []
            from = page["next"] ?? .null
        }
        return events
    }

    /// The end in words: the state, and every error of the view.
    static func ending(_ view: JSON) -> String {
        var parts = [view["state"]?.stringValue ?? "no state"]
        for step in view["steps"]?.arrayValue ?? [] {
            let name = step["name"]?.stringValue ?? ""
            if let error = step["error"], !error.isNull { parts.append("\(name): \(text(error))") }
            if let error = step["undo"]?["error"], !error.isNull { parts.append("the undo of \(name): \(text(error))") }
        }
        if let error = view["output_error"], !error.isNull { parts.append("the output: \(text(error))") }
        return parts.joined(separator: "; ")
    }

    private static func text(_ error: JSON) -> String {
        "\(error["code"]?.stringValue ?? "") (\(error["message"]?.stringValue ?? ""))"
    }
}
