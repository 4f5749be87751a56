import EventLog
import Kernel
import Wire

/// Aggregates in memory: loading, deciding, keeping.
extension Engine {
    func load(_ id: AggregateID, _ handler: AggregateHandler, _ batch: Batch) throws -> ResidentAggregate {
        if let cached = aggregates[id] { return cached }
        let resident = ResidentAggregate(try Hydration.load(id, handler, batch.reader))
        aggregates[id] = resident
        return resident
    }

    /// Loads anew what a command has changed that is not accepted after all.
    func reload(_ id: AggregateID, _ handler: AggregateHandler, _ batch: Batch) throws {
        // Whatever happens next, what was decided and not kept must not be decided upon.
        aggregates[id] = nil
        var loaded = try Hydration.load(id, handler, batch.reader)
        for entry in batch.entries(of: id) { _ = try Hydration.fold(entry, into: &loaded, id, .head) }
        aggregates[id] = ResidentAggregate(loaded)
    }

    /// Decides a command and, when it is accepted, folds its events into the state; `head` stays.
    ///
    /// Nothing can pre-empt a handler that is slow, and everyone waits for it: so it is told by name.
    func perform(_ call: CommandCall, _ loaded: inout LoadedAggregate, _ batch: Batch) -> CommandOutcome {
        let before = clock.uptime
        let outcome = decideAndFold(call, &loaded)
        let taken = clock.uptime - before
        if taken >= EngineLimits.slowHandler { tell(slow: loaded.handler.type, call, taken, batch) }
        return outcome
    }

    private func tell(slow type: String, _ call: CommandCall, _ taken: Int64, _ batch: Batch) {
        guard notices.mayTell(of: "slow \(type).\(call.name)", at: clock.uptime) else { return }
        batch.warnings.append("\(type).\(call.name) took \(taken) ms to decide; everything else waited for it")
    }

    /// A command that was neither accepted nor refused: whoever sent it may keep that to himself. Where its error is to be seen, and
    /// not the error, which may hold what the command held.
    func tell(failed command: String, of aggregate: AggregateID, seeing place: String, _ batch: Batch) {
        guard notices.mayTell(of: "failed \(aggregate.type).\(command)", at: clock.uptime) else { return }
        batch.warnings.append(
            "handler_failed: \(aggregate.type).\(command) on \(aggregate), nothing was stored: a bug in the aggregate's code; its error:"
                + " `skald \(place)` (told of once a minute for each command)")
    }

    /// Folds what was decided from the form in which it will be stored: the very fold of recovery, so that an event that
    /// would not be read back is refused now.
    private func decideAndFold(_ call: CommandCall, _ loaded: inout LoadedAggregate) -> CommandOutcome {
        let outcome = loaded.handler.decide(call, loaded.state)
        guard case .accepted(let events, _) = outcome else { return outcome }
        for event in events {
            do { try loaded.handler.evolve(&loaded.state, event) } catch {
                loaded.isSpoilt = true
                let command = "\(loaded.handler.type).\(call.name)"
                return .failed(
                    "\(command): \(loaded.handler.type)/\(call.key) cannot fold the event '\(event.name)' it made: \(error)")
            }
        }
        return outcome
    }

    /// Writes a snapshot when one is due.
    func snapshot(_ loaded: inout LoadedAggregate, _ id: AggregateID, _ batch: Batch) {
        let interval = UInt64(max(1, loaded.handler.snapshotInterval))
        guard loaded.head.version >= loaded.snapshotVersion + interval, let state = try? loaded.handler.encode(loaded.state)
        else { return }
        var head = loaded.head
        if Mutant.snapshotBehind.isActive { head.version -= 1 }
        let snapshot = Snapshot(head: head, schema: loaded.handler.schema, state: state)
        let bytes = snapshot.bytes
        batch.write(.snapshots, Snapshot.key(id), bytes)
        loaded.snapshotVersion = loaded.head.version
        // Now that it is encoded its size is known.
        let before = loaded.weight
        loaded.weigh(bytes.count)
        aggregates.grew(by: loaded.weight - before)
    }

    /// Events as they will lie in the log, within the limits.
    static func stored(_ events: [StoredEvent]) throws(Fault) -> [StoredBody] {
        guard events.count <= EngineLimits.eventsPerCommand else {
            throw Fault(
                .tooLarge, "the command makes \(events.count) events; at most \(EngineLimits.eventsPerCommand) are stored at once"
            )
        }
        var bytes = 0
        var bodies: [StoredBody] = []
        bodies.reserveCapacity(events.count)
        for event in events {
            let body = event.body.bytes
            bytes += body.count
            guard body.count <= EngineLimits.body, bytes <= EngineLimits.entry else {
                throw Fault(
                    .tooLarge,
                    "the command's events are larger than \(EngineLimits.entry) bytes, or one than \(EngineLimits.body)")
            }
            bodies.append(StoredBody(name: event.name, schema: UInt16(clamping: event.schema), body: body))
        }
        return bodies
    }
}
