public import EventLog

/// How many sagas are in each state that is not an end; each counted to `QueryLimits.counted`, which so means that many or more.
public struct SagaCounts: Sendable, Equatable {
    public let running: Int
    public let compensating: Int
    public let stuck: Int

    /// Looks at a bounded number of rows.
    public init(_ reader: any LogReader) throws {
        running = try Self.count("running", reader)
        compensating = try Self.count("compensating", reader)
        stuck = try Self.count("stuck", reader)
    }

    private static func count(_ state: String, _ reader: any LogReader) throws -> Int {
        guard let first = SagaTables.stateKey(state, 0) else { return 0 }
        var count = 0
        try reader.visit(.sagaStates, from: first, backwards: false) { key, _ in
            guard key.first == first.first, count < QueryLimits.counted else { return false }
            count += 1
            return true
        }
        return count
    }
}
