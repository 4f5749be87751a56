/// Where a saga stands (SAGAS section 6).
public enum SagaStatus: String, Sendable, CaseIterable {
    case running, compensating, completed, compensated, terminated

    public var isEnded: Bool { self == .completed || self == .compensated || self == .terminated }
}

/// Where a step stands.
public enum StepStatus: String, Sendable, CaseIterable {
    case pending, running, completed, failed, retrying, unknown, skipped, cancelled

    /// Whether an attempt, a wait or a back-off of it is still open.
    public var isOpen: Bool { self == .running || self == .retrying || self == .unknown }
}

/// Where the undo of a step stands; `none` while there is nothing to undo.
public enum UndoStatus: String, Sendable, CaseIterable {
    case none
    case pending = "undo_pending"
    case undoing
    case undone
    case retrying = "undo_retrying"
    case failed = "undo_failed"
    case waived
    case bypassed

    /// Ended for the steps it depends on: they may be undone now.
    public var isEnded: Bool { self == .undone || self == .failed || self == .waived || self == .bypassed }
    /// Whether it needs a turn, a timer or an answer.
    public var isOpen: Bool { self == .undoing || self == .retrying }
}

/// How sure it is that a failed step had no effect.
public enum Certainty: String, Sendable {
    /// A definite no: nothing happened.
    case none
    /// Nobody knows: its undo runs, and must accept "nothing to undo".
    case maybe
}

/// Why a saga turned back.
public enum CompensationReason: String, Sendable {
    case stepFailed = "step_failed"
    case deadline, cancelled, terminated
}
