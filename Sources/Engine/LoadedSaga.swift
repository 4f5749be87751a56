import EventLog
import Kernel
import SagaModel

/// A live saga in memory: its fold, where its stream stands, and what the tables say of it.
struct LoadedSaga {
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
}

extension SagaPlan {
    /// When the timers must wake a saga: a pure function of its state, so that recovery finds the row that running wrote.
    /// A saga cut off in the middle of its turn is due at once.
    static func schedule(_ state: SagaState) -> Int64? {
        if state.isEnded { return nil }
        return moves(state, at: state.updatedAt).isEmpty ? wakeUp(state) : state.updatedAt.milliseconds
    }
}

/// Reads sagas from the log.
struct SagaReader {
    let library: DefinitionLibrary

    /// The saga's fold, or nil when there is no such saga.
    func load(_ id: String, _ reader: any LogReader) throws -> LoadedSaga? {
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
        guard var loaded else { return nil }
        loaded.timer = SagaPlan.schedule(loaded.state)
        loaded.shown = loaded.state.shownState
        return loaded
    }

    private func fold(_ entry: Entry, into loaded: inout LoadedSaga?, _ id: String) throws {
        for stored in Mutant.recoveryDropsLastEvent.isActive ? entry.events.dropLast() : entry.events[...] {
            let event = try SagaEvent(name: stored.name, body: try JSON.parse(stored.body, maximumDepth: JSON.storedDepth))
            if case .started(let start) = event {
                let definition = try library.definition(of: start)
                let state = SagaState(id: id, definition: definition, start: start, at: entry.time)
                let head = StreamHead(version: 0, position: 0, entryPosition: 0)
                loaded = LoadedSaga(
                    state: state, head: head, start: entry.key.position, timer: nil, shown: "", actor: entry.cause.actor)
            } else {
                guard loaded != nil else { throw Parked(description: "the saga \(id) does not begin with saga.started") }
                try loaded?.state.apply(event, at: entry.time)
            }
        }
        loaded?.head = StreamHead(version: entry.lastVersion, position: entry.lastPosition, entryPosition: entry.key.position)
    }
}
