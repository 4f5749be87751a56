import Kernel

/// The answer to `ready`: `SKALD1 welcome <id> <epoch> ⏎ {"heartbeat_ms", "liveness", "server"}`.
public struct Welcome: Sendable, Equatable {
    /// Higher after each start of the server.
    public var epoch: UInt64
    /// Either side says something at least this often.
    public var heartbeatMilliseconds: Int64
    /// So many silent intervals, and the other side is lost.
    public var liveness: Int64
    /// The store's id.
    public var server: String

    public init(epoch: UInt64, heartbeatMilliseconds: Int64, liveness: Int64 = 3, server: String) {
        self.epoch = epoch
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.liveness = liveness
        self.server = server
    }

    init(epoch: UInt64, _ fields: JSONObject) throws(Fault) {
        guard let heartbeat = fields["heartbeat_ms"]?.intValue, WorkerLimits.heartbeat.contains(heartbeat) else {
            throw .malformed("'heartbeat_ms' of a welcome must be an integer from 100 to 60000")
        }
        guard let liveness = fields["liveness"]?.intValue, (1...1000).contains(liveness) else {
            throw .malformed("'liveness' of a welcome must be an integer from 1 to 1000")
        }
        self.init(
            epoch: epoch, heartbeatMilliseconds: heartbeat, liveness: liveness, server: fields["server"]?.stringValue ?? "")
    }

    var body: JSON {
        ["heartbeat_ms": .int(heartbeatMilliseconds), "liveness": .int(liveness), "server": .string(server)]
    }
}
