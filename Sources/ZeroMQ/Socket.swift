import CZeroMQ

/// Owns one socket and closes it at the end.
///
/// Used by one thread at a time, like every libzmq socket; not `Sendable` so that the compiler watches over it. Hand it to
/// another thread only as a whole (`sending`).
public final class Socket {
    let handle: UnsafeMutableRawPointer
    /// Held so that the context outlives its sockets.
    public let context: Context

    /// Opens a socket with a linger of zero, then applies `options` in order.
    public init(_ context: Context, _ kind: SocketKind, _ options: [SocketOption] = []) throws(ZMQError) {
        guard let handle = zmq_socket(context.handle, kind.code) else { throw .last }
        self.handle = handle
        self.context = context
        try set(.linger(.zero))
        for option in options { try set(option) }
    }

    deinit { zmq_close(handle) }

    public func set(_ option: SocketOption) throws(ZMQError) { try option.apply(to: handle) }

    /// Listens at `endpoint`: `tcp://127.0.0.1:7117`, `tcp://127.0.0.1:*`, `ipc:///run/skald.sock`, `inproc://name`.
    public func bind(_ endpoint: String) throws(ZMQError) { try check(zmq_bind(handle, endpoint)) }

    /// Stops listening there; `endpoint` as `lastEndpoint` tells it.
    public func unbind(_ endpoint: String) throws(ZMQError) { try check(zmq_unbind(handle, endpoint)) }

    /// Connects in the background, and again whenever the connection is lost.
    public func connect(_ endpoint: String) throws(ZMQError) { try check(zmq_connect(handle, endpoint)) }

    public func disconnect(_ endpoint: String) throws(ZMQError) { try check(zmq_disconnect(handle, endpoint)) }

    /// Where the last bind or connect really went: a `*` port replaced by its number.
    public var lastEndpoint: String {
        get throws(ZMQError) {
            var buffer = [UInt8](repeating: 0, count: 1024)
            var size = buffer.count
            try check(zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &size))
            return String(decoding: buffer.prefix(max(0, size - 1)), as: UTF8.self)
        }
    }
}
