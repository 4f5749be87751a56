import EventLog
import Kernel
import Wire

/// Events that their own aggregate cannot fold: a bug in its code, found before anything was stored.
struct HandlerBug: Error, CustomStringConvertible {
    let description: String
}

/// Decisions, and aggregates in memory: loading, folding what was decided, keeping.
extension Engine {
    func load(_ id: AggregateID, _ handler: AggregateHandler, _ batch: Batch) throws -> LoadedAggregate {
        if let cached = aggregates[id] { return cached }
        let loaded = try Hydration.load(id, handler, batch.reader)
        aggregates[id] = loaded
        return loaded
    }

    /// Asks a handler. Nothing can pre-empt one that is slow, and everyone waits for it: so it is told by name.
    func decide(_ handler: AggregateHandler, _ call: CommandCall, _ state: any Sendable, _ batch: Batch) -> CommandOutcome {
        let before = clock.now()
        let outcome = handler.decide(call, state)
        let taken = clock.now().milliseconds - before.milliseconds
        if taken >= EngineLimits.slowHandler {
            batch.warnings.append("\(handler.type).\(call.name) took \(taken) ms to decide; everything else waited for it")
        }
        return outcome
    }

    /// Puts the new state in place of the old and writes a snapshot when one is due.
    func keep(_ loaded: LoadedAggregate, _ id: AggregateID, _ batch: Batch) {
        var loaded = loaded
        let interval = UInt64(max(1, loaded.handler.snapshotInterval))
        if loaded.head.version >= loaded.snapshotVersion + interval, let state = try? loaded.handler.encode(loaded.state) {
            let snapshot = Snapshot(head: loaded.head, schema: loaded.handler.schema, state: state)
            batch.write(.snapshots, Snapshot.key(id), snapshot.bytes)
            loaded.snapshotVersion = loaded.head.version
        }
        aggregates[id] = loaded
    }

    /// Events as they will lie in the log, within the limits.
    static func stored(_ events: [StoredEvent]) throws(Fault) -> [StoredBody] {
        guard events.count <= EngineLimits.eventsPerCommand else {
            throw Fault(.tooLarge, "the command makes \(events.count) events; at most \(EngineLimits.eventsPerCommand) are stored at once")
        }
        var bytes = 0
        var bodies: [StoredBody] = []
        bodies.reserveCapacity(events.count)
        for event in events {
            let body = event.body.bytes
            bytes += body.count
            guard body.count <= EngineLimits.body, bytes <= EngineLimits.entry else {
                throw Fault(.tooLarge, "the command's events are larger than \(EngineLimits.entry) bytes, or one than \(EngineLimits.body)")
            }
            bodies.append(StoredBody(name: event.name, schema: UInt16(clamping: event.schema), body: body))
        }
        return bodies
    }
}

extension LoadedAggregate {
    /// Folds freshly decided events. One that does not fold would park the aggregate for ever, so it is refused now.
    mutating func fold(_ events: [StoredEvent], of id: AggregateID) throws(HandlerBug) {
        for event in events {
            do { try handler.evolve(&state, event) } catch {
                throw HandlerBug(description: "\(id) cannot fold the event '\(event.name)' that it made: \(error); nothing was stored")
            }
        }
    }
}
