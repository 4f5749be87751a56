import Engine
import Kernel
import SagaModel

/// Every event by which an attempt ends must be explained: by what its holder has just said, by its time, or by the loss of its
/// holder. Nothing else may move a saga, and nothing of it may be understood as more than was said.
struct AnswerAudit {
    let saga: WatchedSaga
    let talk: Talk
    let now: Int64

    // MARK: what follows from an answer

    /// The first event of an entry that an answer to `task`, or its loss, has caused. Gives the word for it.
    func explain(_ event: SagaEvent, by task: WatchedTask) throws(SimulationFailure) -> String {
        let open = saga.open.first { $0.id == task.id }
        let meanings = meanings(of: task, open)
        let isDone = meanings.contains { $0.word == "done" }
        let isDoubted = saga.doubted.contains(task.step)
        let isSaid: Bool
        switch event {
        case .answerIgnored(_, _, _, let outcome):
            isSaid = open == nil && meanings.contains { $0.word == outcome }
        case .attemptExtended(_, _, _, let due):
            isSaid = open != nil && (meanings.contains(.working) || talk.claims[task.id] != nil) && due == now + task.timeout
        case .stepCompleted(_, _, let result, _, let undo, _):
            isSaid =
                task.direction != .undo && task.operation == operation(task) && isFinished(with: result, undo, task, meanings)
        case .undoCompleted: isSaid = task.direction == .undo && isDone && task.operation == operation(task)
        case .stepFailed(_, _, let error, .none, _, _):
            let isTrusted = task.direction == .probe || !isDoubted || !saga.isNaive(task.step)
            isSaid =
                open != nil
                && (isTrusted && meanings.contains(.refused(error.code)) || !isDoubted && isPostponed(error, meanings))
        case .stepFailed(_, _, let error, .maybe, _, _):
            isSaid = open != nil && (isUnsure(error, task, meanings) || isDoubted && isPostponed(error, meanings))
        case .stepRetrying(_, _, let error, let due, let definite):
            isSaid = open != nil && (definite ? isRetried(error, task, meanings) : isRepeated(error, due, task, meanings))
        case .stepUnknown(_, _, let error, _): isSaid = open != nil && isUnsure(error, task, meanings)
        case .undoRetrying(_, _, let error, let due, let ending):
            isSaid =
                open != nil && task.direction == .undo
                && (ending == .refused
                    ? isUndoRefused(error, task, meanings)
                    : ending == .unknown
                        ? isUndoUnsure(error, task, meanings) : isPostponed(error, meanings) && isLater(due, meanings))
        case .undoFailed(_, _, let error, let isDefinite):
            isSaid =
                open != nil && task.direction == .undo
                && (isDefinite
                    ? isUndoRefused(error, task, meanings)
                    : isUndoUnsure(error, task, meanings) || isPostponed(error, meanings))
        default: isSaid = false
        }
        guard isSaid else {
            throw failure("\(event.name) of task \(task.id) (\(task.operation)) does not follow from what was said: \(meanings)")
        }
        return word(of: event, meanings)
    }

    /// What was said of it: while it is open by who holds it, later by anybody.
    private func meanings(of task: WatchedTask, _ open: WatchedTask?) -> [Talk.Meaning] {
        let words = talk.words[task.id] ?? []
        guard let open else { return words.map(\.meaning) }
        let holders = (talk.claims[task.id] ?? []) + [open.holder].compactMap(\.self)
        return words.filter { holders.contains($0.peer) }.map(\.meaning)
    }

    private func operation(_ task: WatchedTask) -> String {
        guard let index = saga.state.definition.index(of: task.step) else { return "" }
        switch task.direction {
        case .do: return saga.state.operationID(ofStep: index)
        case .undo: return saga.state.operationID(ofUndo: index)
        case .probe: return saga.state.operationID(ofProbe: index)
        }
    }

    private func isLost(_ error: Failure, _ task: WatchedTask) -> Bool {
        guard error.code == "worker_lost" else { return false }
        let holders = (talk.claims[task.id] ?? []) + [task.holder].compactMap(\.self)
        return task.holder == nil || talk.isCut || holders.contains { talk.left.contains($0) || talk.departed.contains($0) }
    }

    private func isUnheard(_ error: Failure, _ meanings: [Talk.Meaning]) -> Bool {
        ["unknown", "unreadable_answer"].contains(error.code) && meanings.contains(.unknown)
    }

    private func isPostponed(_ error: Failure, _ meanings: [Talk.Meaning]) -> Bool {
        error.code == "not_now" && meanings.contains { $0.word == "not_now" }
    }

    private func isLater(_ due: Int64, _ meanings: [Talk.Meaning]) -> Bool {
        meanings.contains { if case .notNow(let after) = $0 { due >= now + after } else { false } }
    }

    /// Nobody knows: it was said, the holder is gone, or a "no" is not worth more.
    private func isUnsure(_ error: Failure, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        if isLost(error, task) || isUnheard(error, meanings) { return true }
        if task.direction == .probe { return isPostponed(error, meanings) }
        let isDistrusted = saga.doubted.contains(task.step) && saga.isNaive(task.step)
        return isDistrusted && meanings.contains(.refused(error.code))
    }

    private func isUndoDistrusted(_ task: WatchedTask) -> Bool {
        saga.doubtedUndos.contains(task.step) && saga.isNaiveUndo(task.step)
    }

    private func isUndoRefused(_ error: Failure, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        !isUndoDistrusted(task) && meanings.contains(.refused(error.code))
    }

    private func isUndoUnsure(_ error: Failure, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        isLost(error, task) || isUnheard(error, meanings) || isUndoDistrusted(task) && meanings.contains(.refused(error.code))
    }

