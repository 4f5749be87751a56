/// What this build calls itself.
enum Release {
    static let version = "0.1.0"
    /// The wire it speaks.
    static let protocolName = "SKALD1"
}
