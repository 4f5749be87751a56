import Kernel

/// A definition without its data, and what can happen to each of its steps: what a walk walks.
///
/// Keys and bodies become constants, conditions go both ways, and an expression that reads a result may have no value, so
/// that every run of the real saga is among those walked.
struct WalkedDefinition {
    let definition: Definition
    let steps: [WalkedStep]

    init(_ definition: Definition, asWorkers: Bool) {
        steps = definition.steps.map { WalkedStep($0, asWorkers: asWorkers) }
        let plain = definition.steps.map { step in
            Step(
                name: step.name, needs: step.needs, condition: nil, action: step.action.withoutData, undo: step.undo.withoutData,
                isPivot: step.isPivot, isOptional: step.isOptional, retry: step.retry, timeout: step.timeout, expect: nil,
                probe: step.probe?.withoutData)
        }
        self.definition = Definition(
            name: definition.name, version: definition.version, summary: nil, key: nil, deadline: definition.deadline,
            attention: definition.attention, input: nil, steps: plain, output: nil)
    }
}

/// What can come of one step, by what its definition says.
struct WalkedStep {
    /// Its attempts are answered at once.
    let isLocal: Bool
    let isUndoLocal: Bool
    /// Of a move that starts a step which has not begun, beside what comes of the attempt.
    let beginnings: [WalkChoice]
    /// Of an attempt.
    let outcomes: [WalkChoice]
    let undoOutcomes: [WalkChoice]
    /// Of a question what became of an attempt; empty where nobody is asked.
    let probeOutcomes: [WalkChoice]
    let undoReadsResults: Bool
    /// Codes of a "no" that is final and of one that is tried again, for the step and its undo.
    let codes: RefusalCodes
    let undoCodes: RefusalCodes

    init(_ step: Step, asWorkers: Bool) {
        let isRemote = asWorkers || step.action.isCall
        isLocal = !isRemote
        // A worker may return an undo with its result, which another worker has to take.
        var isUndoRemote = isRemote
        var beginnings: [WalkChoice] = step.condition == nil ? [] : [.skipped]
        if step.readsResults { beginnings.append(.expressionFails) }
        self.beginnings = beginnings
        codes = RefusalCodes(step.retry)
        var undoRetry = Retry.forever
        var readsResults = false
        if case .action(let undo) = step.undo {
            undoRetry = undo.retry
            readsResults = undo.operation.readsResults
            isUndoRemote = isRemote || undo.operation.isCall
        }
        undoReadsResults = readsResults
        isUndoLocal = !isUndoRemote
        undoCodes = RefusalCodes(undoRetry)
        var outcomes: [WalkChoice] = [.done] + Self.failures(codes, isRemote)
        if readsResults { outcomes += isRemote ? [.doneWithoutUndo, .unknownWithoutUndo] : [.doneWithoutUndo] }
        probeOutcomes = step.probe == nil ? [] : outcomes
        if isRemote { outcomes.append(.distrusted) }
        if step.action.isCall, case .waived = step.undo { outcomes.append(.doneWithUndo) }
        self.outcomes = outcomes
        undoOutcomes = [.done] + Self.failures(undoCodes, isUndoRemote)
    }

    private static func failures(_ codes: RefusalCodes, _ isRemote: Bool) -> [WalkChoice] {
        let choices: [WalkChoice] = codes.passing == nil ? [.refused] : [.refused, .refusedForNow]
        guard isRemote else { return choices }
        return choices + [.notNow, .notNowForTheLastTime, .unknown, .unknownForTheLastTime]
    }
}

/// A code for which a policy takes a "no" as final, and one that it tries again.
struct RefusalCodes {
    let final: String?
    let passing: String?

    init(_ retry: Retry) {
        let candidates = (retry.only ?? []) + (retry.except ?? []) + ["refused"]
        final = candidates.first { !retry.covers(definite: $0) }
        passing = candidates.first { retry.covers(definite: $0) }
    }
}

extension Action {
    fileprivate var withoutData: Action {
        switch self {
        case .command(let command): .command(command.withoutData)
        case .call(let call): .call(CallTemplate(action: call.action, body: .literal([:])))
        case .sleep: self
        }
    }
}

extension Undo {
    fileprivate var withoutData: Undo {
        guard case .action(let undo) = self else { return self }
        let operation: OperationTemplate
        switch undo.operation {
        case .command(let command): operation = .command(command.withoutData)
        case .call(let call): operation = .call(CallTemplate(action: call.action, body: .literal([:])))
        }
        return .action(UndoAction(operation, retry: undo.retry, timeout: undo.timeout))
    }
}

extension CommandTemplate {
    fileprivate var withoutData: CommandTemplate {
        CommandTemplate(aggregate: aggregate, name: name, key: nil, body: .literal([:]))
    }
}

extension Probe {
    fileprivate var withoutData: Probe {
        Probe(call: CallTemplate(action: call.action, body: .literal([:])), retry: retry, timeout: timeout)
    }
}

extension OperationTemplate {
    fileprivate var readsResults: Bool {
        switch self {
        case .command(let command): [command.key, command.body].contains { $0?.readsResults ?? false }
        case .call(let call): call.body?.readsResults ?? false
        }
    }
}

extension Step {
    fileprivate var readsResults: Bool {
        if condition?.readsResults ?? false || expect?.readsResults ?? false { return true }
        return action.operation?.readsResults ?? false
    }
}
