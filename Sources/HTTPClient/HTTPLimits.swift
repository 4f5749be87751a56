/// What a response may weigh.
public enum HTTPLimits {
    /// Bytes of a response's body; what is longer is cut, and said to be.
    public static let body = 1 << 20
    /// Bytes of a response's header lines.
    public static let headers = 64 << 10
    /// Redirects followed for one request.
    public static let redirects = 5
}
