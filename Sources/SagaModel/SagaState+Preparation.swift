public import Kernel

/// What a step that may start now has to do, evaluated from its definition.
public enum Preparation: Sendable, Equatable {
    case skip
    /// Wait until this time in milliseconds.
    case sleep(until: Int64)
    case call(Participant, StepCall)
    /// An expression has no value: the step fails with code `expression` before anything is sent.
    case failed(Failure)
}

extension SagaState {
    /// Evaluates a step's condition and message. A retry sends what the first attempt of the step recorded.
    public func preparation(of index: Int, at now: Timestamp) -> Preparation {
        let step = definition.steps[index]
        let scope = SagaScope(self)
        do throws(ExpressionError) {
            if steps[index].status == .pending, let condition = step.condition {
                switch try condition.evaluate(scope) {
                case .bool(let isWanted): if isWanted == Mutant.conditionInverted.isActive { return .skip }
                case let other: throw ExpressionError("`if` gave \(other.kind), not a boolean")
                }
            }
            switch step.action {
            case .sleep(let duration): return .sleep(until: now.advanced(by: duration).milliseconds)
            case .command(let command):
                let call = if let recorded = steps[index].call { recorded } else { try call(command, of: step, scope) }
                let aggregate = AggregateID(command.aggregate, call.key ?? "")
                // The version is the one thing that moves between attempts: the saga's own steps leave new ones.
                let expected = trackedVersion(aggregate) ?? call.expected
                return .call(
                    .aggregate(aggregate, command: command.name, isRemote: command.isRemote),
                    expected == call.expected ? call : StepCall(key: call.key, input: call.input, expected: expected))
            case .call(let template):
                let input = if let recorded = steps[index].call { recorded.input } else { try Self.input(template.body, scope) }
                return .call(.worker(action: template.action), StepCall(key: nil, input: input, expected: nil))
            }
        } catch {
            return .failed(Failure(code: "expression", message: error.message))
        }
    }

    private func call(_ command: CommandTemplate, of step: Step, _ scope: SagaScope) throws(ExpressionError) -> StepCall {
        let key = try Self.key(try command.key?.evaluate(scope) ?? .null)
        let input = try Self.input(command.body, scope)
        var expected: UInt64?
        if let expect = step.expect {
            let value = try expect.evaluate(scope)
            guard let version = value.intValue, version >= 0 else {
                throw ExpressionError("`expect` gave \(value.text), not a version")
            }
            expected = UInt64(version)
        }
        return StepCall(key: key, input: input, expected: expected)
    }

    private static func input(_ body: Template?, _ scope: SagaScope) throws(ExpressionError) -> JSON {
        let input = try body?.evaluate(scope) ?? [:]
        guard case .object = input else { throw ExpressionError("`with` gave \(input.kind), not an object") }
        return input
    }

    private static func key(_ value: JSON) throws(ExpressionError) -> String {
        let text: String
        switch value {
        case .string(let string): text = string
        case .int(let int): text = String(int)
        default: throw ExpressionError("`key` gave \(value.kind), not a string")
        }
        guard Names.isKey(text) else {
            throw ExpressionError("`key` gave \(text.utf8.count) bytes; a key has 1 to 255, none a control character")
        }
        return text
    }

    /// The line of the undo ledger for a step answered with `result`, or maybe done after `failure`; or why there can be none.
    func frozenUndo(_ index: Int, result: JSON, failure: Failure? = nil) -> (UndoCommand?, Failure?) {
        guard case .action(let undo) = definition.steps[index].undo, let call = steps[index].call else { return (nil, nil) }
        let scope = SagaScope(self, answered: (index, result, failure))
        do throws(ExpressionError) {
            let body = try undo.operation.body?.evaluate(scope) ?? ["input": call.input, "result": result]
            guard case .object = body else { throw ExpressionError("the undo's `with` gave \(body.kind), not an object") }
            switch undo.operation {
            case .call(let template): return (UndoCommand(.worker(action: template.action), body: body), nil)
            case .command(let command):
                var key = call.key ?? ""
                if let template = command.key { key = try Self.key(try template.evaluate(scope)) }
                let aggregate = AggregateID(command.aggregate, key)
                return (
                    UndoCommand(.aggregate(aggregate, command: command.name, isRemote: command.isRemote), body: body), nil
                )
            }
        } catch {
            return (nil, Failure(code: "expression", message: error.message))
        }
    }

    /// The saga's output, or why it has none: the saga is completed all the same.
    public func evaluatedOutput() -> (JSON, Failure?) {
        guard let template = definition.output else { return (.null, nil) }
        do { return (try template.evaluate(SagaScope(self)), nil) } catch {
            return (.null, Failure(code: "expression", message: error.message))
        }
    }

    /// Names one operation of a step for participants: the same for every attempt until a definite no is retried.
    public func operationID(ofStep index: Int) -> String {
        operationID(definition.steps[index].doing, steps[index].generation)
    }

    public func operationID(ofUndo index: Int) -> String {
        operationID(definition.steps[index].undoing, steps[index].undo.generation)
    }

    /// Names the question what became of a step's operation.
    public func operationID(ofProbe index: Int) -> String {
        operationID(definition.steps[index].probing, steps[index].generation)
    }

    private func operationID(_ operation: String, _ generation: Int) -> String {
        if generation > 1 { return "\(id)\(operation)~\(generation)" }
        // In one piece: put together from two the text would be moved once more.
        return String(unsafeUninitializedCapacity: id.utf8.count + operation.utf8.count) { room in
            let (_, end) = room.initialize(from: id.utf8)
            return room[end...].initialize(from: operation.utf8).index
        }
    }
}
