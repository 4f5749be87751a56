import CZeroMQ

/// Waits for any of some sockets and file descriptors. Built once, used by the thread that uses its sockets.
public struct Poller {
    /// Names one entry of the poller it came from.
    public struct Slot: Sendable, Equatable { let index: Int }

    public struct Events: OptionSet, Sendable {
        public let rawValue: Int16
        public init(rawValue: Int16) { self.rawValue = rawValue }
        public static let readable = Events(rawValue: Int16(ZMQ_POLLIN))
        public static let writable = Events(rawValue: Int16(ZMQ_POLLOUT))
        /// Descriptors only: it failed or was closed on the other side.
        public static let failed = Events(rawValue: Int16(ZMQ_POLLERR))
    }

    private var items: [zmq_pollitem_t] = []
    /// Held so that no handle in `items` is ever closed.
    private var sockets: [Socket] = []

    public init() {}

    public mutating func add(_ socket: Socket, _ events: Events = .readable) -> Slot {
        sockets.append(socket)
        items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: events.rawValue, revents: 0))
        return Slot(index: items.count - 1)
    }

    /// `descriptor` stays its owner's, who keeps it open as long as this poller waits for it.
    public mutating func add(descriptor: Int32, _ events: Events = .readable) -> Slot {
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: events.rawValue, revents: 0))
        return Slot(index: items.count - 1)
    }

    /// Changes what is waited for; nothing at all switches the entry off.
    public mutating func watch(_ slot: Slot, _ events: Events) { items[slot.index].events = events.rawValue }

    /// Waits until something is ready or `timeout` is over (nil: without end); says how many entries are ready.
    public mutating func wait(_ timeout: Duration? = nil) throws(ZMQError) -> Int {
        // zmq_poll counts whole milliseconds: rounding down would spin through the last one.
        let milliseconds = timeout.map { Int(($0 + .nanoseconds(999_999)).wholeMilliseconds) } ?? -1
        let ready = zmq_poll(&items, Int32(items.count), milliseconds)
        try check(ready)
        return Int(ready)
    }

    /// What the last `wait` found.
    public func ready(_ slot: Slot) -> Events { Events(rawValue: items[slot.index].revents) }

    public func isReadable(_ slot: Slot) -> Bool { ready(slot).contains(.readable) }
}
