import EventLog
import Kernel

/// Rules of the log itself, checked entry by entry: dense positions, contiguous versions, time that never goes back, one
/// receipt for an id, one effect for an operation.
struct LogAudit {
    private var next = LogKey(position: 1, ordinal: 0)
    private var time = Timestamp(milliseconds: 0)
    private var heads: [String: StreamHead] = [:]
    /// Operations that have had an effect, and when: a saga's by their id, a client's by theirs.
    private var effects: [String: Timestamp] = [:]
    private let retention: Int64
    private(set) var last: LogKey?

    init(retention: Int64) { self.retention = retention }

    /// `latest` is the latest time that any batch has had.
    mutating func admit(_ entry: Entry, latest: Timestamp) throws(SimulationFailure) {
        let place = "entry \(entry.key) of \(entry.aggregate)"
        try require(entry.key == next, "\(place) stands where \(next) was expected")
        try require(entry.time >= time, "\(place): time goes back")
        let stream = entry.aggregate.description
        let head = heads[stream] ?? StreamHead(version: 0, position: 0, entryPosition: 0)
        try require(entry.firstVersion == head.version + 1, "\(place): version \(entry.firstVersion) follows \(head.version)")
        try require(entry.previous == head.entryPosition, "\(place) points back to \(entry.previous), not \(head.entryPosition)")
        try require(!entry.events.isEmpty || entry.receipt != nil, "\(place) holds nothing")
        if !entry.events.isEmpty {
            heads[stream] = StreamHead(entry)
            next = LogKey(position: entry.key.position + UInt64(entry.events.count), ordinal: 0)
            try admitEffect(entry, latest, place)
        } else {
            next = LogKey(position: entry.key.position, ordinal: entry.key.ordinal + 1)
        }
        time = entry.time
        last = entry.key
    }

    /// An operation has at most one effect; a client's, as long as its id is remembered. A saga's own events are no effects.
    private mutating func admitEffect(_ entry: Entry, _ latest: Timestamp, _ place: String) throws(SimulationFailure) {
        guard !entry.aggregate.isSystem else { return }
        let operation = entry.cause.command
        if let first = effects[operation] {
            let isForgotten = entry.receipt != nil && first <= latest.advanced(by: -retention)
            try require(isForgotten, "\(place): the operation \(operation) has a second effect")
        }
        effects[operation] = entry.time
    }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw SimulationFailure(rule: "log", what()) }
    }
}
