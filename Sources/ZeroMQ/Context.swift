import CZeroMQ

/// Owns one libzmq context: the I/O threads behind every socket. One per process is enough.
///
/// May be shared between threads. Sockets keep their context alive, so the last of them ends it.
public final class Context: Sendable {
    // why: contexts are thread safe in libzmq, and the handle never changes
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    public init(ioThreads: Int32 = 1) throws(ZMQError) {
        guard let handle = zmq_ctx_new() else { throw .last }
        self.handle = handle
        guard zmq_ctx_set(handle, ZMQ_IO_THREADS, ioThreads) == 0 else { throw .last }
    }

    /// Ends every blocking call of its sockets with `.terminated`, now and from here on. Any thread.
    public func shutdown() { zmq_ctx_shutdown(handle) }

    /// No socket is left here, so this does not block; a signal may interrupt it, then it goes on.
    deinit {
        while zmq_ctx_term(handle) != 0, ZMQError.last == .interrupted {}
    }
}
