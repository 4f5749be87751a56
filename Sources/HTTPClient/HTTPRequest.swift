/// One request, sent as it stands: whoever makes it has encoded the URL.
public struct HTTPRequest: Sendable, Equatable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        /// Asked for only to read, so that asking twice changes nothing.
        public var isSafe: Bool { self == .get || self == .head }
    }

    public var method: Method
    /// `http` or `https`.
    public var url: String
    public var headers: [HTTPHeader]
    public var body: [UInt8]?
    /// From the call to the last byte of the answer.
    public var timeout: Duration
    /// The other side takes a second copy for the first: libcurl sends one by itself when a connection it uses again breaks.
    public var isRepeatable: Bool
    /// To the same scheme, host and port only, so that no header goes anywhere else.
    public var followsRedirects: Bool

    public init(
        _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil, timeout: Duration = .seconds(10),
        isRepeatable: Bool = false, followsRedirects: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.isRepeatable = isRepeatable
        self.followsRedirects = followsRedirects
    }

    /// What to ask next when this was the answer; nil when that is the end of it.
    ///
    /// Only what says that nothing was done yet is followed: 303, and 301 and 302 for a method that changes something, are not.
    func redirected(by response: HTTPResponse) -> HTTPRequest? {
        guard followsRedirects, let url = response.redirect, Self.origin(url) == Self.origin(self.url) else { return nil }
        guard [307, 308].contains(response.status) || [301, 302, 303].contains(response.status) && method.isSafe,
            timeout > response.duration
        else { return nil }
        var next = self
        next.url = url
        next.timeout -= response.duration
        return next
    }

    /// `https://host:port`.
    private static func origin(_ url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        return url[..<scheme.upperBound].lowercased() + url[scheme.upperBound...].prefix { !"/?#".contains($0) }.lowercased()
    }
}
