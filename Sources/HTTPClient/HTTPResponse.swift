/// What a service answered.
public struct HTTPResponse: Sendable, Equatable {
    public var status: Int
    public var headers: [HTTPHeader]
    public var body: [UInt8]
    /// The body went on beyond `HTTPLimits.body`.
    public var isCut: Bool
    /// When to ask again, if it was said, by a number or by a date.
    public var retryAfter: Duration?
    /// From the call to the last byte.
    var duration: Duration
    /// Where it sends us, in full.
    var redirect: String?

    public init(
        status: Int, headers: [HTTPHeader] = [], body: [UInt8] = [], isCut: Bool = false, retryAfter: Duration? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isCut = isCut
        self.retryAfter = retryAfter
        duration = .zero
    }
}
