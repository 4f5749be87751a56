import EventLog
import Kernel
import SagaModel

/// Everything the log holds of sagas with workers, followed as it grows: audited, watched by `SagaRules`, explained by what
/// workers have said, counted and hashed.
struct WorkerHistory {
    private var audit: LogAudit
    private(set) var latest = Timestamp(milliseconds: 0)
    private(set) var sagas: [String: WatchedSaga] = [:]
    /// In the order they began.
    private(set) var ids: [String] = []
    /// Every task there ever was.
    var tasks: [String: WatchedTask] = [:]
    /// Tasks that the newest batch has begun, and the sagas it has touched.
    private(set) var begun: [String] = []
    private(set) var touched: [String] = []
    /// Operations that had an effect on a cell.
    private(set) var effects: Set<String> = []
    var coverage = Coverage()
    private(set) var count = 0
    private var digest = SHA256()
    private let definitions: [String: (call: CallDefinition, model: Definition)]

    init(_ definitions: [String: (call: CallDefinition, model: Definition)]) {
        self.definitions = definitions
        audit = LogAudit(retention: Int64.max / 2)
    }

    var last: LogKey? { audit.last }
    var live: [WatchedSaga] { ids.compactMap { sagas[$0] }.filter { !$0.state.isEnded } }

    mutating func passed(_ time: Int64) { latest = max(latest, Timestamp(milliseconds: time)) }
    mutating func hash(_ bytes: [UInt8]) { digest.update(bytes) }
    mutating func finish() -> [UInt8] { digest.finish() }

    mutating func admit(_ entries: [Entry], _ talk: Talk) throws {
        (begun, touched) = ([], [])
        for entry in entries {
            try audit.admit(entry, latest: latest)
            digest.update(EntryCodec.encode(entry))
            count += 1
            if entry.aggregate.type == Cell.type { effects.insert(entry.cause.command) }
            if entry.aggregate.type == "$saga" { try admit(saga: entry, talk) }
        }
    }

    /// Who says that it is still at it has time from now on, if it is heard: on a full disk it need not be. Call it behind `admit`:
    /// what was over in that batch may have been so before it was said.
    mutating func noteWorking(_ talk: Talk, isHeard: Bool) {
        for (task, words) in talk.words {
            guard let known = tasks[task], let index = sagas[known.saga]?.open.firstIndex(where: { $0.id == task }) else { continue }
            let isHeld = words.contains { $0.meaning == .working && ($0.peer == known.holder || talk.claims[task]?.contains($0.peer) == true) }
            if isHeld {
                sagas[known.saga]?.open[index].extended = latest.milliseconds + known.timeout
                if isHeard { sagas[known.saga]?.open[index].promised = latest.milliseconds + known.timeout }
            }
        }
    }

    private mutating func admit(saga entry: Entry, _ talk: Talk) throws {
        let id = entry.aggregate.key
        if !touched.contains(id) { touched.append(id) }
        for (offset, stored) in entry.events.enumerated() {
            let event = try SagaEvent(name: stored.name, body: try JSON.parse(stored.body, maximumDepth: JSON.storedDepth))
            if case .started(let start) = event {
                try begin(id, start, entry)
                continue
            }
            guard var saga = sagas[id] else { throw SimulationFailure(rule: "saga history", "saga \(id) does not begin") }
            sagas[id] = nil
            try explain(event, isFirst: offset == 0, saga, entry, talk)
            if let broken = SagaRules.broken(by: event, in: saga.state) {
                throw SimulationFailure(rule: "promises", "saga \(id): \(broken)")
            }
            saga.note(event)
            try saga.state.apply(event, at: entry.time)
            try follow(event, at: entry.key.position + UInt64(offset), entry.time.milliseconds, &saga)
            sagas[id] = saga
        }
    }

    private mutating func begin(_ id: String, _ start: SagaStart, _ entry: Entry) throws(SimulationFailure) {
        guard sagas[id] == nil, let known = definitions[start.definition] else {
            throw SimulationFailure(rule: "saga history", "saga \(id) starts twice, or from a definition that nobody gave")
        }
        ids.append(id)
        sagas[id] = WatchedSaga(
            definition: known.call, start: entry.key.position, deadline: known.call.deadline.map { entry.time.milliseconds + $0 },
            state: SagaState(id: id, definition: known.model, start: start, at: entry.time))
    }

