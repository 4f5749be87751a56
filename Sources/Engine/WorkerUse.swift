/// Workers at one moment.
public struct WorkerUse: Sendable, Equatable {
    public let connected: Int
    /// Given out and not answered, also those whose worker is gone and that are not taken back yet.
    public let tasks: Int
}

extension Engine {
    public var workerUse: WorkerUse { WorkerUse(connected: pool.count, tasks: pool.leaseCount) }
}
