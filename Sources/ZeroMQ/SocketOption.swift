import CZeroMQ

/// One setting of a socket. Most count only for binds and connects made after it was set.
///
/// Times are rounded down to milliseconds; nil means without end.
public enum SocketOption: Sendable, Equatable {
    /// A ROUTER says `.hostUnreachable` for an unknown peer and `.again` for a full one, instead of dropping silently.
    case routerMandatory(Bool)
    /// Largest frame accepted, in bytes; the peer that sends a larger one is disconnected.
    case maximumMessageSize(Int64)
    case handshakeInterval(Duration)
    /// How long unsent messages live after close. Every socket begins at zero, so nothing hangs at the end.
    case linger(Duration?)
    case heartbeatInterval(Duration)
    case heartbeatTimeout(Duration)
    /// After this long without traffic the peer itself gives up on us.
    case heartbeatTimeToLive(Duration)
    /// Messages held per peer before a send says `.again`; 0 is unbounded.
    case sendHighWater(Int32)
    case receiveHighWater(Int32)
    /// Queue only to peers that are connected.
    case immediate(Bool)
    case receiveTimeout(Duration?)
    case sendTimeout(Duration?)
    /// Connections the system may hold before they are accepted.
    case backlog(Int32)
    case ipv6(Bool)
    /// Probe an idle TCP peer after `idle`, every `interval`, and give up after `count` without an answer.
    case tcpKeepAlive(idle: Duration, interval: Duration, count: Int32)
    case reconnectInterval(Duration)
    case reconnectIntervalMaximum(Duration)
    /// The name a ROUTER on the other side sees: 1…255 bytes, not beginning with zero.
    case routingID([UInt8])
    /// A REQ may send again without having received, and ignores replies to anything but its last request.
    case requestRelaxed
    /// A SUB takes messages that begin with these bytes.
    case subscribe([UInt8])
}

extension SocketOption {
    func apply(to handle: UnsafeMutableRawPointer) throws(ZMQError) {
        switch self {
        case .routerMandatory(let on): try set(handle, ZMQ_ROUTER_MANDATORY, on)
        case .maximumMessageSize(var bytes): try check(zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &bytes, 8))
        case .handshakeInterval(let time): try set(handle, ZMQ_HANDSHAKE_IVL, time.wholeMilliseconds)
        case .linger(let time): try set(handle, ZMQ_LINGER, time?.wholeMilliseconds ?? -1)
        case .heartbeatInterval(let time): try set(handle, ZMQ_HEARTBEAT_IVL, time.wholeMilliseconds)
        case .heartbeatTimeout(let time): try set(handle, ZMQ_HEARTBEAT_TIMEOUT, time.wholeMilliseconds)
        case .heartbeatTimeToLive(let time): try set(handle, ZMQ_HEARTBEAT_TTL, time.wholeMilliseconds)
        case .sendHighWater(let count): try set(handle, ZMQ_SNDHWM, count)
        case .receiveHighWater(let count): try set(handle, ZMQ_RCVHWM, count)
        case .immediate(let on): try set(handle, ZMQ_IMMEDIATE, on)
        case .receiveTimeout(let time): try set(handle, ZMQ_RCVTIMEO, time?.wholeMilliseconds ?? -1)
        case .sendTimeout(let time): try set(handle, ZMQ_SNDTIMEO, time?.wholeMilliseconds ?? -1)
        case .backlog(let count): try set(handle, ZMQ_BACKLOG, count)
        case .ipv6(let on): try set(handle, ZMQ_IPV6, on)
        case .tcpKeepAlive(let idle, let interval, let count):
            try set(handle, ZMQ_TCP_KEEPALIVE, true)
            try set(handle, ZMQ_TCP_KEEPALIVE_IDLE, idle.wholeMilliseconds / 1000)
            try set(handle, ZMQ_TCP_KEEPALIVE_INTVL, interval.wholeMilliseconds / 1000)
            try set(handle, ZMQ_TCP_KEEPALIVE_CNT, count)
        case .reconnectInterval(let time): try set(handle, ZMQ_RECONNECT_IVL, time.wholeMilliseconds)
        case .reconnectIntervalMaximum(let time): try set(handle, ZMQ_RECONNECT_IVL_MAX, time.wholeMilliseconds)
        case .routingID(let bytes): try set(handle, ZMQ_ROUTING_ID, bytes)
        case .requestRelaxed:
            try set(handle, ZMQ_REQ_CORRELATE, true)
            try set(handle, ZMQ_REQ_RELAXED, true)
        case .subscribe(let prefix): try set(handle, ZMQ_SUBSCRIBE, prefix)
        }
    }

    private func set(_ handle: UnsafeMutableRawPointer, _ option: Int32, _ value: Int32) throws(ZMQError) {
        var value = value
        try check(zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size))
    }

    private func set(_ handle: UnsafeMutableRawPointer, _ option: Int32, _ on: Bool) throws(ZMQError) {
        try set(handle, option, on ? 1 : 0)
    }

    private func set(_ handle: UnsafeMutableRawPointer, _ option: Int32, _ bytes: [UInt8]) throws(ZMQError) {
        try check(zmq_setsockopt(handle, option, bytes, bytes.count))
    }
}

/// Turns a libzmq status into a thrown error.
func check(_ status: Int32) throws(ZMQError) {
    guard status >= 0 else { throw .last }
}

extension Duration {
    /// Rounded down, at least 0, at most what libzmq's `int` holds.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < Int64(Int32.max) / 1000 else { return .max }
        return Int32(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
