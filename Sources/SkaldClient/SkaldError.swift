public import Kernel
public import Wire

/// How a call can fail.
public enum SkaldError: Error, Equatable, Sendable {
    /// The server's answer is no. `code` is for machines (`ErrorCode`, or a newer one), `message` for people.
    case refused(code: String, message: String, details: JSONObject)
    /// Sent, and not answered after every try: it may or may not have happened. The same id asks again safely.
    case timeout(id: String)
    /// No server answers there. The call was never sent: nothing happened.
    case unreachable(endpoint: String)
    /// Something answers there, but not in this protocol.
    case malformedReply(String)
    /// The call cannot be made as it was written.
    case invalid(String)
    /// The task that waited was cancelled: the call may still happen.
    case cancelled
    /// The client was closed before the answer came: the call may still happen.
    case closed

    /// The server's code, when it is one this client knows.
    public var code: ErrorCode? { if case .refused(let code, _, _) = self { ErrorCode(rawValue: code) } else { nil } }

    public var details: JSONObject { if case .refused(_, _, let details) = self { details } else { JSONObject() } }

    /// Why the domain said no (`insufficient_funds`), or an act was out of place (`past_pivot`).
    public var reason: String? { details["reason"]?.stringValue }
}

extension SkaldError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let code, let message, _): "\(message) (\(code))"
        case .timeout(let id): "no answer; it may or may not have happened: ask again with the id \(id)"
        case .unreachable(let endpoint):
            "no server answers at \(endpoint), so nothing was done; is it running, and is this its address?"
        case .malformedReply(let text): "the answer is not \(Frame.version): \(text)"
        case .invalid(let text): text
        case .cancelled: "cancelled while waiting; it may or may not have happened"
        case .closed: "the client was closed while waiting; it may or may not have happened"
        }
    }
}
