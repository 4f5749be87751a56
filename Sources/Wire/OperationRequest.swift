/// A `request`: everything but commands. `SKALD1 request <id> <operation> ⏎ arguments`.
public struct OperationRequest: Sendable, Equatable {
    public var id: WireID
    /// `saga.start` and the like; whether it exists is for the server to say.
    public var operation: String
    public var headers: [Header]
    /// As sent. Empty stands for `{}`; not yet known to be JSON.
    public var arguments: [UInt8]

    public init(id: WireID, operation: String, headers: [Header] = [], arguments: [UInt8] = []) {
        self.id = id
        self.operation = operation
        self.headers = headers
        self.arguments = arguments
    }

    /// The frame to send.
    public var encoded: [UInt8] {
        Frame(verb: "request", id: id, words: [operation], headers: headers).encoded(body: arguments)
    }
}
