public import Kernel

/// A fact in the life of a saga, as the log keeps it under `$saga/<id>`.
///
/// Steps are named, never numbered, so that a history can be read without its definition. Times are milliseconds.
public enum SagaEvent: Sendable, Equatable {
    case started(SagaStart)
    /// An attempt begins. `call` is what will be sent, recorded with the first attempt of a generation; `due` ends a sleep,
    /// or the time a worker has for it.
    case stepStarted(step: String, attempt: Int, call: StepCall?, due: Int64?)
    /// `undo` is the ledger line frozen now; `undoError` says why it could not be.
    case stepCompleted(step: String, attempt: Int, result: JSON, version: UInt64?, undo: UndoCommand?, undoError: Failure?)
    case stepFailed(step: String, attempt: Int, error: Failure, certainty: Certainty, undo: UndoCommand?, undoError: Failure?)
    /// `definite`: the answer was a no, so the next attempt is a new operation.
    case stepRetrying(step: String, attempt: Int, error: Failure, due: Int64, definite: Bool)
    case stepUnknown(step: String, attempt: Int, error: Failure, due: Int64)
    /// A worker is asked what became of the step's operation.
    case stepProbed(step: String, attempt: Int, due: Int64?)
    case stepSkipped(step: String)
    case stepCancelled(step: String)
    case compensating(reason: CompensationReason, error: SagaError?)
    case undoStarted(step: String, attempt: Int, due: Int64? = nil)
    case undoCompleted(step: String, attempt: Int, result: JSON)
    case undoRetrying(step: String, attempt: Int, error: Failure, due: Int64, ending: UndoEnding)
    /// Not definite: the attempts ran out, and a repair goes on under the same operation.
    case undoFailed(step: String, attempt: Int, error: Failure, isDefinite: Bool)
    /// A worker says that it is still at it: the time it has runs anew.
    case attemptExtended(step: String, direction: Direction, attempt: Int, due: Int64)
    case undoBypassed(step: String)
    case undoWaived(step: String, reason: String, actor: String?)
    case completed(output: JSON, outputError: Failure?)
    case compensated
    case terminated(reason: String, actor: String?)
    case stuck(step: String?, error: Failure)
    case cancelRequested(reason: String, actor: String?)
    /// A person asked for a failed step or undo to be tried again.
    case repaired(step: String, action: String, reason: String, actor: String?)
    /// A participant spoke too late, or of an operation that is over: it changes nothing, and can be read about.
    case answerIgnored(step: String, operation: String, attempt: Int, outcome: String)
}

/// How an attempt of an undo ended that is tried again: refused, so that the next is a new operation; not now; or nobody knows.
public enum UndoEnding: Sendable, Equatable { case refused, postponed, unknown }

/// How a saga began. A class, as all that events carry and states keep: it is handed on, never copied.
public final class SagaStart: Sendable, Equatable {
    public let definition: String
    public let version: Int
    public let input: JSON
    public let key: String?
    /// The definition itself, when the start brought it along.
    public let inline: JSON?
    /// The types of its commands that could be cut elsewhere too, as it was read at the start.
    public let types: [String]
    /// When the time for everything up to the pivot is over; nil for no limit.
    public let deadline: Int64?

    public init(
        definition: String, version: Int, input: JSON, key: String?, inline: JSON?, types: [String] = [], deadline: Int64?
    ) {
        self.definition = definition
        self.version = version
        self.input = input
        self.key = key
        self.inline = inline
        self.types = types
        self.deadline = deadline
    }

    public static func == (left: SagaStart, right: SagaStart) -> Bool {
        left.definition == right.definition && left.version == right.version && left.input == right.input
            && left.key.hasBytes(of: right.key) && left.inline == right.inline && left.types == right.types
            && left.deadline == right.deadline
    }
}

/// What an attempt sends: recorded once, so that later attempts and the undo use the very same.
public final class StepCall: Sendable, Equatable, CustomStringConvertible {
    /// Of the aggregate; nil for a worker's action.
    public let key: String?
    public let input: JSON
    /// The expected version, where the step or the saga's tracking gives one.
    public let expected: UInt64?

    public init(key: String?, input: JSON, expected: UInt64?) {
        self.key = key
        self.input = input
        self.expected = expected
    }

    public var description: String { "\(key ?? "") \(input.text) \(expected.map { "at \($0)" } ?? "")" }

    public static func == (left: StepCall, right: StepCall) -> Bool {
        left === right || left.key.hasBytes(of: right.key) && left.input == right.input && left.expected == right.expected
    }
}

/// The first failure of a saga: which step, and why. For a deadline or a cancel there is no step.
public struct SagaError: Sendable, Equatable {
    public let step: String?
    public let failure: Failure

    public init(step: String?, failure: Failure) {
        self.step = step
        self.failure = failure
    }

    public var json: JSON {
        ["step": .optional(step), "code": .string(failure.code), "message": .string(failure.message)]
    }
}
