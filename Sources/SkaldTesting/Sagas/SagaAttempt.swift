import Kernel
import SagaModel

/// One decision made for a saga: an attempt of a step or of its undo. Its place among the others is the same in every run.
struct SagaAttempt: Equatable {
    let step: String
    let isUndo: Bool
    /// The aggregate of the step.
    let aggregate: AggregateID

    /// Those that reached an aggregate, in order. A sleep decides nothing, nor does a step whose expressions fail.
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
                guard case .command(let command) = step.action else { continue }
                if let key = body["key"]?.stringValue { keys[name] = key }
                let next = index + 1 < history.count ? history[index + 1]["body"]?["error"]?["code"] : nil
                if next == "expression" { continue }
                found.append(SagaAttempt(step: name, isUndo: false, aggregate: AggregateID(command.aggregate, keys[name] ?? "")))
            case "undo.started":
                let done = found.last { $0.step == name && !$0.isUndo }
                found.append(SagaAttempt(step: name, isUndo: true, aggregate: done?.aggregate ?? AggregateID("", "")))
            default: continue
            }
        }
        return found
    }
}
