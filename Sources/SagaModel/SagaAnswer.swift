/// What a participant says of one attempt, whenever it says it.
public struct SagaAnswer: Sendable, Equatable {
    public let operation: String
    public let attempt: Int
    public let outcome: StepOutcome
    /// Whether it dedupes on the operation: only then a "no" after an unknown attempt speaks for all of them.
    public let dedupes: Bool

    public init(operation: String, attempt: Int, outcome: StepOutcome, dedupes: Bool = true) {
        self.operation = operation
        self.attempt = attempt
        self.outcome = outcome
        self.dedupes = dedupes
    }
}

/// What an answer comes to.
public enum AnswerVerdict: Sendable, Equatable {
    case counts(SagaEvent)
    /// Late or stale: nothing changes. The event says so in the history; nil where there is nothing to say it to, because the
    /// saga has ended, the operation is none of its own, or enough was said.
    case ignored(SagaEvent?)
}
