import EventLog
import Kernel

/// Holds the entries of one stream, as they are visited, to following each other: where the index has lost a row, the stream
/// is an error and never a shorter one.
struct StreamOrder {
    private let stream: AggregateID
    /// The version the visit begins at.
    let from: UInt64
    let backwards: Bool
    /// The version the next entry must begin with, or, backwards, end with; nil before the first.
    private var next: UInt64?

    init(_ stream: AggregateID, from version: UInt64, backwards: Bool) {
        self.stream = stream
        from = version
        self.backwards = backwards
    }

    /// The version that a visit forwards comes to next.
    var wanted: UInt64 { next ?? max(from, 1) }

    mutating func accept(_ entry: Entry) throws(LogFailure) {
        let (nearest, farthest) = backwards ? (entry.lastVersion, entry.firstVersion) : (entry.firstVersion, entry.lastVersion)
        if let next {
            guard nearest == next else { throw lost(entry) }
        } else if !backwards {
            guard nearest <= max(from, 1) else { throw lost(entry) }
        }
        next = backwards ? farthest - 1 : farthest + 1
    }

    /// Backwards, with nothing left to visit.
    func end() throws(LogFailure) {
        guard let next, next > 0 else { return }
        throw .corrupt("stream \(stream): its index lacks the entry that holds version \(next)")
    }

    private func lost(_ entry: Entry) -> LogFailure {
        .corrupt("stream \(stream): its index lacks the entry beside \(entry.key)")
    }
}
