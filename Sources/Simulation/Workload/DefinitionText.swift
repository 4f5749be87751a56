public import Kernel

/// A simulated definition in the language that the engine reads: JSON, which is YAML too.
extension SimulatedDefinition {
    public var document: JSON {
        var top = JSONObject()
        top.append("saga", .string(name))
        top.append("version", .int(Int64(version)))
        if hasKey { top.append("key", "${ input.key }") }
        if let deadline { top.append("deadline", .string("\(deadline)ms")) }
        let properties: JSON = ["flag": ["type": "boolean"], "key": ["type": "string"]]
        let required: JSON = hasKey ? ["flag", "key"] : ["flag"]
        top.append("input", ["type": "object", "required": required, "properties": properties])
        var list = JSONObject()
        for step in steps { list.append(step.name, document(of: step)) }
        top.append("steps", .object(list))
        var shown = JSONObject()
        for step in output { shown.append(steps[step].name, .string("${ steps.\(steps[step].name).status }")) }
        if !output.isEmpty { top.append("output", .object(shown)) }
        return .object(top)
    }

    private func document(of step: SimulatedStep) -> JSON {
        var text = JSONObject()
        if !step.needs.isEmpty { text.append("needs", .array(step.needs.map { .string(steps[$0].name) })) }
        switch step.condition {
        case nil: break
        case .flag: text.append("if", "${ input.flag }")
        case .status(let other, let status): text.append("if", .string("${ steps.\(steps[other].name).status == '\(status)' }"))
        }
        switch step.action {
        case .sleep(let duration): text.append("sleep", .string("\(duration)ms"))
        case .command(let command, let cell):
            text.append("command", .string("cell.\(command.name)"))
            text.append("key", .string(cell))
            if let number = command.number { text.append("with", ["n": .int(number)]) }
            // Alone, the default says as much; and behind the pivot `attempts` may not be written.
            if step.retry != .once { text.append("retry", step.retry.document(writesForever: false)) }
        }
        if let expect = step.expect { text.append("expect", .int(Int64(expect))) }
        if step.isPivot { text.append("pivot", true) }
        if step.isOptional { text.append("optional", true) }
        undo(of: step, &text)
        return .object(text)
    }

    private func undo(of step: SimulatedStep, _ text: inout JSONObject) {
        switch step.undo {
        case .nothing: break
        case .waived:
            text.append("undo", "none")
            text.append("because", "nothing is left of it")
        case .command(let command, let retry):
            var undo = JSONObject()
            undo.append("command", .string("cell.\(command.name)"))
            undo.append("with", command.number.map { ["n": .int($0)] } ?? [:])
            undo.append("retry", retry.document(writesForever: true))
            text.append("undo", .object(undo))
        }
    }
}

extension SimulatedRetry {
    func document(writesForever: Bool) -> JSON {
        var text = JSONObject()
        if let attempts { text.append("attempts", .int(Int64(attempts))) }
        if attempts == nil, writesForever { text.append("attempts", "forever") }
        text.append("first", .string("\(first)ms"))
        text.append("factor", .int(factor))
        text.append("cap", .string("\(cap)ms"))
        text.append("jitter", "none")
        if !only.isEmpty { text.append("only", .array(only.map { .string($0) })) }
        return .object(text)
    }
}
