import Kernel
import SagaModel

/// A saga with workers, followed through the log.
struct WatchedSaga {
    let definition: CallDefinition
    /// Position of its first event.
    let start: UInt64
    let deadline: Int64?
    var state: SagaState
    /// The attempts that workers have.
    var open: [WatchedTask] = []
    /// Steps of which an attempt of the current operation has ended unknown.
    var doubted: Set<String> = []
    /// Steps whose undo may be done although nobody says so.
    var doubtedUndos: Set<String> = []
    /// Attempts of each step that a person has forgiven.
    var forgiven: [String: Int] = [:]

    var id: String { state.id }

    /// Running, behind the pivot, or turning back.
    var phase: String {
        if state.status == .compensating { return "compensating" }
        return state.isPastPivot ? "behind" : "running"
    }

    func step(_ name: String) -> CallStep? { definition.step(name) }

    func isCall(_ name: String) -> Bool { if case .call? = step(name)?.work { true } else { false } }

    func isNaive(_ name: String) -> Bool {
        if case .call(let action)? = step(name)?.work { action.hasPrefix(CallAction.naive + ".") } else { false }
    }

    func isNaiveUndo(_ name: String) -> Bool {
        guard let index = state.definition.index(of: name) else { return false }
        return state.steps[index].undo.command?.name.hasPrefix(CallAction.naive + ".") ?? false
    }

    /// Whether a worker undoes the step, as far as is known.
    func isUndoneByWorker(_ name: String) -> Bool {
        guard let index = state.definition.index(of: name) else { return false }
        return state.steps[index].undo.command?.participant.isWorker ?? false
    }

    /// Keeps what must be known beyond the fold; call it before the event is folded.
    mutating func note(_ event: SagaEvent) {
        switch event {
        case .stepUnknown(let step, _, _, _): doubted.insert(step)
        case .stepRetrying(let step, _, _, _, true): doubted.remove(step)
        case .undoRetrying(let step, _, _, _, .unknown), .undoFailed(let step, _, _, false): doubtedUndos.insert(step)
        case .undoRetrying(let step, _, _, _, .refused), .undoFailed(let step, _, _, true): doubtedUndos.remove(step)
        case .repaired(let step, _, _, _):
            guard let index = state.definition.index(of: step), state.steps[index].undo.status != .failed else { return }
            if state.steps[index].certainty == .maybe { doubted.insert(step) } else { doubted.remove(step) }
            forgiven[step] = state.steps[index].attempts
        default: break
        }
    }
}

/// One attempt that a worker was given.
struct WatchedTask {
    /// The position of the event that began it.
    let id: String
    let saga: String
    let step: String
    let direction: Direction
    let number: Int
    let operation: String
    let action: String
    /// Milliseconds from the moment it was taken, and when they are over.
    let timeout: Int64
    var due: Int64
    /// Until when it may have time because its holder is still at it, written down or not; and until when it has.
    var extended: Int64 = 0
    var promised: Int64 = 0
    /// Whose connection has it; nil when that is gone.
    var holder: Int?
    var wasGiven = false
}
