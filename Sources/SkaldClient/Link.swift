import ZeroMQ

/// One DEALER to one endpoint, made anew when it stays silent.
///
/// `IMMEDIATE`, so that nothing is queued for a server that is not there: what could not be sent is known.
struct Link {
    let endpoint: String
    private let context: Context
    private let wakeUp: WakeUp?
    private let linger: Duration
    private var socket: Socket
    private var poller: Poller
    private var slot: Poller.Slot
    private var message = Inbox()

    /// `linger`: how long what was sent last may still take to leave, once the link is let go.
    init(_ endpoint: String, _ context: Context, wakeUp: WakeUp?, linger: Duration = .zero) throws(ZMQError) {
        self.endpoint = endpoint
        self.context = context
        self.wakeUp = wakeUp
        self.linger = linger
        (socket, poller, slot) = try Link.open(endpoint, context, wakeUp, linger)
    }

    private static func open(
        _ endpoint: String, _ context: Context, _ wakeUp: WakeUp?, _ linger: Duration
    ) throws(ZMQError) -> (Socket, Poller, Poller.Slot) {
        let options: [SocketOption] = [
            .linger(linger), .immediate(true), .sendHighWater(Int32(ClientLimits.outstanding)), .receiveHighWater(0),
            .handshakeInterval(.seconds(5)),
            .heartbeatInterval(.seconds(5)), .heartbeatTimeout(.seconds(15)), .reconnectInterval(.milliseconds(50)),
            .reconnectIntervalMaximum(.seconds(2)), .ipv6(true),
        ]
        let socket = try Socket(context, .dealer, options)
        try socket.connect(endpoint)
        var poller = Poller()
        let slot = poller.add(socket)
        if let wakeUp { _ = poller.add(descriptor: wakeUp.descriptor) }
        return (socket, poller, slot)
    }

    /// Drops the connection, with everything sent and not yet answered, for a fresh one.
    mutating func reopen() throws(ZMQError) {
        (socket, poller, slot) = try Link.open(endpoint, context, wakeUp, linger)
    }

    /// False when there is no connection, or it takes no more.
    func send(_ frame: [UInt8]) throws(ZMQError) -> Bool {
        do throws(ZMQError) {
            try socket.send(frame, .never)
            return true
        } catch {
            switch error {
            case .again, .interrupted: return false
            default: throw error
            }
        }
    }

    /// Waits until there is something to receive, room to send (if asked for), or a wake-up.
    mutating func wait(_ timeout: Duration, forRoom: Bool) throws(ZMQError) {
        poller.watch(slot, forRoom ? [.readable, .writable] : .readable)
        do throws(ZMQError) {
            _ = try poller.wait(max(.zero, timeout))
        } catch {
            guard error == .interrupted else { throw error }
        }
    }

    /// The content frame of the next message that has arrived, lent to `read`; nil when there is none.
    func receive<Answer>(_ read: (UnsafeRawBufferPointer) -> Answer) throws(ZMQError) -> Answer? {
        try message.receive(from: socket, read)
    }
}

/// Reused memory for what is received.
private final class Inbox {
    private var message = Message()

    func receive<Answer>(from socket: Socket, _ read: (UnsafeRawBufferPointer) -> Answer) throws(ZMQError) -> Answer? {
        guard try socket.receiveIfReady(into: &message) else { return nil }
        if message.more, message.size == 0 { try socket.receive(into: &message) }
        let answer = message.withBytes(read)
        _ = try socket.skipRest(of: &message)
        return answer
    }
}
