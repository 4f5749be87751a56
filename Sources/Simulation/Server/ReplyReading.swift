import Engine
import Kernel
import Wire

/// What the engine answered, in the words that both models share.
extension ClientReply {
    init(_ answer: Answer, to act: ClientOperation.Act) throws(SimulationFailure) {
        switch answer {
        case .fault(let fault): self = .fault(code: fault.code.rawValue, reason: fault.details["reason"]?.stringValue)
        case .repeated(let code, let body):
            self = .fault(code: code, reason: try Self.json(body)["reason"]?.stringValue)
        case .accepted(let version, _, let result):
            guard let value = try Self.json(result)["value"]?.intValue else { throw Self.unreadable("a result", result) }
            self = .accepted(version: version, value: value)
        case .answer(let body): self = try Self.answer(try Self.json(body), to: act, body)
        }
    }

    private static func answer(
        _ json: JSON, to act: ClientOperation.Act, _ body: [UInt8]
    ) throws(SimulationFailure) -> ClientReply {
        let state = json["state"]?.stringValue
        switch act {
        case .start:
            if let saga = json["id"]?.stringValue, let state, let existing = json["existing"]?.boolValue {
                return .started(saga: saga, state: state, existing: existing)
            }
        case .submit: if let state { return .submitted(state: state) }
        case .register: return .registered
        case .cancel, .terminate, .retry, .waive: if let state { return .acted(state: state) }
        case .command: break
        }
        throw unreadable("an answer", body)
    }

    private static func json(_ bytes: [UInt8]) throws(SimulationFailure) -> JSON {
        do { return try JSON.parse(bytes) } catch { throw unreadable("JSON", bytes) }
    }

    private static func unreadable(_ what: String, _ bytes: [UInt8]) -> SimulationFailure {
        SimulationFailure(rule: "replies", "\(what) cannot be read: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
}
