/// What was answered to an id: asked again with the same content, the same answer.
public struct Receipt: Sendable, Equatable {
    /// First 16 bytes of the SHA-256 over the request's content (verb, address, expected, name, body bytes as sent).
    public var content: [UInt8]
    /// nil for `ok`, else the error's code.
    public var code: String?
    /// For an accepted command: the aggregate's version and the position answered; nil for a request.
    public var version: UInt64?
    public var position: UInt64?
    /// The body answered: the result, or the error's message and details. UTF-8 JSON.
    public var body: [UInt8]

    public init(content: [UInt8], code: String?, version: UInt64?, position: UInt64?, body: [UInt8]) {
        self.content = content
        self.code = code
        self.version = version
        self.position = position
        self.body = body
    }
}
