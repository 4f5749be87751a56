/// How patient a client is.
public struct ClientOptions: Sendable {
    /// Silence after which a call is sent again, under the same id, on a fresh connection.
    public var patience: Duration = .seconds(5)
    /// How often a call is sent at most, the first time counted.
    public var tries = 3
    /// How long the first connection may take. Nil: do not look whether a server is there.
    public var connectTimeout: Duration? = .seconds(2)

    public init(patience: Duration = .seconds(5), tries: Int = 3, connectTimeout: Duration? = .seconds(2)) {
        self.patience = patience
        self.tries = tries
        self.connectTimeout = connectTimeout
    }
}
