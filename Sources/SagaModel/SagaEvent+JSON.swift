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

    /// The stored body as a value, for reports and tests.
    public var body: JSON { (try? JSON.parse(bytes, maximumDepth: JSON.storedDepth)) ?? .null }

    /// The stored body, written without a tree in between: it is most of what a saga stores.
    public var bytes: [UInt8] {
        JSONText.bytes { text in
            write(&text)
            text.raw("}")
        }
    }

    /// Still open, as every event's body is until its end.
    private func write(_ text: inout JSONText) {
        switch self {
        case .stepStarted(let step, let attempt, let call, let due):
            text.open(step, attempt)
            if let call { text.append(call) }
            text.append(due: due)
        case .stepCompleted(let step, let attempt, let result, let version, let undo, let undoError):
            text.open(step, attempt)
            text.raw(#","result":"#)
            text.append(result)
            if let version {
                text.raw(#","version":"#)
                text.append(Int64(version))
            }
            text.append(undo, undoError)
        case .stepFailed(let step, let attempt, let error, let certainty, let undo, let undoError):
            text.open(step, attempt, error)
            text.raw(#","certainty":"#)
            text.append(certainty.rawValue)
            text.append(undo, undoError)
        case .stepRetrying(let step, let attempt, let error, let due, let definite):
            text.open(step, attempt, error)
            text.append(due: due)
            text.append(definite: definite)
        case .undoRetrying(let step, let attempt, let error, let due, let ending):
            text.open(step, attempt, error)
            text.append(due: due)
            text.append(definite: ending == .refused)
            if ending == .unknown { text.raw(#","unknown":true"#) }
        case .stepUnknown(let step, let attempt, let error, let due):
            text.open(step, attempt, error)
            text.append(due: due)
        case .stepSkipped(let step), .stepCancelled(let step), .undoBypassed(let step): text.open(step)
        case .undoStarted(let step, let attempt, let due), .stepProbed(let step, let attempt, let due):
            text.open(step, attempt)
            text.append(due: due)
        case .attemptExtended(let step, let direction, let attempt, let due):
            text.open(step, attempt)
            text.raw(#","direction":"#)
            text.append(direction.rawValue)
            text.append(due: due)
        case .undoCompleted(let step, let attempt, let result):
            text.open(step, attempt)
            text.raw(#","result":"#)
            text.append(result)
        case .undoFailed(let step, let attempt, let error, let isDefinite):
            text.open(step, attempt, error)
            text.append(definite: isDefinite)
        case .answerIgnored(let step, let operation, let attempt, let outcome):
            text.open(step, attempt)
            text.raw(#","operation":"#)
            text.append(operation)
            text.raw(#","outcome":"#)
            text.append(outcome)
        default: writeSaga(&text)
        }
    }

    private func writeSaga(_ text: inout JSONText) {
        switch self {
        case .started(let start): start.write(&text)
        case .compensating(let reason, let error):
            text.raw(#"{"reason":"#)
            text.append(reason.rawValue)
            text.raw(#","error":"#)
            text.append(error?.json ?? .null)
        case .undoWaived(let step, let reason, let actor):
            text.open(step)
            text.append(reason: reason, actor)
        case .completed(let output, let error):
            text.raw(#"{"output":"#)
            text.append(output)
            if let error {
                text.raw(#","output_error":"#)
                text.append(error.json)
            }
        case .terminated(let reason, let actor), .cancelRequested(let reason, let actor):
            text.raw(#"{"reason":"#)
            text.append(reason)
            text.raw(#","actor":"#)
            text.append(JSON.optional(actor))
        case .stuck(let step, let error):
            text.raw(#"{"step":"#)
            text.append(JSON.optional(step))
            text.raw(#","error":"#)
            text.append(error.json)
        case .repaired(let step, let action, let reason, let actor):
            text.open(step)
            text.raw(#","do":"#)
            text.append(action)
            text.append(reason: reason, actor)
        default: text.raw("{")
        }
    }
}

/// The members that several events have.
extension JSONText {
    fileprivate mutating func open(_ step: String) {
        raw(#"{"step":"#)
        append(step)
    }

    fileprivate mutating func open(_ step: String, _ attempt: Int) {
        open(step)
        raw(#","attempt":"#)
        append(Int64(attempt))
    }

    fileprivate mutating func open(_ step: String, _ attempt: Int, _ error: Failure) {
        open(step, attempt)
        raw(#","error":"#)
        append(error.json)
    }

    fileprivate mutating func append(due: Int64?) {
        guard let due else { return }
        raw(#","due":"#)
        append(due)
    }

    fileprivate mutating func append(definite: Bool) {
        raw(#","definite":"#)
        append(definite)
    }

    fileprivate mutating func append(reason: String, _ actor: String?) {
        raw(#","reason":"#)
        append(reason)
        raw(#","actor":"#)
        append(JSON.optional(actor))
    }

    fileprivate mutating func append(_ call: StepCall) {
        if let key = call.key {
            raw(#","key":"#)
            append(key)
        }
        raw(#","input":"#)
        append(call.input)
        guard let expected = call.expected else { return }
        raw(#","expected":"#)
        append(Int64(expected))
    }

    fileprivate mutating func append(_ undo: UndoCommand?, _ error: Failure?) {
        if let undo {
            raw(#","undo":"#)
            undo.write(&self)
        }
        guard let error else { return }
        raw(#","undo_error":"#)
        append(error.json)
    }
}

extension SagaStart {
    fileprivate func write(_ text: inout JSONText) {
        text.raw(#"{"definition":"#)
        text.append(definition)
        text.raw(#","version":"#)
        text.append(Int64(version))
        text.raw(#","key":"#)
        text.append(JSON.optional(key))
        text.raw(#","input":"#)
        text.append(input)
        if let deadline {
            text.raw(#","deadline":"#)
            text.append(deadline)
        }
        if let inline {
            text.raw(#","inline":"#)
            text.append(inline)
        }
        if !types.isEmpty {
            text.raw(#","types":"#)
            text.append(JSON.array(types.map { .string($0) }))
        }
    }

    public convenience init?(body: JSON) {
        guard let definition = body["definition"]?.stringValue, let version = body["version"]?.intValue, let input = body["input"]
        else { return nil }
        self.init(
            definition: definition, version: Int(version), input: input, key: body["key"]?.stringValue, inline: body["inline"],
            types: body["types"]?.arrayValue?.compactMap(\.stringValue) ?? [], deadline: body["deadline"]?.intValue)
    }
}
