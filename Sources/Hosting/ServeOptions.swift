/// How to serve: what the command line's `serve` takes, and what an embedding program may set itself.
public struct ServeOptions: Sendable {
    /// Where the store lies; created when missing.
    public var data: String
    /// Where to listen; empty for `ipc://DATA/skald.sock` and `tcp://127.0.0.1:7117`.
    public var endpoints: [String]
    /// Definitions to register before serving: every `.yaml`, `.yml` and `.json` of a folder, but hidden ones.
    public var sagas: String?
    /// Allows listening on an address other machines can reach, where anyone who connects may do anything.
    public var isInsecure: Bool
    /// How long ids are remembered, in milliseconds.
    public var retention: Int64
    /// How much of aggregates and live sagas is kept in memory, in estimated bytes; at least 16 MiB.
    public var memory: Int

    public init(
        data: String = "./skald-data", endpoints: [String] = [], sagas: String? = nil, isInsecure: Bool = false,
        retention: Int64 = 86_400_000, memory: Int = 256 << 20
    ) {
        self.data = data
        self.endpoints = endpoints
        self.sagas = sagas
        self.isInsecure = isInsecure
        self.retention = retention
        self.memory = memory
    }

    /// Beside the store, unless told otherwise.
    static let socketName = "skald.sock"

    /// The endpoints to bind, defaults filled in.
    public var bound: [String] {
        endpoints.isEmpty ? ["ipc://\(data)/\(Self.socketName)", "tcp://127.0.0.1:7117"] : endpoints
    }
}
