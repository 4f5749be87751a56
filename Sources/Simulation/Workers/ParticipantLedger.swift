import Wire

/// What the simulated participants have really done, operation by operation: their own databases, with the rules of the
/// barrier that `dedupes` promises (docs/participants.md). The naive one has none of them.
struct ParticipantLedger {
    enum Outcome: Sendable, Equatable {
        case done
        case refused(String)
        /// A probe found no effect.
        case nothing
        /// A stale attempt: nobody may say anything of it.
        case unknown
    }

    struct Row: Sendable {
        var outcome: Outcome?
        var effects = 0
        var reversals = 0
        /// Its undo came first: it must never take effect.
        var isVoid = false
        var attempt: UInt64 = 0
        var epoch: UInt64 = 0
    }

    private(set) var rows: [String: Row] = [:]

    func row(_ operation: String) -> Row { rows[operation] ?? Row() }

    /// Performs one attempt; `refusal` is the code that the participant would like to refuse it with.
    mutating func perform(_ task: SimulatedTask, refusal: String?) -> Outcome {
        switch task.direction {
        case .probe: asked(task)
        case .do: task.isNaive ? naive(task, refusal) : once(task, refusal) { ledger in ledger.effect(of: task) }
        case .undo: task.isNaive ? naive(task, refusal) : once(task, refusal) { ledger in ledger.reverse(task) }
        }
    }

    private mutating func naive(_ task: SimulatedTask, _ refusal: String?) -> Outcome {
        if let refusal { return .refused(refusal) }
        if task.direction == .do { rows[task.operation, default: Row()].effects += 1 }
        if let origin = task.origin { rows[origin, default: Row()].reversals += 1 }
        return .done
    }

    /// An answer given before is given again; an attempt that a newer one has followed has no effect.
    private mutating func once(_ task: SimulatedTask, _ refusal: String?, _ act: (inout ParticipantLedger) -> Outcome) -> Outcome
    {
        let row = row(task.operation)
        if let outcome = row.outcome { return outcome }
        if (task.epoch, task.attempt) < (row.epoch, row.attempt) { return .unknown }
        rows[task.operation, default: Row()].epoch = task.epoch
        rows[task.operation, default: Row()].attempt = task.attempt
        let outcome = row.isVoid ? .refused("undone") : refusal.map { .refused($0) } ?? act(&self)
        rows[task.operation, default: Row()].outcome = outcome
        return outcome
    }

    private mutating func effect(of task: SimulatedTask) -> Outcome {
        rows[task.operation, default: Row()].effects += 1
        return .done
    }

    private mutating func reverse(_ task: SimulatedTask) -> Outcome {
        guard let origin = task.origin else { return .done }
        switch row(origin).outcome {
        case .done: rows[origin, default: Row()].reversals += 1
        case .refused: break
        case .nothing, .unknown, nil: rows[origin, default: Row()].isVoid = true
        }
        return .done
    }

    private func asked(_ task: SimulatedTask) -> Outcome {
        guard let origin = task.origin else { return .unknown }
        let row = row(origin)
        if task.isNaive { return row.effects > 0 ? .done : .nothing }
        return row.isVoid ? .refused("undone") : row.outcome ?? .nothing
    }
}

/// A task as a simulated worker holds it.
struct SimulatedTask: Sendable {
    let id: WireID
    let operation: String
    let attempt: UInt64
    let epoch: UInt64
    let direction: TaskDirection
    /// Of the operation that it reverses or asks about.
    let origin: String?
    /// Milliseconds the server gives it.
    let timeout: Int64
    /// The participant behind it does not dedupe.
    let isNaive: Bool
}
