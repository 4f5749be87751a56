import Kernel

/// A server as the command line needs it: one call, one answer. `SkaldClient` in production, canned answers in tests.
protocol Requests {
    /// Sends one command; answers `{version, position, result}`.
    func command(_ command: OutgoingCommand) throws(RequestFailure) -> JSON
    /// Sends one request under `id`, its idempotency key, and answers with the body of its reply. `holding` is how many
    /// milliseconds the server was asked to wait before it answers.
    func request(_ operation: String, _ arguments: JSON, id: String, holding: Int64) throws(RequestFailure) -> JSON
}

struct OutgoingCommand: Equatable {
    let id: String
    let aggregate: String
    let key: String
    let expected: UInt64?
    let name: String
    let body: JSON
}

/// Every way a request can fail.
enum RequestFailure: Error, Equatable {
    /// The server's own error: a code of the protocol and its body.
    case answered(code: String, body: JSON)
    /// No connection came about: nothing was sent.
    case unreachable
    /// Somebody listens and says nothing: nothing was sent.
    case mute
    /// This user may not connect: nothing was sent.
    case denied
    case unknownHost(String)
    /// Connected, but no answer came in time: what was asked may have been done.
    case silent
    /// Something answers there that does not speak the protocol.
    case foreign(String)
    /// It cannot be asked as it was written; nothing was sent.
    case invalid(String)
}
