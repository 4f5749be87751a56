public import Kernel

/// A `command`: the hot path. `SKALD1 command <id> <aggregate> <key> <expected> <name> ⏎ fields`.
public struct CommandRequest: Sendable, Equatable {
    public var id: WireID
    public var aggregate: AggregateID
    /// Nil: any version. 0: must not exist yet. n: exactly n.
    public var expected: UInt64?
    public var name: String
    public var headers: [Header]
    /// As sent, for comparing repeats byte by byte. Empty stands for `{}`; not yet known to be JSON.
    public var body: [UInt8]

    public init(
        id: WireID, aggregate: AggregateID, expected: UInt64? = nil, name: String, headers: [Header] = [], body: [UInt8] = []
    ) {
        self.id = id
        self.aggregate = aggregate
        self.expected = expected
        self.name = name
        self.headers = headers
        self.body = body
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        let words = [aggregate.type, aggregate.key, expected.map { String($0) }, name]
        return Frame(verb: "command", id: id, words: words, headers: headers).encoded(body: body)
    }
}
