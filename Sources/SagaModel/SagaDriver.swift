public import Kernel

/// Runs one saga between its participants and its log.
///
///     run ──moves──▶ events to store, attempts to send ──▶ participants ──answer──▶ events to store ──▶ run …
///
/// Knows no clock and no randomness and does nothing itself: store what `drain` gives, and only then send its attempts.
/// After a crash it begins again from the fold of what was stored; `state.wakeUp` time and answers move it on.
public struct SagaDriver: Sendable {
    public private(set) var state: SagaState
    private var events: [SagaEvent] = []
    private var attempts: [SagaAttempt] = []

    public init(_ state: SagaState) { self.state = state }

    /// When to run it again if no answer comes before, in milliseconds; nil when only an answer or a person can move it.
    public var wakeUp: Int64? { SagaPlan.wakeUp(state) }

    /// Performs everything that needs no participant. false when `limit` moves were made and there is more to do.
    @discardableResult
    public mutating func run(at now: Timestamp, limit: Int = .max) throws(IllegalTransition) -> Bool {
        var left = limit
        while true {
            var agenda = SagaAgenda(state, at: now)
            var isIdle = true
            while let move = agenda.next(state) {
                guard left > 0 else { return false }
                left -= 1
                isIdle = false
                let replans = try perform(move, at: now)
                if replans { break }
                agenda.performed(move, state)
            }
            if isIdle { return true }
        }
    }

    /// Takes a participant's answer; call `run` after it. The verdict says whether it counted.
    @discardableResult
    public mutating func answer(
        _ answer: SagaAnswer, at now: Timestamp, random: UInt64
    ) throws(IllegalTransition) -> AnswerVerdict {
        let verdict = state.verdict(on: answer, at: now, random: random)
        switch verdict {
        case .counts(let event): try record(event, at: now)
        case .ignored(let event): if let event { try record(event, at: now) }
        }
        return verdict
    }

    /// Records what a person asked for: a cancel, a repair, a waiver.
    public mutating func record(_ event: SagaEvent, at now: Timestamp) throws(IllegalTransition) {
        try state.apply(event, at: now)
        events.append(event)
    }

    /// Performs one move; true when what was planned before may be wrong after it.
    public mutating func perform(_ move: SagaMove, at now: Timestamp) throws(IllegalTransition) -> Bool {
        let act = state.act(for: move, at: now)
        try record(act.event, at: now)
        if let failure = act.failure { try record(failure, at: now) }
        if let attempt = act.attempt { attempts.append(attempt) }
        return (act.failure ?? act.event).changesPlan
    }

    /// What was recorded and what began since the last call.
    public mutating func drain() -> (events: [SagaEvent], attempts: [SagaAttempt]) {
        defer { (events, attempts) = ([], []) }
        return (events, attempts)
    }
}

extension SagaEvent {
    /// Whether moves planned before it may be wrong after it.
    public var changesPlan: Bool {
        switch self {
        case .stepFailed, .compensating, .stuck, .completed, .compensated, .terminated: true
        default: false
        }
    }
}
