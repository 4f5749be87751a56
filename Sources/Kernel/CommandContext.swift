/// What a decision may know besides its command and state. No clock and no randomness: decisions stay pure.
public struct CommandContext: Sendable {
    /// The aggregate's key.
    public let key: String
    /// Events of this aggregate so far. The first event a decision emits gets `version + 1`.
    public let version: UInt64

    /// The version of the first event this decision would write; use it for ids made inside a handler (`r-3`).
    public var nextVersion: UInt64 { version + 1 }

    public init(key: String, version: UInt64) {
        self.key = key
        self.version = version
    }
}
