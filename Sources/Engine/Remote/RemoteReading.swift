import EventLog
import Kernel

/// A read of an aggregate that workers fold, on its way.
struct RemoteReading: Sendable {
    let aggregate: AggregateID
    let bound: Hydration.Bound
    /// Asked for as it is, not as it was: what is in memory or in a snapshot will do.
    let isNow: Bool
    let waiter: Int
    /// As far as it is folded, one for each schema.
    private(set) var folded: [RemoteState] = []
    /// Times a worker had it and nobody knows what came of it.
    var unknowns = 0
    var task: String?

    init(aggregate: AggregateID, bound: Hydration.Bound, isNow: Bool, waiter: Int) {
        self.aggregate = aggregate
        self.bound = bound
        self.isNow = isNow
        self.waiter = waiter
    }

    func state(_ schema: Int) -> RemoteState { folded.first { $0.schema == schema } ?? .initial(schema) }

    mutating func keep(_ state: RemoteState) {
        folded.removeAll { $0.schema == state.schema }
        folded.append(state)
        if folded.count > EngineLimits.remoteSchemas { folded.removeFirst() }
    }
}
