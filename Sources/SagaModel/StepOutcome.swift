public import Kernel

/// How one attempt ended: three-valued, plus "not now" (SAGAS section 4).
public enum StepOutcome: Sendable, Equatable {
    /// `version`: what the aggregate was left at, for steps on aggregates of this server. `undo` replaces the one that the
    /// definition gives.
    case done(result: JSON, version: UInt64?, undo: UndoCommand? = nil)
    /// A definite no: no attempt of the operation has had or will have an effect.
    case rejected(Failure)
    /// Nothing happened in this attempt; try again after so many milliseconds.
    case notNow(Failure, after: Int64)
    /// Nobody knows.
    case unknown(Failure)
}
