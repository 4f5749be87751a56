// Commands, events and JSON come along: `import SkaldTesting` is all a test of one's own needs.
@_exported public import Kernel

/// Tests an aggregate by example: given what happened, when a command comes, then these events and this result.
///
///     try given(Account.self, [.opened(owner: "ann")])
///         .when(.deposit(amount: 5))
///         .then([.deposited(amount: 5)], result: ["balance": 5])
///
/// Needs no server and no test framework: every `then` throws a `Difference` that tells what was expected and what came.
/// Events, command and state pass through their JSON forms on the way, as they do in a server.
public func given<A: Aggregate>(_ aggregate: A.Type, _ events: [A.Event] = [], key: String = "test") -> Given<A> {
    Given(events: events, key: key)
}

/// What has happened to one aggregate.
public struct Given<A: Aggregate>: Sendable {
    let events: [A.Event]
    let key: String

    /// `expected` is the version the command names; nil when any will do.
    public func when(_ command: A.Command, expected: UInt64? = nil) throws -> Example<A> {
        let (name, body) = try MessageCoder.encode(command)
        return try when(name, body, expected: expected)
    }

    /// The command as a client sends it, for bodies that do not fit.
    public func when(_ name: String, _ body: JSON, expected: UInt64? = nil) throws -> Example<A> {
        let handler = AggregateHandler(A.self)
        var state = handler.initial
        for event in events { try handler.evolve(&state, try stored(event)) }
        let version = UInt64(events.count)
        let call = CommandCall(name: name, body: body, key: key, version: version, expected: expected)
        return try Example(handler: handler, name: name, before: state, outcome: handler.decide(call, state))
    }

    func stored(_ event: A.Event) throws -> StoredEvent {
        let (name, body) = try MessageCoder.encode(event)
        return StoredEvent(name: name, schema: A.schema, body: body)
    }
}
