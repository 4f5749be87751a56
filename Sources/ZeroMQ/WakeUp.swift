import CZeroMQ
import Glibc

/// Wakes a polling thread from any other: an eventfd to put into its `Poller`.
///
/// Signals add up until drained, so a burst wakes once.
public final class WakeUp: Sendable {
    /// For `Poller.add(descriptor:)`.
    public let descriptor: Int32

    public init() throws(ZMQError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw ZMQError(code: errno) }
    }

    deinit { close(descriptor) }

    /// Any thread, also a signal handler. A full counter is a pending wake-up already, so its refusal means nothing.
    public func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Takes what was signalled; false when nothing was.
    @discardableResult public func drain() -> Bool {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8
    }
}
