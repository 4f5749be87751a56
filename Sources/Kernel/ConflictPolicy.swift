/// What a command meets whose expected version is not the aggregate's current one.
public enum ConflictPolicy<A: Aggregate>: Sendable {
    /// Refused with `conflict`, naming both versions.
    case strict
    /// Decided on the current state as if it had named the current version.
    case lastWriteWins
    /// Asked each time: return nil to go on, or the refusal to answer.
    case custom(@Sendable (Conflict<A>) -> ConflictVerdict)
}

/// A stale command and everything known about it.
public struct Conflict<A: Aggregate>: Sendable {
    public let key: String
    public let current: UInt64
    public let expected: UInt64
    public let state: A.State
    public let command: A.Command

    public init(key: String, current: UInt64, expected: UInt64, state: A.State, command: A.Command) {
        self.key = key
        self.current = current
        self.expected = expected
        self.state = state
        self.command = command
    }
}

public enum ConflictVerdict: Sendable, Equatable {
    /// Decide on the current state.
    case proceed
    /// Answer `conflict` with both versions.
    case conflict
    /// Answer `rejected` with this refusal.
    case refuse(Refusal)
}
