/// A path through a saga as a sequence diagram: the saga on the left, a lane for each kind of participant.
///
///     saga                     hotel    card
///      |-- hotel: reserve ------>|       |
///      |<------------- done -----|       |
public struct SequencePicture: Sendable, Equatable {
    enum Row: Equatable {
        case call(lane: Int, String)
        case answer(lane: Int, String)
        case note(String)
    }

    /// The participants, in the order of the definition.
    let lanes: [String]
    private(set) var rows: [Row] = []

    public init(_ path: [WalkStep], of definition: Definition) {
        var lanes: [String] = []
        for step in definition.steps {
            var operations = [step.action.operation].compactMap(\.self)
            if case .action(let undo) = step.undo { operations.append(undo.operation) }
            if let probe = step.probe { operations.append(.call(probe.call)) }
            for operation in operations where !lanes.contains(operation.lane) { lanes.append(operation.lane) }
        }
        self.lanes = lanes
        for step in path {
            if let happening = Self.happening(step.action, definition) { rows.append(.note(happening)) }
            for event in step.events { add(event, step.action, definition) }
        }
    }

    private static func happening(_ action: WalkAction, _ definition: Definition) -> String? {
        let name = definition.steps.indices.contains(action.step) ? definition.steps[action.step].name : ""
        switch action.kind {
        case .deadline: return "the deadline passes"
        case .wake: return "the wait of \(action.isUndo ? "undo " : "")\(name) is over"
        default: return nil
        }
    }

    private mutating func add(_ event: SagaEvent, _ action: WalkAction, _ definition: Definition) {
        switch event {
        case .stepStarted(let name, _, _, _): begin(name, isUndo: false, action, definition)
        case .undoStarted(let name, _, _): begin(name, isUndo: true, action, definition)
        case .stepProbed(let name, _, _):
            guard let probe = definition.index(of: name).flatMap({ definition.steps[$0].probe }) else { return }
            let operation = OperationTemplate.call(probe.call)
            guard let lane = lanes.firstIndex(of: operation.lane) else { return }
            rows.append(.call(lane: lane, "\(name)? \(operation.verb)"))
        case .stepCompleted(let name, _, _, _, _, let problem):
            let late = action.kind == .late ? "done, late" : problem == nil ? "done" : "done, but the undo lacks something"
            answer(name, isUndo: false, late, definition)
        case .undoCompleted(let name, _, _): answer(name, isUndo: true, "done", definition)
        case .stepFailed(let name, _, let error, let certainty, _, _):
            if action.choice == .expressionFails { return rows.append(.note("\(name): an expression has no value")) }
            if [.move, .wake].contains(action.kind), action.choice == .nothing || action.choice == .unknownWithoutUndo {
                return rows.append(.note("\(name) is given up\(certainty == .maybe ? ", maybe done" : "")"))
            }
            answer(name, isUndo: false, Self.word(error) + (certainty == .maybe ? ", maybe done" : ""), definition)
        case .undoFailed(let name, let attempt, let error, _):
            if attempt == 0 { return rows.append(.note("undo \(name): it has no input")) }
            answer(name, isUndo: true, Self.word(error), definition)
        case .stepRetrying(let name, _, let error, _, _): answer(name, isUndo: false, Self.word(error), definition)
        case .stepUnknown(let name, _, let error, _): answer(name, isUndo: false, Self.word(error), definition)
        case .undoRetrying(let name, _, let error, _, _): answer(name, isUndo: true, Self.word(error), definition)
        default: if let note = Self.note(event) { rows.append(.note(note)) }
        }
    }

    private static func word(_ error: Failure) -> String {
        switch error.code {
        case "busy": "not now"
        case "timeout": "no answer"
        default: "refused"
        }
    }

    private static func note(_ event: SagaEvent) -> String? {
        switch event {
        case .stepSkipped(let step): "\(step) is skipped: its `if` is false"
        case .stepCancelled(let step): "\(step) stops waiting"
        case .compensating(let reason, let error):
            "turns back: " + (error?.step.map { "\($0) failed" } ?? (reason == .deadline ? "deadline" : "cancelled"))
        case .undoBypassed(let step): "\(step) needs no undo"
        case .completed: "completed"
        case .compensated: "compensated"
        case .stuck(let step, _): "stuck on \(step ?? "itself"): a person decides"
        case .cancelRequested: "somebody cancels"
        default: nil
        }
    }

    private mutating func begin(_ name: String, isUndo: Bool, _ action: WalkAction, _ definition: Definition) {
        if !isUndo, action.choice == .expressionFails { return }
        guard let (lane, command) = target(name, isUndo, definition) else { return rows.append(.note("\(name) waits")) }
        rows.append(.call(lane: lane, "\(isUndo ? "undo " : "")\(name): \(command)"))
    }

    private mutating func answer(_ name: String, isUndo: Bool, _ text: String, _ definition: Definition) {
        guard let (lane, _) = target(name, isUndo, definition) else { return rows.append(.note("\(name) has waited")) }
        rows.append(.answer(lane: lane, "\(isUndo ? "undo " : "")\(name): \(text)"))
    }

    private func target(_ name: String, _ isUndo: Bool, _ definition: Definition) -> (lane: Int, command: String)? {
        guard let index = definition.index(of: name) else { return nil }
        var operation = definition.steps[index].action.operation
        if isUndo, case .action(let undo) = definition.steps[index].undo { operation = undo.operation }
        return operation.flatMap { operation in lanes.firstIndex(of: operation.lane).map { ($0, operation.verb) } }
    }
}
