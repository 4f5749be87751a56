public import Kernel

/// What a worker offers: the body of `ready`. Said again, it replaces what was said before.
public struct Ready: Sendable, Equatable {
    /// How much of one action may run at once, over all workers. The smallest one said counts.
    public struct Limit: Sendable, Equatable {
        public var action: String
        /// Attempts at once.
        public var concurrent: Int64?
        /// Attempts begun per second.
        public var perSecond: Double?

        public init(action: String, concurrent: Int64? = nil, perSecond: Double? = nil) {
            self.action = action
            self.concurrent = concurrent
            self.perSecond = perSecond
        }
    }

    public var actions: [String]
    /// Aggregate types.
    public var aggregates: [String]
    /// Tasks it holds at most at once. 0: it takes no new ones.
    public var credit: Int64
    /// What it would like; the server's `welcome` decides.
    public var heartbeatMilliseconds: Int64
    /// It promises one effect per operation.
    public var dedupes: Bool
    /// Of the state of its aggregates: another number, and states are folded anew.
    public var schema: Int64
    /// Tasks it still works on.
    public var holding: [WireID]
    public var limits: [Limit]

    public init(
        actions: [String] = [], aggregates: [String] = [], credit: Int64 = 1, heartbeatMilliseconds: Int64 = 2500,
        dedupes: Bool = false, schema: Int64 = 1, holding: [WireID] = [], limits: [Limit] = []
    ) {
        self.actions = actions
        self.aggregates = aggregates
        self.credit = credit
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.dedupes = dedupes
        self.schema = schema
        self.holding = holding
        self.limits = limits
    }

    /// As it is sent.
    public var body: JSON {
        var object = JSONObject(uniqueKeysWithValues: [
            ("actions", .array(actions.map { .string($0) })), ("aggregates", .array(aggregates.map { .string($0) })),
            ("credit", .int(credit)), ("heartbeat_ms", .int(heartbeatMilliseconds)), ("dedupes", .bool(dedupes)),
            ("schema", .int(schema)), ("holding", .array(holding.map { .string($0.text) })),
        ])
        if !limits.isEmpty { object.append("limits", .object(limitsObject)) }
        return .object(object)
    }

    private var limitsObject: JSONObject {
        var object = JSONObject()
        for limit in limits {
            var entry = JSONObject()
            if let concurrent = limit.concurrent { entry.append("concurrent", .int(concurrent)) }
            if let perSecond = limit.perSecond { entry.append("per_second", .double(perSecond)) }
            object.append(limit.action, .object(entry))
        }
        return object
    }
}
