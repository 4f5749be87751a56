/// Why a server did not start, or ended: the exit status and what to tell.
public struct ServeFailure: Error, CustomStringConvertible {
    /// 78: the configuration or a definition is wrong. 74: the store cannot be read or written. 69: an endpoint is taken.
    public let status: Int32
    public let description: String

    public static func configuration(_ text: String) -> ServeFailure { ServeFailure(status: 78, description: text) }
    public static func storage(_ text: String) -> ServeFailure { ServeFailure(status: 74, description: text) }
    public static func unavailable(_ text: String) -> ServeFailure { ServeFailure(status: 69, description: text) }
}
