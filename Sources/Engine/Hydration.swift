import EventLog
import Kernel

/// Brings aggregates into memory: the snapshot if there is a good one, then the events behind it.
///
/// The same fold serves running, recovery and time travel; a snapshot never changes the answer.
enum Hydration {
    /// How far to fold.
    enum Bound {
        case head
        case version(UInt64)
        case position(UInt64)
        case time(Timestamp)
    }

    static func load(_ id: AggregateID, _ handler: AggregateHandler, _ reader: any LogReader) throws -> LoadedAggregate {
        guard var loaded = try snapshot(id, handler, reader) else { return try load(id, handler, upTo: .head, reader) }
        // A fold from the first event ends where the stream does; one from a snapshot may have begun behind that.
        guard let head = try reader.stream(id) else { throw LogFailure.corrupt("\(id) has a snapshot, and its index no row of it") }
        try fold(&loaded, id, .head, reader)
        guard loaded.head.version == head.version else {
            throw LogFailure.corrupt("the stream \(id) ends at version \(loaded.head.version), its index says \(head.version)")
        }
        return loaded
    }

    /// The state at some point of the past: the longest prefix within `bound`, folded without snapshots.
    static func load(
        _ id: AggregateID, _ handler: AggregateHandler, upTo bound: Bound, _ reader: any LogReader
    ) throws -> LoadedAggregate {
        var loaded = LoadedAggregate(handler: handler)
        try fold(&loaded, id, bound, reader)
        return loaded
    }

    private static func snapshot(_ id: AggregateID, _ handler: AggregateHandler, _ reader: any LogReader) throws
        -> LoadedAggregate?
    {
        guard let bytes = try reader.value(.snapshots, Snapshot.key(id)), let snapshot = Snapshot(bytes: bytes),
            snapshot.schema == handler.schema
        else { return nil }
        // A state that no longer decodes is a cache miss, not an error: the events are the truth.
        guard let state = try? handler.decode(snapshot.state) else { return nil }
        var loaded = LoadedAggregate(handler: handler)
        loaded.state = state
        loaded.head = snapshot.head
        loaded.snapshotVersion = snapshot.head.version
        loaded.weigh(bytes.count)
        return loaded
    }

    private static func fold(_ loaded: inout LoadedAggregate, _ id: AggregateID, _ bound: Bound, _ reader: any LogReader) throws {
        var failure: (any Error)?
        var folded = loaded
        try reader.visitStream(id, from: loaded.head.version + 1, backwards: false) { entry in
            do { return try fold(entry, into: &folded, id, bound) } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        loaded = folded
    }

    static func fold(_ entry: Entry, into loaded: inout LoadedAggregate, _ id: AggregateID, _ bound: Bound) throws -> Bool {
        if case .time(let limit) = bound, entry.time > limit { return false }
        for (offset, event) in entry.events.enumerated() {
            let version = entry.firstVersion + UInt64(offset)
            let position = entry.key.position + UInt64(offset)
            if version <= loaded.head.version { continue }
            if case .version(let limit) = bound, version > limit { return false }
            if case .position(let limit) = bound, position > limit { return false }
            do {
                try loaded.handler.evolve(&loaded.state, try StoredEvent(event))
            } catch {
                throw Parked(description: "\(id) is parked: its event \(version) '\(event.name)' cannot be folded: \(error)")
            }
            loaded.head = StreamHead(version: version, position: position, entryPosition: entry.key.position)
            loaded.grow(by: event.body.count)
        }
        return true
    }
}

extension StoredEvent {
    /// An event read back from the log.
    init(_ stored: StoredBody) throws {
        self.init(
            name: stored.name, schema: Int(stored.schema), body: try JSON.parse(stored.body, maximumDepth: JSON.storedDepth))
    }
}
