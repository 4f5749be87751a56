import EventLog
import Kernel

/// The states of aggregates that workers fold: found, kept, written down.
extension Engine {
    func remoteAggregate(_ id: AggregateID, _ batch: Batch) throws -> RemoteAggregate {
        if let known = remote.cache[id] { return known }
        let head = try batch.reader.stream(id) ?? StreamHead(version: 0, position: 0, entryPosition: 0)
        let found = RemoteAggregate(head: head)
        remote.cache[id] = found
        return found
    }

    /// The newest state of a schema: in memory, else the snapshot, else the one before all events.
    func base(of id: AggregateID, _ schema: Int, _ batch: Batch) throws -> RemoteState {
        var aggregate = try remoteAggregate(id, batch)
        if let known = aggregate.state(schema) { return known }
        guard let bytes = try batch.reader.value(.snapshots, Snapshot.key(id)), let snapshot = Snapshot(bytes: bytes),
            snapshot.schema == schema, snapshot.head.version <= aggregate.head.version
        else { return .initial(schema) }
        let state = RemoteState(json: snapshot.state.bytes, head: snapshot.head, schema: schema)
        aggregate.snapshotVersion = snapshot.head.version
        aggregate.keep(state)
        remote.cache[id] = aggregate
        return state
    }

    /// Keeps where a stream stands after new events, and the state there when it is known.
    func keep(_ id: AggregateID, at head: StreamHead, _ body: RemoteStateBody?, _ batch: Batch) {
        guard var aggregate = remote.cache[id] else { return }
        aggregate.head = head
        remote.cache[id] = aggregate
        if let body { keep(RemoteState(json: body.json, head: head, schema: body.schema), of: id, batch) }
    }

    /// Keeps a state, with a snapshot when one is due.
    func keep(_ state: RemoteState, of id: AggregateID, _ batch: Batch) {
        // It may have been forgotten while a worker folded.
        guard var aggregate = try? remoteAggregate(id, batch) else { return }
        aggregate.keep(state)
        if state.head == aggregate.head, state.head.version >= aggregate.snapshotVersion + EngineLimits.remoteSnapshot,
            let json = try? JSON.parse(state.json, maximumDepth: JSON.storedDepth)
        {
            let snapshot = Snapshot(head: state.head, schema: state.schema, state: json)
            batch.write(.snapshots, Snapshot.key(id), snapshot.bytes)
            aggregate.snapshotVersion = state.head.version
        }
        remote.cache[id] = aggregate
    }
}

/// The events that one fold takes.
struct FoldChunk {
    /// `[{"name", "body", "schema"}…]`.
    private(set) var json: [UInt8] = [UInt8(ascii: "[")]
    /// Where the last of them stands; nil when there is none.
    private(set) var end: StreamHead?

    init(_ id: AggregateID, behind head: StreamHead, _ bound: Hydration.Bound, _ reader: any LogReader) throws {
        var chunk = self
        try reader.visitStream(id, from: head.version + 1, backwards: false) { chunk.take($0, behind: head.version, bound) }
        self = chunk
        json.append(UInt8(ascii: "]"))
    }

    /// Whether there is anything to fold.
    static func hasEvents(
        _ id: AggregateID, behind head: StreamHead, _ bound: Hydration.Bound, _ reader: any LogReader
    ) throws -> Bool {
        var found = false
        try reader.visitStream(id, from: head.version + 1, backwards: false) { entry in
            let offset = head.version + 1 - min(entry.firstVersion, head.version + 1)
            found =
                switch bound {
                case .head: true
                case .version(let limit): head.version + 1 <= limit
                case .position(let limit): entry.key.position + offset <= limit
                case .time(let limit): entry.time <= limit
                }
            return false
        }
        return found
    }

    /// false when this is all.
    private mutating func take(_ entry: Entry, behind version: UInt64, _ bound: Hydration.Bound) -> Bool {
        if case .time(let limit) = bound, entry.time > limit { return false }
        for (offset, event) in entry.events.enumerated() {
            let place = StreamHead(
                version: entry.firstVersion + UInt64(offset), position: entry.key.position + UInt64(offset),
                entryPosition: entry.key.position)
            if place.version <= version { continue }
            if case .version(let limit) = bound, place.version > limit { return false }
            if case .position(let limit) = bound, place.position > limit { return false }
            let text = Array(#"{"name":"\#(event.name)","body":"#.utf8) + event.body + Array(#","schema":\#(event.schema)}"#.utf8)
            guard end == nil || json.count + text.count <= EngineLimits.foldBytes else { return false }
            if end != nil { json.append(UInt8(ascii: ",")) }
            json += text
            end = place
        }
        return true
    }
}
