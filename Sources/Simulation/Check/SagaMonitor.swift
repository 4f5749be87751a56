import SagaModel

/// The rules that every saga's history must keep, whatever happened, watched event by event and independent of any model:
/// no forward step after turning back, an undo only for what was done and only when what depends on it is settled, one end.
struct SagaMonitor {
    private struct Watched {
        var status = "pending"
        var attempts = 0
        var undo = "none"
        var undoAttempts = 0
    }

    let id: String
    let definition: SimulatedDefinition
    private var steps: [Watched]
    private var isTurnedBack = false
    private(set) var isEnded = false

    init(id: String, _ definition: SimulatedDefinition) {
        self.id = id
        self.definition = definition
        steps = definition.steps.map { _ in Watched() }
    }

    mutating func watch(_ event: SagaEvent) throws(SimulationFailure) {
        try require(!isEnded, "\(event.name) after its end")
        switch event {
        case .started, .stuck, .cancelRequested: break
        case .stepStarted(let step, let attempt, _, _): try start(try index(step), attempt)
        case .stepCompleted(let step, let attempt, _, _, _, _): try end(try index(step), attempt, "completed")
        case .stepFailed(let step, let attempt, _, _, _, _): try end(try index(step), attempt, "failed")
        case .stepRetrying(let step, let attempt, _, _, _): try end(try index(step), attempt, "retrying")
        case .stepUnknown, .stepProbed: throw failure("a step on an aggregate of this server is never unknown")
        case .attemptExtended: throw failure("no worker holds an attempt on an aggregate of this server")
        case .answerIgnored: throw failure("an aggregate of this server answers at once, never late")
        case .stepSkipped(let step): try skip(try index(step))
        case .stepCancelled(let step): try cancel(try index(step))
        case .undoStarted(let step, let attempt, _): try startUndo(try index(step), attempt)
        case .undoCompleted(let step, let attempt, _): try endUndo(try index(step), attempt, "undone")
        case .undoRetrying(let step, let attempt, _, _, _): try endUndo(try index(step), attempt, "undo_retrying")
        case .undoFailed(let step, let attempt, _, _): try endUndo(try index(step), attempt, "undo_failed")
        case .undoBypassed(let step): try settle(try index(step), "bypassed")
        case .undoWaived(let step, _, _):
            let undo = steps[try index(step)].undo
            try require(["undo_failed", "undo_retrying"].contains(undo), "the undo of \(step) is waived while \(undo)")
            steps[try index(step)].undo = "waived"
        case .compensating:
            try require(!isTurnedBack && !isPastPivot, "turned back twice, or behind the pivot")
            isTurnedBack = true
        case .completed:
            try require(!isTurnedBack && steps.indices.allSatisfy(isFinished), "completed before all steps are finished")
            isEnded = true
        case .compensated:
            try require(isTurnedBack && steps.indices.allSatisfy(isSettled), "compensated with an undo that is owed")
            isEnded = true
        case .terminated: isEnded = true
        case .repaired(let step, _, _, _): reopen(try index(step))
        }
    }

    private var isPastPivot: Bool {
        definition.steps.indices.contains { definition.steps[$0].isPivot && ["completed", "skipped"].contains(steps[$0].status) }
    }

    // MARK: forward

    private mutating func start(_ step: Int, _ attempt: Int) throws(SimulationFailure) {
        let name = definition.steps[step].name
        try require(!isTurnedBack, "step \(name) starts after the saga turned back")
        try require(["pending", "retrying"].contains(steps[step].status), "step \(name) starts while \(steps[step].status)")
        try require(definition.steps[step].needs.allSatisfy(isFinished), "step \(name) starts before what it needs is finished")
        try require(attempt == steps[step].attempts + 1, "step \(name): attempt \(attempt) follows \(steps[step].attempts)")
        steps[step].attempts = attempt
        steps[step].status = "running"
    }

