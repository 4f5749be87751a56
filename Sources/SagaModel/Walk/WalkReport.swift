public import Kernel

/// One action of a path, and what was recorded.
public struct WalkStep: Sendable, Equatable {
    public let action: WalkAction
    public let events: [SagaEvent]
}

/// Something a walk came across, with the shortest way there.
public struct WalkFinding: Sendable, Equatable {
    public let what: String
    /// The step a person would be asked about.
    public let step: Int?
    public let path: [WalkStep]
}

/// What a walk has seen.
public struct WalkReport: Sendable {
    /// Without data: for pictures of the paths.
    public let definition: Definition
    public let asWorkers: Bool
    public internal(set) var states = 0
    public internal(set) var transitions = 0
    /// False when there were more states than the limit: nothing is proved beyond them.
    public internal(set) var isComplete = true
    /// A promise that was broken; nil proves, for the states seen, that none was.
    public internal(set) var violation: WalkFinding?
    /// States in which a saga ends, by how.
    public internal(set) var completed = 0
    public internal(set) var compensated = 0
    public internal(set) var stuck = 0
    /// By step: whether its undo was walked to a success, and to a failure.
    public internal(set) var undone: [Bool]
    public internal(set) var undoFailed: [Bool]
    /// One for each step on which, and each way in which, a saga can get stuck.
    public internal(set) var findings: [WalkFinding] = []
    /// Where each of them was first met.
    var stuckAt: [(step: Int, why: String, state: Int, action: WalkAction)] = []

    init(_ definition: Definition, asWorkers: Bool) {
        self.definition = definition
        self.asWorkers = asWorkers
        undone = definition.steps.map { _ in false }
        undoFailed = undone
    }

    public var isProved: Bool { isComplete && violation == nil }

    /// Steps with an undo that no path ever runs: nothing can fail once they are done.
    public var unusedUndos: [String] {
        definition.steps.indices.filter { index in
            if case .action = definition.steps[index].undo { !undone[index] && !undoFailed[index] } else { false }
        }
        .map { definition.steps[$0].name }
    }

    mutating func count(end state: SagaState) {
        switch state.status {
        case .completed: completed += 1
        case .compensated: compensated += 1
        default: stuck += 1
        }
    }

    mutating func note(_ event: SagaEvent, _ state: SagaState, _ from: Int, _ action: WalkAction) {
        switch event {
        case .undoCompleted(let step, _, _): if let index = definition.index(of: step) { undone[index] = true }
        case .undoFailed(let step, _, _, _): if let index = definition.index(of: step) { undoFailed[index] = true }
        case .stuck(let step?, _): if let index = definition.index(of: step) { noteStuck(index, state, from, action) }
        default: break
        }
    }

    private func hasOwnUndo(_ index: Int) -> Bool {
        if case .action = definition.steps[index].undo { true } else { false }
    }

    private mutating func noteStuck(_ index: Int, _ state: SagaState, _ from: Int, _ action: WalkAction) {
        let undo = state.steps[index].undo
        let why =
            undo.status != .failed
            ? "the step fails behind the pivot"
            : undo.command == nil
                ? "its undo needs what the result does not hold"
                : hasOwnUndo(index) ? "its undo is refused" : "an undo that its worker returns is refused"
        if !stuckAt.contains(where: { $0.step == index && $0.why == why }) { stuckAt.append((index, why, from, action)) }
    }
}

extension WalkReport {
    /// As `--json` prints it.
    public var json: JSON {
        var object = JSONObject()
        object.append("proved", .bool(isProved))
        object.append("states", .int(Int64(states)))
        object.append("transitions", .int(Int64(transitions)))
        object.append("complete", .bool(isComplete))
        object.append("as_workers", .bool(asWorkers))
        object.append(
            "ends",
            ["completed": .int(Int64(completed)), "compensated": .int(Int64(compensated)), "stuck": .int(Int64(stuck))])
        object.append("unused_undos", .array(unusedUndos.map { .string($0) }))
        object.append("stuck", .array(findings.map(json)))
        object.append("violation", violation.map(json) ?? .null)
        return .object(object)
    }

    private func json(_ finding: WalkFinding) -> JSON {
        let events = finding.path.flatMap(\.events)
        return [
            "step": .optional(finding.step.map { definition.steps[$0].name }), "what": .string(finding.what),
            "path": .array(events.map { ["event": .string($0.name), "step": $0.body["step"] ?? .null] }),
        ]
    }
}
