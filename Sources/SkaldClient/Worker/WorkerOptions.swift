public import Wire

/// How a worker works.
public struct WorkerOptions: Sendable {
    /// Tasks it holds at once.
    public var credit = 16
    /// How often either side says something at least; the server may decide otherwise.
    public var heartbeat: Duration = .milliseconds(2500)
    /// The promise that every handler has one effect per operation, however often it is asked (see `Barrier`).
    public var dedupes = false
    /// How much of one action may run at once, over all workers; the smallest one said counts.
    public var limits: [Ready.Limit] = []
    /// How long `stop` waits for what is held; then its handlers are cancelled and its outcomes are unknown.
    public var grace: Duration = .seconds(30)
    /// Told, in one line, what a person should know: a lost connection, an error no handler meant. Never a payload.
    public var log: @Sendable (String) -> Void = { _ in }

    public init(credit: Int = 16, dedupes: Bool = false, limits: [Ready.Limit] = []) {
        self.credit = credit
        self.dedupes = dedupes
        self.limits = limits
    }
}
