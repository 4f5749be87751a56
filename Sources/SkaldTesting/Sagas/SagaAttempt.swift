import Kernel
import SagaModel

/// One decision made for a saga: an attempt of a step or of its undo. Its place among the others is the same in every run.
struct SagaAttempt: Equatable {
    let step: String
    let isUndo: Bool
    /// The aggregate of the step; nil for a call.
    let aggregate: AggregateID?
    /// Decided by an aggregate here, not by a worker.
    let isLocal: Bool

    /// Those that reached an aggregate or a worker, in order. A sleep decides nothing, nor does a step whose expressions fail.
    static func all(in history: [JSON], _ definition: Definition) -> [SagaAttempt] {
        var keys: [String: String] = [:]
        var found: [SagaAttempt] = []
        for (index, event) in history.enumerated() {
            guard let body = event["body"], let name = body["step"]?.stringValue, let place = definition.index(of: name) else {
                continue
            }
            let step = definition.steps[place]
            switch event["name"]?.stringValue {
            case "step.started":
                guard let operation = step.action.operation else { continue }
                if let key = body["key"]?.stringValue { keys[name] = key }
                let next = index + 1 < history.count ? history[index + 1]["body"]?["error"]?["code"] : nil
                if next == "expression" { continue }
                var aggregate: AggregateID?
                if case .command(let command) = operation { aggregate = AggregateID(command.aggregate, keys[name] ?? "") }
                found.append(SagaAttempt(step: name, isUndo: false, aggregate: aggregate, isLocal: !operation.isCall))
            case "undo.started":
                let done = found.last { $0.step == name && !$0.isUndo }
                let isCall = if case .action(let undo) = step.undo { undo.operation.isCall } else { false }
                found.append(SagaAttempt(step: name, isUndo: true, aggregate: done?.aggregate, isLocal: !isCall))
            default: continue
            }
        }
        return found
    }
}
