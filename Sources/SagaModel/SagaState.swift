public import Kernel

/// A saga as the fold of its events: the same for running, recovery, views and time travel.
public struct SagaState: Sendable {
    /// What never changes again, shared by all copies.
    let origin: SagaOrigin
    public internal(set) var status: SagaStatus = .running
    /// Set when nothing can progress without a person; `stuckError` says why.
    public internal(set) var stuckError: SagaError?
    public internal(set) var reason: CompensationReason?
    /// The first failure; later ones are with their steps and in the history.
    public internal(set) var error: SagaError?
    /// When the time for everything up to the pivot is over; nil for no limit.
    public internal(set) var deadline: Int64?
    public internal(set) var steps: [StepState]
    public internal(set) var output: JSON = .null
    public internal(set) var outputError: Failure?
    public internal(set) var cancelRequest: Failure?
    public internal(set) var endedAt: Timestamp?
    /// Answers that came to nothing and are in the history.
    var ignoredAnswers = 0
    /// Time of the last event.
    public internal(set) var updatedAt: Timestamp
    /// Aggregates tracked since a step gave `expect`, and the version the saga's own last step left them at.
    var tracked: [AggregateID: UInt64] = [:]

    /// The state after `saga.started`.
    public init(id: String, definition: Definition, start: SagaStart, at time: Timestamp) {
        origin = SagaOrigin(id: id, definition: definition, start: start, startedAt: time)
        deadline = start.deadline
        steps = definition.steps.map { _ in StepState() }
        updatedAt = time
    }

    public var id: String { origin.id }
    public var definition: Definition { origin.definition }
    public var start: SagaStart { origin.start }
    public var startedAt: Timestamp { origin.startedAt }

    public var isEnded: Bool { status.isEnded }
    public var isStuck: Bool { stuckError != nil && !isEnded }
    /// Stuck as a whole, not on one step: nothing of it may be run until a person says so.
    public var isHalted: Bool { isStuck && stuckError?.step == nil }
    /// The state shown in views and lists: `stuck` stands before the status it is stuck in.
    public var shownState: String { isStuck ? "stuck" : status.rawValue }

    /// The version the next forward step on this aggregate must expect, when it is tracked.
    public func trackedVersion(_ aggregate: AggregateID) -> UInt64? { tracked[aggregate] }
    public var hasTracking: Bool { !tracked.isEmpty }

    /// Whether the point of no return has been passed: the pivot completed or was skipped.
    public var isPastPivot: Bool {
        guard let pivot = definition.pivot else { return false }
        if Mutant.skippedPivotDoesNotCount.isActive { return steps[pivot].status == .completed }
        return steps[pivot].status == .completed || steps[pivot].status == .skipped
    }

    /// Whether the pivot may be done although nobody says so: an attempt of it is under way, or ended unknown and nothing definite
    /// has been said since. One that only sleeps does nothing.
    public var isPivotInDoubt: Bool {
        guard let pivot = definition.pivot, definition.steps[pivot].hasEffect, !Mutant.pivotInDoubtTurnsBack.isActive else {
            return false
        }
        return steps[pivot].status.isOpen && (steps[pivot].status == .running || steps[pivot].hadUnknown)
    }

    /// Whether a step lies behind the pivot, where nothing is undone.
    public func isBehindPivot(_ step: Int) -> Bool {
        definition.pivot.map { definition.graph.isAfter(step, $0) } ?? false
    }
}

/// One step of a running saga, and its undo.
public struct StepState: Sendable {
    public internal(set) var status: StepStatus = .pending
    /// Attempts begun in all.
    public internal(set) var attempts = 0
    /// Attempts that a repair has forgiven: they no longer count against the policy.
    var attemptsBefore = 0
    /// Rises after a definite no that is retried: another operation, with another id.
    public internal(set) var generation = 1
    /// Attempts of earlier operations: what is said of them now is stale.
    var settledAttempts = 0
    /// Attempts that ended unknown since the first one, or since a repair.
    var unknowns = 0
    public internal(set) var call: StepCall?
    public internal(set) var result: JSON = .null
    public internal(set) var error: Failure?
    public internal(set) var certainty: Certainty?
    /// An attempt of the current operation ended unknown.
    public internal(set) var hadUnknown = false
    /// When a retry, or the end of a sleep, is due.
    public internal(set) var due: Int64?
    public internal(set) var firstStartedAt: Timestamp?
    public internal(set) var changedAt: Timestamp?
    public internal(set) var probe = ProbeState()
    public internal(set) var undo = UndoState()
}

/// The question what became of an operation that nobody is sure of.
public struct ProbeState: Sendable {
    /// Times it was asked in all.
    public internal(set) var attempts = 0
    /// Those about earlier attempts of the step.
    var attemptsBefore = 0
    /// A worker has it and has not answered.
    public internal(set) var isOpen = false
    /// When the worker's time is up.
    public internal(set) var due: Int64?
}

public struct UndoState: Sendable {
    public internal(set) var status: UndoStatus = .none
    public internal(set) var attempts = 0
    var attemptsBefore = 0
    var settledAttempts = 0
    public internal(set) var generation = 1
    public internal(set) var command: UndoCommand?
    public internal(set) var error: Failure?
    /// It failed without ever being refused: a repair goes on under the same operation, and a late "done" counts.
    var isUncertain = false
    /// An attempt of the current operation ended unknown.
    public internal(set) var hadUnknown = false
    public internal(set) var due: Int64?
    public internal(set) var firstStartedAt: Timestamp?
    public internal(set) var waiver: String?

    /// Whether "done" still counts, by whichever attempt: it is not settled, and was not refused.
    var awaitsDone: Bool { status == .undoing || status == .retrying || status == .failed && isUncertain }
}
