import EventLog
import Kernel
import SagaModel

/// Everything the log holds, followed as it grows: audited, watched, counted and hashed.
struct History {
    private var audit: LogAudit
    /// The latest time that any batch has had.
    private(set) var latest = Timestamp(milliseconds: 0)
    private var monitors: [String: SagaMonitor] = [:]
    /// By their text; and by name and version once the log says that they are registered.
    private var definitions: [String: SimulatedDefinition] = [:]
    /// What was asked under an id.
    private var verbs: [String: String] = [:]
    private var digest = SHA256()
    private(set) var coverage = Coverage()
    private(set) var count = 0
    /// Sagas in the order they began, and what the newest batch has touched.
    private(set) var sagas: [String] = []
    private(set) var touchedSagas: [String] = []
    private(set) var touchedCells: [String] = []

    init(retention: Int64) { audit = LogAudit(retention: retention) }

    var last: LogKey? { audit.last }

    mutating func passed(_ time: Int64) { latest = max(latest, Timestamp(milliseconds: time)) }

    mutating func know(_ definition: SimulatedDefinition) { definitions[definition.document.text] = definition }

    mutating func know(_ operation: ClientOperation) {
        // An id that comes with another content changes nothing, and says nothing.
        if verbs[operation.id] == nil { verbs[operation.id] = operation.verb }
        if case .register(let definition) = operation.act { know(definition) }
        if case .start(let order) = operation.act, let inline = order.inline { know(inline) }
    }

    /// The digest of everything so far; ends the history.
    mutating func hash() -> [UInt8] { digest.finish() }

    mutating func note(_ reply: ClientReply, _ frame: [UInt8], to operation: ClientOperation) {
        digest.update(frame)
        switch reply {
        case .fault(let code, let reason): coverage.note("\(operation.verb): \(code)\(reason.map { " \($0)" } ?? "")")
        case .started(_, let state, let existing): coverage.note("\(operation.verb): \(state)\(existing ? ", existing" : "")")
        case .acted(let state), .submitted(let state): coverage.note("\(operation.verb): \(state)")
        case .accepted, .registered: coverage.note("\(operation.verb): accepted")
        }
    }

    /// Sagas with participants leave no entries here: what became of them is hashed instead.
    mutating func note(_ report: TortureReport) {
        let ends = [report.completed, report.compensated, report.stuck, report.trying, report.crashes]
        digest.update(ends.map { UInt8(truncatingIfNeeded: $0) })
        let met = Set(report.points).subtracting(report.missed)
        for point in met { coverage.note("participant", point.isUndo ? "undo" : "step", point.fault.rawValue) }
    }

    /// What became of sagas with workers, in a log of their own.
    mutating func note(_ workers: inout WorkerHistory) {
        digest.update(workers.finish())
        coverage.add(workers.coverage)
    }

    mutating func admit(_ entries: [Entry]) throws -> Observation {
        var seen = Observation()
        touchedSagas = []
        touchedCells = []
        for entry in entries {
            try audit.admit(entry, latest: latest)
            digest.update(EntryCodec.encode(entry))
            seen.count += 1
            if entry.aggregate.type == "$saga" { try admit(saga: entry, &seen) }
            if entry.aggregate.type == "$definition" { admit(definition: entry) }
            if entry.aggregate.type == Cell.type, !touchedCells.contains(entry.aggregate.key) {
                touchedCells.append(entry.aggregate.key)
            }
        }
        count += entries.count
        return seen
    }

    private mutating func admit(definition entry: Entry) {
        for event in entry.events {
            guard let source = (try? JSON.parse(event.body))?["source"]?.stringValue, let known = definitions[source] else {
                continue
            }
            definitions["\(known.name) v\(known.version)"] = known
        }
    }

    private mutating func admit(saga entry: Entry, _ seen: inout Observation) throws {
        let id = entry.aggregate.key
        seen.started[entry.cause.command] = id
        if !touchedSagas.contains(id) { touchedSagas.append(id) }
        for stored in entry.events {
            let event = try SagaEvent(name: stored.name, body: try JSON.parse(stored.body, maximumDepth: JSON.storedDepth))
            if case .started(let start) = event { try begin(id, start) }
            try monitors[id]?.watch(event)
            if let choice = choice(event, of: id) { seen.order[id, default: []].append(choice) }
            cover(event, stored, of: id, by: entry.cause.command)
        }
    }

    /// What the engine chose to do next, where the contract leaves it free.
    private func choice(_ event: SagaEvent, of id: String) -> String? {
        switch event {
        case .stepStarted(let step, _, _, _): "do:\(step)"
        case .stepSkipped(let step): "skip:\(step)"
        case .stepCompleted(let step, _, _, _, _, _) where monitors[id]?.definition.kind(of: step) == "sleep": "wake:\(step)"
        case .undoStarted(let step, _, _): "undo:\(step)"
        default: nil
        }
    }

    private mutating func begin(_ id: String, _ start: SagaStart) throws(SimulationFailure) {
        let name = start.inline?.text ?? "\(start.definition) v\(start.version)"
        guard monitors[id] == nil, let definition = definitions[name] else {
            throw SimulationFailure(
                rule: "saga history", "saga \(id) starts twice, or from a definition that nobody gave: \(name)")
        }
        monitors[id] = SagaMonitor(id: id, definition)
        sagas.append(id)
    }

    private mutating func cover(_ event: SagaEvent, _ stored: StoredBody, of id: String, by cause: String) {
        guard let definition = monitors[id]?.definition else { return }
        let verb = cause.hasSuffix("/timer") ? "timer" : verbs[cause] ?? "unknown"
        guard let step = event.step else { return coverage.note(verb, "saga", stored.name) }
        coverage.note(verb, definition.kind(of: step), stored.name)
    }
}

extension SagaEvent {
    /// The step it speaks of.
    var step: String? {
        switch self {
        case .stepStarted(let step, _, _, _), .stepCompleted(let step, _, _, _, _, _), .stepFailed(let step, _, _, _, _, _),
            .stepRetrying(let step, _, _, _, _), .stepUnknown(let step, _, _, _), .stepProbed(let step, _, _),
            .stepSkipped(let step), .stepCancelled(let step), .attemptExtended(let step, _, _, _),
            .undoStarted(let step, _, _), .undoCompleted(let step, _, _), .undoRetrying(let step, _, _, _, _),
            .undoFailed(let step, _, _, _), .undoBypassed(let step), .undoWaived(let step, _, _), .repaired(let step, _, _, _):
            step
        case .stuck(let step, _): step
        default: nil
        }
    }
}

extension ClientOperation {
    /// One word for what it asks.
    var verb: String {
        switch act {
        case .command: "command"
        case .submit: "submit"
        case .register: "register"
        case .start: "start"
        case .cancel: "cancel"
        case .terminate: "terminate"
        case .retry: "retry"
        case .waive: "waive"
        }
    }
}
