public import Kernel
public import Wire

/// One command, before it has an id.
public struct Command: Sendable, Equatable {
    public var aggregate: AggregateID
    public var name: String
    public var body: JSON
    /// Nil: any version. 0: must not exist yet. n: exactly n.
    public var expected: UInt64?
    public var headers: [Header]

    public init(
        _ aggregate: AggregateID, _ name: String, _ body: JSON = .object(JSONObject()), expected: UInt64? = nil,
        headers: [Header] = []
    ) {
        self.aggregate = aggregate
        self.name = name
        self.body = body
        self.expected = expected
        self.headers = headers
    }

    /// With the aggregate written `type/key`.
    public init(
        _ aggregate: String, _ name: String, _ body: JSON = .object(JSONObject()), expected: UInt64? = nil, headers: [Header] = []
    ) throws(SkaldError) {
        let parts = aggregate.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .invalid("'\(aggregate)' is not an aggregate; write type/key, as in account/alice")
        }
        self.init(AggregateID(String(parts[0]), String(parts[1])), name, body, expected: expected, headers: headers)
    }

    func request(_ id: WireID) -> CommandRequest {
        CommandRequest(id: id, aggregate: aggregate, expected: expected, name: name, headers: headers, body: body.bytes)
    }
}