    private mutating func end(_ step: Int, _ attempt: Int, _ status: String) throws(SimulationFailure) {
        let name = definition.steps[step].name
        let isGivenUp = isTurnedBack && status == "failed" && steps[step].status == "retrying"
        try require(isGivenUp || steps[step].status == "running", "step \(name) is \(status) while \(steps[step].status)")
        try require(attempt == steps[step].attempts, "step \(name): an answer to attempt \(attempt) of \(steps[step].attempts)")
        steps[step].status = status
    }

    private mutating func skip(_ step: Int) throws(SimulationFailure) {
        try require(!isTurnedBack && steps[step].status == "pending", "\(definition.steps[step].name) is skipped too late")
        try require(definition.steps[step].condition != nil, "\(definition.steps[step].name) is skipped without a condition")
        steps[step].status = "skipped"
    }

    private mutating func cancel(_ step: Int) throws(SimulationFailure) {
        guard case .sleep = definition.steps[step].action else { throw failure("only a sleep can be cancelled") }
        try require(isTurnedBack && steps[step].status == "running", "a sleep is cancelled while the saga goes on")
        steps[step].status = "cancelled"
    }

    private func isFinished(_ step: Int) -> Bool {
        let status = steps[step].status
        return status == "completed" || status == "skipped" || status == "failed" && definition.steps[step].isOptional
    }

    // MARK: backward

    private mutating func startUndo(_ step: Int, _ attempt: Int) throws(SimulationFailure) {
        let name = definition.steps[step].name
        try require(isTurnedBack, "the undo of \(name) starts while the saga goes on")
        guard case .command = definition.steps[step].undo else { throw failure("\(name) has no undo that could start") }
        try require(["none", "undo_retrying"].contains(steps[step].undo), "the undo of \(name) starts while \(steps[step].undo)")
        try require(attempt == steps[step].undoAttempts + 1, "the undo of \(name): attempt \(attempt)")
        try settle(step, "undoing")
        steps[step].undoAttempts = attempt
    }

    private mutating func endUndo(_ step: Int, _ attempt: Int, _ status: String) throws(SimulationFailure) {
        let name = definition.steps[step].name
        try require(steps[step].undo == "undoing", "the undo of \(name) is \(status) while \(steps[step].undo)")
        try require(attempt == steps[step].undoAttempts, "the undo of \(name): an answer to attempt \(attempt)")
        steps[step].undo = status
    }

    /// Only what was done is undone, and only when nothing that depends on it owes its own undo.
    private mutating func settle(_ step: Int, _ undo: String) throws(SimulationFailure) {
        let name = definition.steps[step].name
        try require(steps[step].status == "completed", "the undo of \(name), which is \(steps[step].status), is \(undo)")
        for other in steps.indices where depends(other, on: step) {
            try require(
                isSettled(other), "the undo of \(name) is \(undo) before that of \(definition.steps[other].name) has ended")
        }
        steps[step].undo = undo
    }

    private func isSettled(_ step: Int) -> Bool {
        guard steps[step].status == "completed", case .command = definition.steps[step].action else { return true }
        return ["undone", "bypassed", "waived", "undo_failed"].contains(steps[step].undo)
    }

    private func depends(_ step: Int, on other: Int) -> Bool {
        definition.steps[step].needs.contains { $0 == other || depends($0, on: other) }
    }

    private mutating func reopen(_ step: Int) {
        if steps[step].undo == "undo_failed" { steps[step].undo = "undo_retrying" } else { steps[step].status = "retrying" }
    }

    // MARK: helpers

    private func index(_ name: String) throws(SimulationFailure) -> Int {
        guard let index = definition.steps.firstIndex(where: { $0.name == name }) else { throw failure("no step '\(name)'") }
        return index
    }

    private func failure(_ what: String) -> SimulationFailure {
        SimulationFailure(rule: "saga history", "saga \(id) (\(definition.name) v\(definition.version)): \(what)")
    }

    private func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(SimulationFailure) {
        if !isTrue { throw failure(what()) }
    }
}
