import Kernel

/// A definition with calls in the language that the engine reads: JSON, which is YAML too.
extension CallDefinition {
    var document: JSON {
        var top = JSONObject()
        top.append("saga", .string(name))
        top.append("version", 1)
        if let deadline { top.append("deadline", .string("\(deadline)ms")) }
        var list = JSONObject()
        for step in steps { list.append(step.name, document(of: step)) }
        top.append("steps", .object(list))
        return .object(top)
    }

    private func document(of step: CallStep) -> JSON {
        var text = JSONObject()
        if !step.needs.isEmpty { text.append("needs", .array(step.needs.map { .string(steps[$0].name) })) }
        if let condition = step.condition {
            text.append("if", .string("${ steps.\(steps[condition].name).status == 'completed' }"))
        }
        switch step.work {
        case .sleep(let duration):
            text.append("sleep", .string("\(duration)ms"))
            return .object(text)
        case .command(let command, let cell): Self.append(command, on: cell, to: &text)
        case .call(let action):
            text.append("call", .string(action))
            text.append("with", ["step": .string(step.name)])
            text.append("timeout", .string("\(step.timeout)ms"))
            text.append("retry", step.retry.document(except: step.except, writesForever: !step.isBehind))
            if let probe = step.probe { text.append("probe", document(of: probe)) }
        }
        if step.isPivot { text.append("pivot", true) }
        if step.isOptional { text.append("optional", true) }
        undo(of: step, &text)
        return .object(text)
    }

    private func document(of probe: CallStep.Probe) -> JSON {
        [
            "call": .string(probe.action), "timeout": .string("\(probe.timeout)ms"),
            "retry": probe.retry.document(writesForever: true),
        ]
    }

    private func undo(of step: CallStep, _ text: inout JSONObject) {
        var undo = JSONObject()
        switch step.undo {
        case .nothing: return
        case .waived:
            text.append("undo", "none")
            return text.append("because", "nothing is left of it")
        case .call(let action, let isExplicit):
            undo.append("call", .string(action))
            if isExplicit { undo.append("with", ["n": .string("${ steps.\(step.name).result.n ?? 0 }")]) }
        case .command(let command, let cell): Self.append(command, on: cell, to: &undo)
        }
        undo.append("timeout", .string("\(step.undoTimeout)ms"))
        undo.append("retry", step.undoRetry.document(writesForever: true))
        text.append("undo", .object(undo))
    }

    private static func append(_ command: CellCommand, on cell: String, to text: inout JSONObject) {
        text.append("command", .string("cell.\(command.name)"))
        text.append("key", .string(cell))
        if let number = command.number { text.append("with", ["n": .int(number)]) }
    }
}

extension SimulatedRetry {
    func document(except: [String], writesForever: Bool) -> JSON {
        guard !except.isEmpty, case .object(var text) = document(writesForever: writesForever) else {
            return document(writesForever: writesForever)
        }
        text["only"] = nil
        text.append("except", .array(except.map { .string($0) }))
        return .object(text)
    }
}
