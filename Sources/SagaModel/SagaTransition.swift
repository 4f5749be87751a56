/// What can happen to a step.
public enum StepInput: Sendable, CaseIterable {
    case started, completed, failedDefinitely, failedMaybe, retrying, unknown, skipped, cancelled, reopened
    /// Reopened where nothing was ever sent.
    case renewed
}

/// What can happen to the undo of a step.
public enum UndoInput: Sendable, CaseIterable {
    case owed, started, completed, retrying, failed, bypassed, waived, reopened
}

/// What can happen to a saga as a whole.
public enum SagaInput: Sendable, CaseIterable {
    case compensating, completed, compensated, terminated
}

/// The one total transition function: running, recovery, the simulator and the checker all ask it. nil means illegal.
public enum SagaTransition {
    public static func next(_ status: SagaStatus, _ input: SagaInput) -> SagaStatus? {
        switch (status, input) {
        case (.running, .compensating): .compensating
        case (.running, .completed): .completed
        case (.compensating, .compensated): .compensated
        case (.running, .terminated), (.compensating, .terminated): .terminated
        default: nil
        }
    }

    public static func next(_ status: StepStatus, _ input: StepInput) -> StepStatus? {
        switch (status, input) {
        case (.pending, .started), (.retrying, .started), (.unknown, .started): .running
        case (.pending, .skipped): .skipped
        // A `sleep` that runs is cancelled at once when the saga turns back; nothing else may be.
        case (.pending, .cancelled), (.running, .cancelled): .cancelled
        case (.running, .completed), (.unknown, .completed), (.retrying, .completed): .completed
        // A late "done" of a step that nobody was sure of; the fold allows it only before its undo has started.
        case (.failed, .completed): .completed
        case (.running, .failedDefinitely), (.unknown, .failedDefinitely), (.retrying, .failedDefinitely): .failed
        case (.running, .failedMaybe), (.unknown, .failedMaybe), (.retrying, .failedMaybe): .failed
        // From `unknown`: a probe says that it had no effect and may be sent again, or nobody knows that either.
        case (.running, .retrying), (.unknown, .retrying): .retrying
        case (.running, .unknown), (.unknown, .unknown): .unknown
        case (.failed, .reopened): .retrying
        case (.failed, .renewed): .pending
        default: nil
        }
    }

    public static func next(_ status: UndoStatus, _ input: UndoInput) -> UndoStatus? {
        switch (status, input) {
        case (.none, .owed): .pending
        case (.pending, .started), (.retrying, .started): .undoing
        case (.none, .bypassed), (.pending, .bypassed): .bypassed
        // Freezing its input failed: it fails before anything was sent.
        case (.none, .failed), (.pending, .failed), (.undoing, .failed), (.retrying, .failed): .failed
        // Late, of one that nobody was sure of: it waits, or was given up; the fold allows no other.
        case (.undoing, .completed), (.retrying, .completed), (.failed, .completed): .undone
        case (.undoing, .retrying): .retrying
        // A person settles it by other means, whatever it waits for.
        case (.none, .waived), (.pending, .waived), (.undoing, .waived), (.retrying, .waived), (.failed, .waived): .waived
        case (.failed, .reopened): .retrying
        default: nil
        }
    }
}