    /// A definite no that the policy names.
    private func isRetried(_ error: Failure, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        guard let step = saga.step(task.step), meanings.contains(.refused(error.code)) else { return false }
        return step.except.isEmpty ? step.retry.only.contains(error.code) : !step.except.contains(error.code)
    }

    /// The same operation again: nothing happened, or a probe came to nothing.
    private func isRepeated(_ error: Failure, _ due: Int64, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        if isPostponed(error, meanings) { return isLater(due, meanings) }
        return task.direction == .probe && (isLost(error, task) || isUnheard(error, meanings))
    }

    private func word(of event: SagaEvent, _ meanings: [Talk.Meaning]) -> String {
        switch event {
        case .answerIgnored(_, _, _, let outcome): return outcome
        case .stepFailed(_, _, let error, _, _, _), .stepRetrying(_, _, let error, _, _), .stepUnknown(_, _, let error, _),
            .undoRetrying(_, _, let error, _, _), .undoFailed(_, _, let error, _):
            if error.code == "worker_lost" { return "lost" }
            if error.code == "unreadable_answer" { return "nonsense" }
            return ["unknown", "not_now"].contains(error.code) ? error.code : "rejected"
        case .attemptExtended: return "working"
        default: return "done"
        }
    }

    // MARK: what follows by itself

    /// Any other event: of a step outside the server time alone may say something, and never more than that nobody knows.
    func check(_ event: SagaEvent) throws(SimulationFailure) {
        switch event {
        case .stepStarted(let step, let attempt, _, _): try checkStart(step, attempt)
        case .stepCompleted(let step, _, _, _, _, _):
            try require(!saga.isCall(step), "step \(step) completes, and nobody said that it is done")
        case .stepFailed(let step, _, let error, let certainty, _, _) where saga.isCall(step):
            if error.code == "expression" || isWaiting(step) {
                let isRight = (certainty == .maybe) == (saga.doubted.contains(step) && error.code != "expression")
                return try require(isRight, "step \(step) is given up with certainty \(certainty)")
            }
            try require(certainty == .maybe, "step \(step) fails for sure, and nobody said no")
            try checkTimeout(step, [.do, .probe], error)
        case .stepUnknown(let step, _, let error, _): try checkTimeout(step, [.do, .probe], error)
        case .stepRetrying(let step, _, let error, _, let definite) where saga.isCall(step):
            try require(!definite, "step \(step) is tried as a new operation, and nobody said no")
            try checkTimeout(step, [.probe], error)
        case .undoCompleted(let step, _, _):
            try require(!saga.isUndoneByWorker(step), "the undo of \(step) is done, and nobody said so")
        case .undoRetrying(let step, _, let error, _, let ending) where saga.isUndoneByWorker(step):
            try require(ending == .unknown, "the undo of \(step) is refused, and nobody said so")
            try checkTimeout(step, [.undo], error)
        case .undoFailed(let step, let attempt, let error, let isDefinite) where saga.isUndoneByWorker(step) && attempt > 0:
            try require(!isDefinite, "the undo of \(step) is refused, and nobody said so")
            try checkTimeout(step, [.undo], error)
        case .attemptExtended(let step, let direction, _, let due):
            let open = saga.open.first { $0.step == step && $0.direction == direction }
            // After a restart its holder may come back, as long as it may be silent.
            let isOrphan = open.map { $0.holder == nil && due <= now + EngineLimits.liveness * EngineLimits.heartbeats.upperBound } == true
            let isSaid = open.map { $0.due <= now && ($0.extended == due || isOrphan) } == true
            try require(isSaid, "\(step) has more time, and nobody said so")
        case .answerIgnored(let step, _, _, _):
            throw failure("\(event.name) of \(step), and nobody said anything")
        default: break
        }
    }

    /// Done with this result; and an undo that came with it is the one in the ledger, where the step is one that can be undone.
    private func isFinished(with result: JSON, _ undo: UndoCommand?, _ task: WatchedTask, _ meanings: [Talk.Meaning]) -> Bool {
        let isFinal = saga.step(task.step).map { $0.isPivot || $0.isBehind } ?? true
        return meanings.contains { meaning in
            guard case .done(result, let returned) = meaning else { return false }
            guard let returned, !isFinal else { return true }
            let name = returned["call"]?.stringValue ?? returned["command"]?.stringValue
            return undo?.name == name && undo?.body == returned["with"] ?? [:]
        }
    }

    /// Waiting for its next attempt: it can be given up without a word.
    private func isWaiting(_ step: String) -> Bool {
        guard saga.state.status == .compensating, let index = saga.state.definition.index(of: step) else { return false }
        return [.retrying, .unknown].contains(saga.state.steps[index].status)
    }

    private func checkStart(_ name: String, _ attempt: Int) throws(SimulationFailure) {
        guard let step = saga.step(name), saga.isCall(name), !step.isPivot, !step.isBehind, let limit = step.retry.attempts
        else { return }
        try require(
            attempt - (saga.forgiven[name] ?? 0) <= limit, "step \(name) begins attempt \(attempt), its policy allows \(limit)")
    }

    private func checkTimeout(_ step: String, _ directions: [Direction], _ error: Failure) throws(SimulationFailure) {
        if error.code == "expression" { return }
        let open = saga.open.first { $0.step == step && directions.contains($0.direction) }
        try require(error.code == "timeout" && open != nil, "\(step) is unknown (\(error.code)) and nobody said so")
        if let open {
            let due = max(open.due, open.promised)
            try require(due <= now, "task \(open.id) of \(step) is given up \(due - now) ms too early")
        }
    }

    func failure(_ what: String) -> SimulationFailure {
        SimulationFailure(rule: "answers", "saga \(saga.id) (\(saga.definition.name)): \(what)")
    }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw failure(what()) }
    }
}
