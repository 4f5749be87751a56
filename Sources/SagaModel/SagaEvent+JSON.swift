public import Kernel

/// The stored form of saga events: a name in the past tense and a JSON body, stable for ever (`schema` 1).
extension SagaEvent {
    public var name: String {
        switch self {
        case .started: "saga.started"
        case .stepStarted: "step.started"
        case .stepCompleted: "step.completed"
        case .stepFailed: "step.failed"
        case .stepRetrying: "step.retrying"
        case .stepUnknown: "step.unknown"
        case .stepProbed: "step.probed"
        case .stepSkipped: "step.skipped"
        case .stepCancelled: "step.cancelled"
        case .compensating: "saga.compensating"
        case .undoStarted: "undo.started"
        case .undoCompleted: "undo.completed"
        case .undoRetrying: "undo.retrying"
        case .undoFailed: "undo.failed"
        case .attemptExtended: "attempt.extended"
        case .undoBypassed: "undo.bypassed"
        case .undoWaived: "undo.waived"
        case .completed: "saga.completed"
        case .compensated: "saga.compensated"
        case .terminated: "saga.terminated"
        case .stuck: "saga.stuck"
        case .cancelRequested: "saga.cancel_requested"
        case .repaired: "saga.repaired"
        case .answerIgnored: "answer.ignored"
        }
    }

    public var body: JSON {
        var body = JSONObject()
        switch self {
        case .started(let start): body = start.body
        case .stepStarted(let step, let attempt, let call, let due):
            body = Self.head(step, attempt)
            if let call {
                if let key = call.key { body.append("key", .string(key)) }
                body.append("input", call.input)
                if let expected = call.expected { body.append("expected", .int(Int64(expected))) }
            }
            if let due { body.append("due", .int(due)) }
        case .stepCompleted(let step, let attempt, let result, let version, let undo, let undoError):
            body = Self.head(step, attempt)
            body.append("result", result)
            if let version { body.append("version", .int(Int64(version))) }
            Self.append(undo, undoError, to: &body)
        case .stepFailed(let step, let attempt, let error, let certainty, let undo, let undoError):
            body = Self.head(step, attempt, error)
            body.append("certainty", .string(certainty.rawValue))
            Self.append(undo, undoError, to: &body)
        case .stepRetrying(let step, let attempt, let error, let due, let definite),
            .undoRetrying(let step, let attempt, let error, let due, let definite):
            body = Self.head(step, attempt, error)
            body.append("due", .int(due))
            body.append("definite", .bool(definite))
        case .stepUnknown(let step, let attempt, let error, let due):
            body = Self.head(step, attempt, error)
            body.append("due", .int(due))
        case .stepSkipped(let step), .stepCancelled(let step), .undoBypassed(let step): body.append("step", .string(step))
        case .undoStarted(let step, let attempt, let due), .stepProbed(let step, let attempt, let due):
            body = Self.head(step, attempt)
            if let due { body.append("due", .int(due)) }
        case .attemptExtended(let step, let direction, let attempt, let due):
            body = Self.head(step, attempt)
            body.append("direction", .string(direction.rawValue))
            body.append("due", .int(due))
        case .undoCompleted(let step, let attempt, let result):
            body = Self.head(step, attempt)
            body.append("result", result)
        case .undoFailed(let step, let attempt, let error, let isDefinite):
            body = Self.head(step, attempt, error)
            body.append("definite", .bool(isDefinite))
        case .answerIgnored(let step, let operation, let attempt, let outcome):
            body = Self.head(step, attempt)
            body.append("operation", .string(operation))
            body.append("outcome", .string(outcome))
        default: body = sagaBody
        }
        return .object(body)
    }

    private var sagaBody: JSONObject {
        var body = JSONObject()
        switch self {
        case .compensating(let reason, let error):
            body.append("reason", .string(reason.rawValue))
            body.append("error", error?.json ?? .null)
        case .undoWaived(let step, let reason, let actor):
            body.append("step", .string(step))
            body.append("reason", .string(reason))
            body.append("actor", .optional(actor))
        case .completed(let output, let error):
            body.append("output", output)
            if let error { body.append("output_error", error.json) }
        case .terminated(let reason, let actor), .cancelRequested(let reason, let actor):
            body.append("reason", .string(reason))
            body.append("actor", .optional(actor))
        case .stuck(let step, let error):
            body.append("step", .optional(step))
            body.append("error", error.json)
        case .repaired(let step, let action, let reason, let actor):
            body.append("step", .string(step))
            body.append("do", .string(action))
            body.append("reason", .string(reason))
            body.append("actor", .optional(actor))
        default: break
        }
        return body
    }

    private static func head(_ step: String, _ attempt: Int, _ error: Failure? = nil) -> JSONObject {
        var body = JSONObject()
        body.append("step", .string(step))
        body.append("attempt", .int(Int64(attempt)))
        if let error { body.append("error", error.json) }
        return body
    }

    private static func append(_ undo: UndoCommand?, _ error: Failure?, to body: inout JSONObject) {
        if let undo { body.append("undo", undo.json) }
        if let error { body.append("undo_error", error.json) }
    }
}

extension SagaStart {
    var body: JSONObject {
        var body = JSONObject()
        body.append("definition", .string(definition))
        body.append("version", .int(Int64(version)))
        body.append("key", .optional(key))
        body.append("input", input)
        if let deadline { body.append("deadline", .int(deadline)) }
        if let inline { body.append("inline", inline) }
        return body
    }

    public init?(body: JSON) {
        guard let definition = body["definition"]?.stringValue, let version = body["version"]?.intValue, let input = body["input"]
        else { return nil }
        self.init(
            definition: definition, version: Int(version), input: input, key: body["key"]?.stringValue, inline: body["inline"],
            deadline: body["deadline"]?.intValue)
    }
}
