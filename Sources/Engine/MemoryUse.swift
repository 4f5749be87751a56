/// What the engine keeps so that it need not be read again, in estimated bytes, and the budget for all of it together.
public struct MemoryUse: Sendable, Equatable {
    public struct Share: Sendable, Equatable {
        public let count: Int
        public let bytes: Int
    }

    public let budget: Int
    public let aggregates: Share
    public let sagas: Share
    /// Aggregates of workers with their states.
    public let remoteAggregates: Share
    /// How often what had not been used for a while was forgotten; quick growth means a budget smaller than what is in use.
    public let rotations: UInt64

    /// Beyond the budget by what one batch has touched, until the next begins.
    public var held: Int { aggregates.bytes + sagas.bytes + remoteAggregates.bytes }
}

extension MemoryUse.Share {
    init<Key, Value>(_ cache: GenerationCache<Key, Value>) {
        count = cache.count
        bytes = cache.weight
    }
}
