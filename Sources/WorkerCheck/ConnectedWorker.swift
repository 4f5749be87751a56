import Wire

/// A worker that has said `ready`.
struct ConnectedWorker {
    let peer: [UInt8]
    var ready: Ready
    /// When it last said something, and when we did.
    var heard: Int64
    var spoken: Int64
    /// When an attempt of an action with a limit per second was last begun.
    var begun: Int64 = 0

    /// How often either side says something: what it would like, if that is not too slow to be checked.
    var heartbeat: Int64 { min(ready.heartbeatMilliseconds, StandIn.slowestHeartbeat) }
    /// Silence after which the other side is lost.
    var silence: Int64 { heartbeat * StandIn.liveness }

    func limit(_ action: String) -> Ready.Limit? { ready.limits.first { $0.action == action } }

    /// Attempts of `action` it takes at once.
    func room(for action: String) -> Int64 { min(ready.credit, limit(action)?.concurrent ?? .max) }

    /// Milliseconds between two attempts of `action`.
    func pause(for action: String) -> Int64 { limit(action)?.perSecond.map { Int64((1000 / $0).rounded(.up)) } ?? 0 }
}
