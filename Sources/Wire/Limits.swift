/// The sizes of the wire, in bytes (docs/protocol.md).
public enum WireLimits {
    /// The header line without its newline.
    public static let header = 4096
    /// An id, decoded.
    public static let id = 64
    /// A body that is served.
    public static let body = 1 << 20
    /// A whole frame that is still answered (`too_large`); set it as the socket's limit, which cuts the sender off above.
    public static let frame = 4 << 20
}
