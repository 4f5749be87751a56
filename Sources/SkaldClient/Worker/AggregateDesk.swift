import Kernel
import Wire

/// Decides and folds with the same handler that a server has compiled in. Pure.
enum AggregateDesk {
    static func decide(_ task: DecideTask, _ handler: AggregateHandler?) -> WorkerMessage {
        let id = task.task
        guard let handler else { return missing(id, task.aggregate) }
        guard let body = try? JSON.parse(task.body, maximumDepth: JSON.storedDepth) else {
            return .unknown(id, message: "the body of the task is not JSON")
        }
        let call = CommandCall(
            name: task.name, body: body["command"] ?? .object(JSONObject()), key: task.aggregate.key, version: task.version,
            expected: body["expected"]?.intValue.flatMap { UInt64(exactly: $0) })
        do {
            var state = try state(body, handler)
            switch handler.decide(call, state) {
            case .accepted(let events, let result):
                for event in events { try handler.evolve(&state, event) }
                return done(id, ["events": .array(events.map(written)), "state": try handler.encode(state), "result": result])
            case .refused(let refusal): return .refuse(id, code: refusal.code, message: refusal.message.short)
            case .conflict: return .refuse(id, code: ErrorCode.conflict.rawValue, message: "not at the expected version")
            case .unknownCommand:
                let message = "\(task.aggregate.type) has no command '\(task.name)'"
                return .refuse(id, code: ErrorCode.unknownCommand.rawValue, message: message)
            case .malformed(let message): return .refuse(id, code: ErrorCode.badRequest.rawValue, message: message.short)
            case .failed(let message): return .unknown(id, message: message.short)
            }
        } catch {
            return .unknown(id, message: "\(task.aggregate): \(error)".short)
        }
    }

    static func fold(_ task: FoldTask, _ handler: AggregateHandler?) -> WorkerMessage {
        let id = task.task
        guard let handler else { return missing(id, task.aggregate) }
        guard let body = try? JSON.parse(task.body, maximumDepth: JSON.storedDepth), let events = body["events"]?.arrayValue
        else {
            return .unknown(id, message: "the body of the task is not that of a fold")
        }
        do {
            var state = try state(body, handler)
            for event in events { try handler.evolve(&state, stored(event, handler)) }
            return done(id, ["state": try handler.encode(state)])
        } catch {
            // An event this code cannot read will not become readable by asking again.
            return .refuse(id, code: "unreadable_event", message: "\(error)".short)
        }
    }

    private static func state(_ body: JSON, _ handler: AggregateHandler) throws -> AggregateHandler.State {
        guard let state = body["state"], !state.isNull else { return handler.initial }
        return try handler.decode(state)
    }

    private static func written(_ event: StoredEvent) -> JSON { ["name": .string(event.name), "body": event.body] }

    private static func stored(_ event: JSON, _ handler: AggregateHandler) -> StoredEvent {
        StoredEvent(
            name: event["name"]?.stringValue ?? "", schema: Int(event["schema"]?.intValue ?? Int64(handler.schema)),
            body: event["body"] ?? .object(JSONObject()))
    }

    /// Too large is a definite no here: nothing is stored.
    private static func done(_ id: WireID, _ body: JSON) -> WorkerMessage {
        let bytes = body.bytes
        guard bytes.count > WireLimits.body else { return .done(id, body: bytes) }
        return .refuse(
            id, code: ErrorCode.tooLarge.rawValue,
            message: "events and state have \(bytes.count) bytes; \(WireLimits.body) are allowed")
    }

    private static func missing(_ id: WireID, _ aggregate: AggregateID) -> WorkerMessage {
        .retry(id, afterMilliseconds: 1000, message: "this worker does not decide for '\(aggregate.type)'")
    }
}
