/// How a server is set up.
public struct ServerConfiguration: Sendable {
    /// Where it listens: `ipc://PATH` and `tcp://ADDRESS:PORT`.
    public var endpoints: [String]
    public var name: String
    public var version: String
    /// The store's directory, as an operator finds it; nil when there is none.
    public var data: String?
    /// Lines for the operator; names and ids, never payloads. Called from the front door's thread.
    public var log: @Sendable (String) -> Void

    public init(
        endpoints: [String], name: String = "skald", version: String, data: String? = nil,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.endpoints = endpoints
        self.name = name
        self.version = version
        self.data = data
        self.log = log
    }
}
