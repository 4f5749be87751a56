import EventLog
import Kernel
import SagaModel

/// A live saga in memory: its fold, where its stream stands, and what the tables say of it.
struct LoadedSaga: Weighed {
    var state: SagaState
    var head: StreamHead
    /// Position of its first event.
    var start: UInt64
    /// The due time of its row in the timers.
    var timer: Int64?
    /// The state its row shows.
    var shown: String
    /// Who started it: its steps act with that identity, whoever or whatever moves it on.
    var actor: String?
    /// What it was started with, for the workers of its steps.
    var headers: [Cause.Header] = []
    /// Its attempts that workers hold.
    var held: [HeldAttempt] = []
    /// Its rows in the queue.
    var queued: [QueueRow] = []
    /// Of its events.
    var bytes = 0

    var weight: Int {
        let headers = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        return Weight.saga + state.steps.count * MemoryLayout<StepState>.stride + Weight.jsonByte * bytes + headers
    }
}

/// An attempt of a saga that a worker holds; its task is the position of the event that began it.
struct HeldAttempt: Equatable {
    let step: Int
    let direction: Direction
    let number: Int
    let position: UInt64

    var task: String { String(position) }
}

extension LoadedSaga {
    /// Follows what workers hold, event by event; `position` is the event's.
    mutating func note(_ event: SagaEvent, at position: UInt64) {
        let begun: (step: String, direction: Direction, attempt: Int)
        switch event {
        case .stepStarted(let step, let attempt, _, .some): begun = (step, .do, attempt)
        case .undoStarted(let step, let attempt, .some): begun = (step, .undo, attempt)
        case .stepProbed(let step, let attempt, .some): begun = (step, .probe, attempt)
        default: return
        }
        guard let step = state.definition.index(of: begun.step), state.holds(step, begun.direction, begun.attempt) else { return }
        held.append(HeldAttempt(step: step, direction: begun.direction, number: begun.attempt, position: position))
    }

    /// Takes out what is answered, over or given up.
    mutating func dropSettled() { held.removeAll { state.isEnded || !state.holds($0.step, $0.direction, $0.number) } }
}

extension SagaPlan {
    /// When the timers must wake a saga: a pure function of its state, so that recovery finds the row that running wrote.
    /// A saga cut off in the middle of its turn is due at once; what waits for a worker has no time.
    static func schedule(_ state: SagaState, at now: Timestamp) -> Int64? {
        if state.isEnded { return nil }
        let isDue = moves(state, at: now).contains { state.offer(for: $0, at: now) == nil }
        return isDue ? state.updatedAt.milliseconds : wakeUp(state, after: now)
    }
}

/// Reads sagas from the log.
struct SagaReader {
    let library: DefinitionLibrary
    /// Registered in a batch that is not durable yet.
    var registered: [RegisteredDefinition] = []

    /// The saga's fold, or nil when there is no such saga. `staged` are its entries behind those that the reader has.
    func load(_ id: String, _ reader: any LogReader, staged: [Entry] = []) throws -> LoadedSaga? {
        let stream = SagaTables.stream(id)
        var loaded: LoadedSaga?
        var failure: (any Error)?
        try reader.visitStream(stream, from: 1, backwards: false) { entry in
            do {
                try fold(entry, into: &loaded, id)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        for entry in staged where !entry.events.isEmpty { try fold(entry, into: &loaded, id) }
        guard var loaded else { return nil }
        loaded.timer = SagaPlan.schedule(loaded.state, at: loaded.state.updatedAt)
        loaded.shown = loaded.state.shownState
        return loaded
    }

    private func fold(_ entry: Entry, into loaded: inout LoadedSaga?, _ id: String) throws {
        let events = Mutant.recoveryDropsLastEvent.isActive ? entry.events.dropLast() : entry.events[...]
        for (offset, stored) in events.enumerated() {
            let event = try SagaEvent(name: stored.name, body: try JSON.parse(stored.body, maximumDepth: JSON.storedDepth))
            if case .started(let start) = event {
                let definition = try library.definition(of: start, staged: registered)
                let state = SagaState(id: id, definition: definition, start: start, at: entry.time)
                let head = StreamHead(version: 0, position: 0, entryPosition: 0)
                loaded = LoadedSaga(
                    state: state, head: head, start: entry.key.position, timer: nil, shown: "", actor: entry.cause.actor,
                    headers: entry.cause.headers)
            } else {
                guard loaded != nil else { throw Parked(description: "the saga \(id) does not begin with saga.started") }
                try loaded?.state.apply(event, at: entry.time)
                loaded?.note(event, at: entry.key.position + UInt64(offset))
            }
            loaded?.bytes += stored.body.count
        }
        loaded?.dropSettled()
        loaded?.head = StreamHead(version: entry.lastVersion, position: entry.lastPosition, entryPosition: entry.key.position)
    }
}
