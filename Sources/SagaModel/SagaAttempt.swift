public import Kernel

/// One attempt that begins: what a participant is sent, or what is decided here at once.
public struct SagaAttempt: Sendable, Equatable {
    /// Index of its step.
    public let step: Int
    public let isUndo: Bool
    /// `<saga>/<step>/<do|undo>[~g]`: the same for every attempt of one operation, so that participants can dedupe on it.
    public let operation: String
    /// From 1, over all operations of the step.
    public let number: Int
    public let aggregate: AggregateID
    public let command: String
    public let body: JSON
    /// Expected version of the aggregate; an undo never expects one.
    public let expected: UInt64?
    /// Milliseconds after which nobody knows what became of it; nil for no limit.
    public let timeout: Int64?

    /// What its participant says of it.
    public func answer(_ outcome: StepOutcome, dedupes: Bool = true) -> SagaAnswer {
        SagaAnswer(operation: operation, attempt: number, outcome: outcome, dedupes: dedupes)
    }

    /// Nobody answered in time: never a "no".
    public var timedOut: SagaAnswer {
        answer(.unknown(Failure(code: "timeout", message: "no answer to attempt \(number) in time")))
    }
}

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
    /// saga has ended or the operation is none of its own.
    case ignored(SagaEvent?)
}
