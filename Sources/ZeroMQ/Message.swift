import CZeroMQ

/// Owns one frame's bytes. Reused by a receive loop, it costs no allocation of ours per message.
///
/// Moves freely between threads; used by one at a time.
public struct Message: ~Copyable {
    // libzmq itself moves these 64 bytes by plain copy; only who closes them matters, and that is this owner.
    var raw = zmq_msg_t()

    /// An empty frame.
    public init() { zmq_msg_init(&raw) }

    /// A frame with a copy of `bytes`; fails only when memory does.
    public init(copying bytes: UnsafeRawBufferPointer) throws(ZMQError) {
        try check(zmq_msg_init_size(&raw, bytes.count))
        if let source = bytes.baseAddress { zmq_msg_data(&raw).copyMemory(from: source, byteCount: bytes.count) }
    }

    public init(_ bytes: [UInt8]) throws(ZMQError) {
        try check(zmq_msg_init_size(&raw, bytes.count))
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { zmq_msg_data(&raw).copyMemory(from: start, byteCount: source.count) }
        }
    }

    deinit {
        var raw = raw
        zmq_msg_close(&raw)
    }

    /// Bytes in this frame, known without touching them.
    public var size: Int { withUnsafePointer(to: raw) { zmq_msg_size($0) } }

    /// Whether more frames of the same message follow this one.
    public var more: Bool { withUnsafePointer(to: raw) { zmq_msg_more($0) != 0 } }

    /// Lends the bytes; the pointer is dead once `body` returns.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Small frames live inside the struct itself: this copy stays where it is until `body` is done.
        var raw = raw
        return try withUnsafeMutablePointer(to: &raw) { (raw) throws(Failure) in
            try body(UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: zmq_msg_size(raw)))
        }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// A second owner of the same bytes; large ones are shared, not copied.
    public mutating func copy() throws(ZMQError) -> Message {
        var copy = Message()
        try check(zmq_msg_copy(&copy.raw, &raw))
        return copy
    }

    /// A property the connection carries: `User-Id` (from ZAP), `Peer-Address`, `Socket-Type`.
    ///
    /// Ask a content frame: on 4.3.4 the routing frame loses its properties.
    public func property(_ name: String) -> String? {
        withUnsafePointer(to: raw) { raw in zmq_msg_gets(raw, name).map { String(cString: $0) } }
    }
}
