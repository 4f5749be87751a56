/// The next thing to do for a saga, as the plan sees it. Saying is not doing: the coordinator performs it and records events.
public enum SagaMove: Sendable, Equatable {
    /// Evaluate the step's condition and begin its next attempt, or skip it.
    case start(Int)
    /// The time of a `sleep` is over.
    case finishSleep(Int)
    /// The saga turns back while this `sleep` runs.
    case cancel(Int)
    /// The saga turns back while this step waits for another attempt.
    case giveUp(Int)
    case turnBack(CompensationReason, SagaError?)
    case startUndo(Int)
    /// Ask what became of an attempt that nobody is sure of.
    case probe(Int)
    /// The worker that holds an attempt has not answered in time.
    case timeOut(Int, Direction)
    /// There is nothing that reverses this step.
    case bypassUndo(Int)
    /// What its undo needs could not be frozen.
    case failUndo(Int)
    case complete
    case compensated
    case stuck(SagaError)
}