    private mutating func explain(
        _ event: SagaEvent, isFirst: Bool, _ saga: WatchedSaga, _ entry: Entry, _ talk: Talk
    ) throws(SimulationFailure) {
        let judge = AnswerAudit(saga: saga, talk: talk, now: entry.time.milliseconds)
        let cause = entry.cause.command
        guard isFirst, cause.hasPrefix("task/") else {
            try judge.check(event)
            if let word = Self.timeout(event) { cover(word, event, "timer", saga) }
            return
        }
        guard let task = tasks[String(cause.dropFirst(5))] else { throw judge.failure("\(cause) is no task that was given") }
        let word = try judge.explain(event, by: task)
        cover(word, event, task.direction.rawValue, saga)
    }

    private static func timeout(_ event: SagaEvent) -> String? {
        switch event {
        case .stepFailed(_, _, let error, _, _, _), .stepRetrying(_, _, let error, _, _), .stepUnknown(_, _, let error, _),
            .undoRetrying(_, _, let error, _, _), .undoFailed(_, _, let error, _):
            error.code == "timeout" ? "timeout" : nil
        default: nil
        }
    }

    private mutating func cover(_ word: String, _ event: SagaEvent, _ direction: String, _ saga: WatchedSaga) {
        var name = event.name
        if case .stepFailed(_, _, _, .maybe, _, _) = event { name = "maybe done" }
        coverage.note("worker \(word)", direction, "\(name) · \(saga.phase)")
    }

    /// Follows the attempts that workers have.
    private mutating func follow(
        _ event: SagaEvent, at position: UInt64, _ now: Int64, _ saga: inout WatchedSaga
    ) throws(SimulationFailure) {
        switch event {
        case .stepStarted(let step, let number, _, let due?) where saga.isCall(step):
            try open(step, .do, number, due, position, now, &saga)
        case .undoStarted(let step, let number, let due?): try open(step, .undo, number, due, position, now, &saga)
        case .stepProbed(let step, let number, let due?): try open(step, .probe, number, due, position, now, &saga)
        case .attemptExtended(let step, let direction, _, let due):
            for index in saga.open.indices where saga.open[index].step == step && saga.open[index].direction == direction {
                saga.open[index].due = due
            }
        default: break
        }
        saga.open.removeAll { task in
            guard !saga.state.isEnded, let index = saga.state.definition.index(of: task.step) else { return true }
            return !saga.state.holds(index, task.direction, task.number)
        }
    }

    private mutating func open(
        _ step: String, _ direction: Direction, _ number: Int, _ due: Int64, _ position: UInt64, _ now: Int64,
        _ saga: inout WatchedSaga
    ) throws(SimulationFailure) {
        guard let index = saga.state.definition.index(of: step), let call = saga.step(step) else { return }
        let (operation, action): (String, String?)
        switch direction {
        case .do:
            (operation, action) = (
                saga.state.operationID(ofStep: index), saga.state.definition.steps[index].action.operation?.name
            )
        case .undo: (operation, action) = (saga.state.operationID(ofUndo: index), saga.state.steps[index].undo.command?.name)
        case .probe: (operation, action) = (saga.state.operationID(ofProbe: index), call.probe?.action)
        }
        let timeout = call.timeout(direction.rawValue)
        guard due == now + timeout else {
            throw SimulationFailure(rule: "answers", "saga \(saga.id): \(operation) has \(due - now) ms, not \(timeout)")
        }
        let task = WatchedTask(
            id: String(position), saga: saga.id, step: step, direction: direction, number: number, operation: operation,
            action: action ?? "", timeout: timeout, due: due)
        saga.open.append(task)
        tasks[task.id] = task
        begun.append(task.id)
    }

    /// Open tasks, of all sagas.
    var open: [WatchedTask] { live.flatMap(\.open) }

    /// Who holds a task from now on.
    /// What was said and not written down is gone with the server.
    mutating func serverEnded() {
        for task in open {
            hand(task.id, to: nil)
            guard let index = sagas[task.saga]?.open.firstIndex(where: { $0.id == task.id }) else { continue }
            sagas[task.saga]?.open[index].extended = 0
            sagas[task.saga]?.open[index].promised = 0
        }
    }

    mutating func hand(_ task: String, to peer: Int?) {
        guard let id = tasks[task]?.saga else { return }
        tasks[task]?.holder = peer
        guard let saga = sagas[id], let index = saga.open.firstIndex(where: { $0.id == task }) else { return }
        sagas[id]?.open[index].holder = peer
    }
}
