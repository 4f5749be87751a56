import CZeroMQ
import Glibc

/// What libzmq answered instead of doing the work.
public enum ZMQError: Error, Equatable, Sendable {
    /// Nothing to receive now, or no room to send now (EAGAIN), or the receive timeout passed.
    case again
    /// A mandatory ROUTER knows no such peer (EHOSTUNREACH).
    case hostUnreachable
    /// The context was shut down (ETERM): close the socket and leave.
    case terminated
    /// A signal came first (EINTR): nothing was sent or received.
    case interrupted
    /// Everything else: an errno value and its text.
    case failed(code: Int32, text: String)

    init(code: Int32) {
        switch code {
        case EAGAIN: self = .again
        case EHOSTUNREACH: self = .hostUnreachable
        case ETERM: self = .terminated
        case EINTR: self = .interrupted
        default: self = .failed(code: code, text: String(cString: zmq_strerror(code)))
        }
    }

    /// The error the last call on this thread left behind.
    static var last: ZMQError { ZMQError(code: zmq_errno()) }
}

extension ZMQError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .again: "nothing to receive or no room to send"
        case .hostUnreachable: "no such peer is connected"
        case .terminated: "the context was shut down"
        case .interrupted: "interrupted by a signal"
        case .failed(let code, let text): "\(text) (errno \(code))"
        }
    }
}
