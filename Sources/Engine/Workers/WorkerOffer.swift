/// What a worker says of itself in `ready`, brought into bounds.
struct WorkerOffer: Sendable {
    /// In order, each once; so are the aggregates.
    let actions: [String]
    let aggregates: [String]
    /// Tasks it holds at most at once.
    let credit: Int
    /// In milliseconds.
    let heartbeat: Int64
    let dedupes: Bool
    let schema: Int
    /// Tasks it says it holds.
    private(set) var holding: [String]
    let limits: [String: ActionLimit]

    init(
        actions: [String] = [], aggregates: [String] = [], credit: Int = 16, heartbeat: Int64 = 2_500, dedupes: Bool = false,
        schema: Int = 1, holding: [String] = [], limits: [String: ActionLimit] = [:]
    ) {
        self.actions = Set(actions).sorted()
        self.aggregates = Set(aggregates).sorted()
        self.credit = min(max(0, credit), EngineLimits.leases)
        self.heartbeat = min(max(EngineLimits.heartbeats.lowerBound, heartbeat), EngineLimits.heartbeats.upperBound)
        self.dedupes = dedupes
        self.schema = schema
        self.holding = holding
        self.limits = limits
    }

    /// What is worth keeping once the leases are claimed.
    var withoutHolding: WorkerOffer {
        var offer = self
        offer.holding = []
        return offer
    }

    var duties: [Duty] { actions.map(Duty.action) + aggregates.map(Duty.aggregate) }

    func limit(_ duty: Duty) -> ActionLimit? {
        if case .action(let name) = duty { limits[name] } else { nil }
    }
}
