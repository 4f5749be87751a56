public import Kernel

/// A stored saga event that is none of ours: a newer server's, or damage.
public struct UnreadableSagaEvent: Error, Equatable, Sendable, CustomStringConvertible {
    public let name: String
    public var description: String { "the saga event '\(name)' cannot be read" }
}

extension SagaEvent {
    /// Reads the stored form back. The inverse of `name` and `body`.
    public init(name: String, body: JSON) throws(UnreadableSagaEvent) {
        guard let event = Self.stepEvent(name, body) ?? Self.undoEvent(name, body) ?? Self.sagaEvent(name, body) else {
            throw UnreadableSagaEvent(name: name)
        }
        self = event
    }

    private static func stepEvent(_ name: String, _ body: JSON) -> SagaEvent? {
        guard name.hasPrefix("step."), let step = body["step"]?.stringValue else { return nil }
        guard [body["version"], body["expected"]].allSatisfy({ ($0?.intValue ?? 0) >= 0 }) else { return nil }
        let attempt = Int(body["attempt"]?.intValue ?? 0)
        let failure = Failure(body["error"])
        let due = body["due"]?.intValue
        let (undo, undoError) = (UndoCommand(body["undo"]), Failure(body["undo_error"]))
        // A line of the ledger that cannot be read is damage, never "nothing to undo".
        if undo == nil, let kept = body["undo"], kept != .null { return nil }
        switch name {
        case "step.started": return .stepStarted(step: step, attempt: attempt, call: StepCall(body), due: due)
        case "step.completed":
            let version = body["version"]?.intValue.map { UInt64($0) }
            return .stepCompleted(
                step: step, attempt: attempt, result: body["result"] ?? .null, version: version, undo: undo, undoError: undoError)
        case "step.failed":
            guard let failure, let certainty = body["certainty"]?.stringValue.flatMap(Certainty.init(rawValue:)) else {
                return nil
            }
            return .stepFailed(
                step: step, attempt: attempt, error: failure, certainty: certainty, undo: undo, undoError: undoError)
        case "step.retrying":
            guard let failure, let due, let definite = body["definite"]?.boolValue else { return nil }
            return .stepRetrying(step: step, attempt: attempt, error: failure, due: due, definite: definite)
        case "step.unknown":
            guard let failure, let due else { return nil }
            return .stepUnknown(step: step, attempt: attempt, error: failure, due: due)
        case "step.probed": return .stepProbed(step: step, attempt: attempt, due: due)
        case "step.skipped": return .stepSkipped(step: step)
        case "step.cancelled": return .stepCancelled(step: step)
        default: return nil
        }
    }

    private static func undoEvent(_ name: String, _ body: JSON) -> SagaEvent? {
        guard name.hasPrefix("undo."), let step = body["step"]?.stringValue else { return nil }
        let attempt = Int(body["attempt"]?.intValue ?? 0)
        let failure = Failure(body["error"])
        switch name {
        case "undo.started": return .undoStarted(step: step, attempt: attempt, due: body["due"]?.intValue)
        case "undo.completed": return .undoCompleted(step: step, attempt: attempt, result: body["result"] ?? .null)
        case "undo.retrying":
            guard let failure, let due = body["due"]?.intValue, let definite = body["definite"]?.boolValue else { return nil }
            let isUnknown = body["unknown"]?.boolValue ?? false
            return .undoRetrying(
                step: step, attempt: attempt, error: failure, due: due,
                ending: definite ? .refused : isUnknown ? .unknown : .postponed)
        case "undo.failed":
            let isDefinite = body["definite"]?.boolValue ?? true
            return failure.map { .undoFailed(step: step, attempt: attempt, error: $0, isDefinite: isDefinite) }
        case "undo.bypassed": return .undoBypassed(step: step)
        case "undo.waived":
            return .undoWaived(step: step, reason: body["reason"]?.stringValue ?? "", actor: body["actor"]?.stringValue)
        default: return nil
        }
    }

    private static func sagaEvent(_ name: String, _ body: JSON) -> SagaEvent? {
        let reason = body["reason"]?.stringValue
        let actor = body["actor"]?.stringValue
        switch name {
        case "attempt.extended":
            guard let step = body["step"]?.stringValue, let attempt = body["attempt"]?.intValue, let due = body["due"]?.intValue,
                let direction = body["direction"]?.stringValue.flatMap(Direction.init(rawValue:))
            else { return nil }
            return .attemptExtended(step: step, direction: direction, attempt: Int(attempt), due: due)
        case "answer.ignored":
            guard let step = body["step"]?.stringValue, let operation = body["operation"]?.stringValue,
                let attempt = body["attempt"]?.intValue, let outcome = body["outcome"]?.stringValue
            else { return nil }
            return .answerIgnored(step: step, operation: operation, attempt: Int(attempt), outcome: outcome)
        case "saga.started": return SagaStart(body: body).map { .started($0) }
        case "saga.compensating":
            return reason.flatMap(CompensationReason.init(rawValue:)).map {
                .compensating(reason: $0, error: SagaError(body["error"]))
            }
        case "saga.completed": return .completed(output: body["output"] ?? .null, outputError: Failure(body["output_error"]))
        case "saga.compensated": return .compensated
        case "saga.terminated": return .terminated(reason: reason ?? "", actor: actor)
        case "saga.stuck": return Failure(body["error"]).map { .stuck(step: body["step"]?.stringValue, error: $0) }
        case "saga.cancel_requested": return .cancelRequested(reason: reason ?? "", actor: actor)
        case "saga.repaired":
            guard let step = body["step"]?.stringValue, let action = body["do"]?.stringValue else { return nil }
            return .repaired(step: step, action: action, reason: reason ?? "", actor: actor)
        default: return nil
        }
    }
}

extension StepCall {
    /// The call inside a `step.started` body; nil when that attempt repeats an earlier one.
    convenience init?(_ body: JSON) {
        guard let input = body["input"] else { return nil }
        self.init(key: body["key"]?.stringValue, input: input, expected: body["expected"]?.intValue.map { UInt64($0) })
    }
}

extension SagaError {
    init?(_ json: JSON?) {
        guard let failure = Failure(json) else { return nil }
        self.init(step: json?["step"]?.stringValue, failure: failure)
    }
}
