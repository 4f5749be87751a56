import EventLog
import Kernel
import SagaModel
import Wire

/// What came of a command.
enum RemoteVerdict: Sendable {
    case accepted(RemoteDecision)
    case refused(Fault)

    /// As a step records it.
    static func failure(_ fault: Fault) -> Failure {
        let code = fault.code == .rejected ? fault.details["reason"]?.stringValue : nil
        return Failure(code: code ?? fault.code.rawValue, message: fault.message)
    }

    /// A worker's no. Some codes are the protocol's own.
    static func refused(_ code: String, _ message: String) -> RemoteVerdict {
        let message = message.isEmpty ? code : message
        switch code {
        case "not_found": return .refused(Fault(.notFound, message))
        case "unknown_command": return .refused(Fault(.unknownCommand, message))
        case "bad_request": return .refused(Fault(.badRequest, message))
        default: return .refused(Fault(.rejected, message, ["reason": .string(code)]))
        }
    }
}

/// What a worker decided, checked.
struct RemoteDecision: Sendable {
    let events: [StoredBody]
    /// nil when it cannot be kept: the events are folded.
    var state: RemoteStateBody?
    let result: JSON

    /// `{"events": [{"name", "body", "schema"?}…], "state", "result"?}`; throws `bad_request`.
    init(_ answer: JSON, schema: Int) throws(Fault) {
        events = try Self.events(answer["events"], schema)
        state = events.isEmpty ? nil : try RemoteStateBody(answer, schema)
        let result = answer["result"] ?? .null
        self.result = result == .null ? [:] : result
        guard self.result.bytes.count <= EngineLimits.body else {
            throw Fault(.badRequest, "the result is larger than \(EngineLimits.body) bytes")
        }
    }

    private static func events(_ given: JSON?, _ schema: Int) throws(Fault) -> [StoredBody] {
        guard let list = (given ?? []).arrayValue else { throw Fault(.badRequest, "'events' must be a list") }
        var events: [StoredEvent] = []
        for (index, item) in list.enumerated() {
            guard let name = item["name"]?.stringValue, Names.isName(name) else {
                throw Fault(.badRequest, "'events[\(index)]' needs a 'name': [a-z][a-z0-9_.-]{0,62}")
            }
            let body = item["body"] ?? [:]
            guard case .object = body else {
                throw Fault(.badRequest, "'events[\(index)].body' must be an object, not \(body.kind)")
            }
            let version = item["schema"] ?? .int(Int64(schema))
            guard case .int(let number) = version, (1...Int64(UInt16.max)).contains(number) else {
                throw Fault(.badRequest, "'events[\(index)].schema' must be an integer from 1 to \(UInt16.max)")
            }
            events.append(StoredEvent(name: name, schema: Int(number), body: body))
        }
        do { return try Engine.stored(events) } catch { throw Fault(.badRequest, error.message) }
    }
}

/// A state that a worker has given.
struct RemoteStateBody: Sendable {
    let json: [UInt8]
    let schema: Int

    /// The member `state`; throws `bad_request`.
    init(_ answer: JSON, _ schema: Int) throws(Fault) {
        guard let state = answer["state"] else { throw Fault(.badRequest, "'state' is missing: the state after the events") }
        json = state.bytes
        self.schema = schema
        guard json.count <= EngineLimits.body else {
            throw Fault(.badRequest, "the state has \(json.count) bytes; at most \(EngineLimits.body) are kept")
        }
    }
}
