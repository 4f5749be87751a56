public import Kernel

/// A command that was decided; every `then` checks one thing about it and hands the example on.
public struct Example<A: Aggregate>: Sendable {
    /// How the decision ended.
    public let outcome: CommandOutcome
    /// The state after the decision's events, as JSON; the state before them when there are none.
    public let state: JSON
    private let command: String

    init(handler: AggregateHandler, name: String, before: AggregateHandler.State, outcome: CommandOutcome) throws {
        command = "\(A.type).\(name)"
        self.outcome = outcome
        var after = before
        if case .accepted(let events, _) = outcome {
            for event in events { try handler.evolve(&after, event) }
        }
        state = try handler.encode(after)
        let again = try handler.encode(try handler.decode(state))
        guard again.bytes == state.bytes else {
            throw Difference(
                "\(command): the state is not the same after its JSON form", expected: state.text, actual: again.text)
        }
    }

    /// Accepted, with exactly these events and, when given, this result.
    @discardableResult
    public func then(_ events: [A.Event], result: JSON? = nil) throws -> Example {
        guard case .accepted(let actual, let actualResult) = outcome else {
            throw Difference("\(command) was not accepted", expected: "accepted", actual: outcome.text)
        }
        let expected = CommandOutcome.text(try events.map { try MessageCoder.encode($0) })
        let found = CommandOutcome.text(actual.map { ($0.name, $0.body) })
        try compare("the events", expected, found, equal: expected.hasBytes(of: found))
        if let result { try compare("the result", result.text, actualResult.text, equal: result == actualResult) }
        return self
    }

    /// Accepted, and nothing happened.
    @discardableResult
    public func thenNothing(result: JSON? = nil) throws -> Example { try then([], result: result) }

    /// Refused by the domain with this code.
    @discardableResult
    public func thenRefused(_ code: String) throws -> Example {
        if case .refused(let refusal) = outcome, refusal.code == code { return self }
        throw Difference("\(command) was not refused so", expected: "refused: \(code)", actual: outcome.text)
    }

    /// Ended in exactly this way.
    @discardableResult
    public func then(outcome expected: CommandOutcome) throws -> Example {
        try compare("the outcome", expected.text, outcome.text, equal: expected == outcome)
        return self
    }

    /// The state is this afterwards; the order of members does not matter.
    @discardableResult
    public func thenState(_ expected: JSON) throws -> Example {
        try compare("the state", expected.text, state.text, equal: expected == state)
        return self
    }

    private func compare(_ what: String, _ expected: String, _ actual: String, equal: Bool) throws {
        guard equal else { throw Difference("\(command): not \(what) expected", expected: expected, actual: actual) }
    }
}
