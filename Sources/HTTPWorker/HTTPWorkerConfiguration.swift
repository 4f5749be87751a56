public import Wire

/// What a configuration says: where the server is, and how each action is asked of an HTTP service.
public struct HTTPWorkerConfiguration: Sendable {
    /// Nil: not said.
    public var endpoint: String?
    public var credit: Int
    /// The services take a request with an idempotency key they know for the first one.
    public var dedupes: Bool
    public var limits: [Ready.Limit]
    public var actions: [HTTPAction]
}
