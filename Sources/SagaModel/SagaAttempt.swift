public import Kernel

/// One attempt that begins: what a participant is sent, or what is decided here at once. A class: it is handed from one to the
/// next and never changed.
public final class SagaAttempt: Sendable, Equatable {
    /// Index of its step.
    public let step: Int
    public let direction: Direction
    /// `<saga>/<step>/<do|undo>[~g]`: the same for every attempt of one operation, so that participants can dedupe on it.
    public let operation: String
    /// From 1, over all operations of the step in this direction.
    public let number: Int
    public let participant: Participant
    public let body: JSON
    /// Expected version of the aggregate; an undo never expects one.
    public let expected: UInt64?
    /// Milliseconds after which nobody knows what became of it; nil for no limit.
    public let timeout: Int64?
    /// The operation it reverses or asks about; nil for one that is neither.
    public let origin: Origin?

    /// What a worker is told of the operation that its undo or probe is about.
    public struct Origin: Sendable, Equatable {
        public let operation: String
        public let input: JSON
        /// null when nobody knows.
        public let result: JSON
    }

    init(
        step: Int, direction: Direction, operation: String, number: Int, participant: Participant, body: JSON, expected: UInt64?,
        timeout: Int64?, origin: Origin?
    ) {
        self.step = step
        self.direction = direction
        self.operation = operation
        self.number = number
        self.participant = participant
        self.body = body
        self.expected = expected
        self.timeout = timeout
        self.origin = origin
    }

    public static func == (left: SagaAttempt, right: SagaAttempt) -> Bool {
        left.step == right.step && left.direction == right.direction && left.operation == right.operation
            && left.number == right.number && left.participant == right.participant && left.body == right.body
            && left.expected == right.expected && left.timeout == right.timeout && left.origin == right.origin
    }

    public var isUndo: Bool { direction == .undo }

    /// Of an aggregate that it is a command for.
    public var aggregate: AggregateID? {
        if case .aggregate(let id, _, _) = participant { id } else { nil }
    }

    /// What its participant says of it.
    public func answer(_ outcome: StepOutcome, dedupes: Bool = true) -> SagaAnswer {
        SagaAnswer(operation: operation, attempt: number, outcome: outcome, dedupes: dedupes)
    }

    /// Nobody answered in time: never a "no".
    public var timedOut: SagaAnswer { answer(.unknown(Self.timeout(number))) }

    static func timeout(_ number: Int) -> Failure {
        Failure(code: "timeout", message: "no answer to attempt \(number) in time")
    }
}
