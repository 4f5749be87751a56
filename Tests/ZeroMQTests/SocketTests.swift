import Testing
import Threads
import ZeroMQ

@Suite struct SocketTests {
    let context: Context

    init() throws { context = try Context() }

    /// A bound ROUTER and a DEALER connected to it.
    private func pair(_ router: [SocketOption] = [], _ dealer: [SocketOption] = []) throws -> (Socket, Socket) {
        let patience = SocketOption.receiveTimeout(.seconds(5))
        let front = try Socket(context, .router, [.routerMandatory(true), patience] + router)
        try front.bind("tcp://127.0.0.1:*")
        let peer = try Socket(context, .dealer, [patience] + dealer)
        try peer.connect(front.lastEndpoint)
        return (front, peer)
    }

    @Test func `the last endpoint names the port that was chosen`() throws {
        let socket = try Socket(context, .router)
        try socket.bind("tcp://127.0.0.1:*")
        let endpoint = try socket.lastEndpoint
        #expect(endpoint.hasPrefix("tcp://127.0.0.1:"))
        #expect(UInt16(endpoint.dropFirst("tcp://127.0.0.1:".count)) ?? 0 > 0)
        try socket.unbind(endpoint)
        #expect(throws: ZMQError.self) { try socket.unbind(endpoint) }
    }

    @Test func `a message of many frames goes to the router and its answer back`() throws {
        let (front, peer) = try pair()
        try peer.send(frames: [[], Array("hello".utf8), [0, 255]])
        let received = try front.receiveFrames()
        #expect(received.count == 4)
        #expect(received.dropFirst() == [[], Array("hello".utf8), [0, 255]])
        try front.send(to: received[0], Array("answer".utf8))
        #expect(try peer.receiveFrames() == [Array("answer".utf8)])
    }

    @Test func `a frame's size and the one behind it are known before its bytes are read`() throws {
        let (front, peer) = try pair()
        try peer.send(frames: [[UInt8](repeating: 1, count: 5000), [2], [3]])
        var message = Message()
        try front.receive(into: &message)
        #expect(message.more == true)
        try front.receive(into: &message)
        #expect(message.size == 5000 && message.more)
        #expect(try front.skipRest(of: &message) == 2)
        #expect(try front.receiveIfReady(into: &message) == false)
    }

    @Test func `a mandatory router refuses a peer it does not know and can send on afterwards`() throws {
        let (front, peer) = try pair()
        #expect(throws: ZMQError.hostUnreachable) { try front.send(to: [0, 1, 2, 3, 4], [1]) }
        try peer.send([9])
        let received = try front.receiveFrames()
        try front.send(to: received[0], [8])
        #expect(try peer.receiveFrames() == [[8]])
    }

    @Test func `a mandatory router says again for a peer whose queue is full`() throws {
        let front = try Socket(context, .router, [.routerMandatory(true), .sendHighWater(3), .receiveTimeout(.seconds(5))])
        try front.bind("inproc://full")
        let peer = try Socket(context, .dealer, [.receiveHighWater(2)])
        try peer.connect("inproc://full")
        try peer.send([1])
        let id = try front.receiveFrames()[0]
        var sent = 0
        let full = #expect(throws: ZMQError.self) {
            while sent < 1000 {
                try front.send(to: id, [2])
                sent += 1
            }
        }
        #expect(full == .again)
        #expect((1...5).contains(sent))
    }

    @Test func `receiving without waiting says again, and so does a timeout`() throws {
        let socket = try Socket(context, .dealer, [.receiveTimeout(.milliseconds(5))])
        try socket.bind("inproc://quiet")
        var message = Message()
        #expect(throws: ZMQError.again) { try socket.receive(into: &message, .never) }
        #expect(throws: ZMQError.again) { try socket.receive(into: &message) }
        #expect(try !socket.receiveIfReady(into: &message))
    }

    @Test func `with immediate set nothing is queued for a peer that is not there`() throws {
        let socket = try Socket(context, .dealer, [.immediate(true)])
        try socket.connect("inproc://nobody-listens-here")
        let away = try Socket(context, .dealer, [.immediate(true)])
        try away.connect("tcp://127.0.0.1:1")
        #expect(throws: ZMQError.again) { try away.send([1], .never) }
    }

    @Test func `a frame above the maximum cuts its sender off and nobody else`() throws {
        let (front, peer) = try pair([.maximumMessageSize(1000)])
        try peer.send([UInt8](repeating: 0, count: 1001))
        let other = try Socket(context, .dealer)
        try other.connect(front.lastEndpoint)
        try other.send([1])
        #expect(try front.receiveFrames()[1] == [1])
    }

    @Test func `a moved message is sent whole and left empty`() throws {
        let (front, peer) = try pair()
        let bytes = [UInt8](repeating: 5, count: 70_000)
        var message = try Message(bytes)
        try peer.send(moving: &message)
        #expect(message.size == 0)
        #expect(try front.receiveFrames()[1] == bytes)
    }

    @Test func `a message knows the address of its peer`() throws {
        let (front, peer) = try pair()
        try peer.send([1])
        var message = Message()
        try front.receive(into: &message)
        try front.receive(into: &message)
        #expect(message.property("Peer-Address") == "127.0.0.1")
        #expect(message.property("User-Id") == nil)
    }

    @Test func `every option is taken by libzmq`() throws {
        let options: [SocketOption] = [
            .routerMandatory(true), .maximumMessageSize(4 << 20), .handshakeInterval(.seconds(5)), .linger(nil),
            .linger(.seconds(1)),
            .heartbeatInterval(.seconds(5)), .heartbeatTimeout(.seconds(15)), .heartbeatTimeToLive(.seconds(15)),
            .sendHighWater(10), .receiveHighWater(10), .immediate(true), .receiveTimeout(nil), .sendTimeout(.seconds(1)),
            .backlog(1024), .ipv6(true), .tcpKeepAlive(idle: .seconds(60), interval: .seconds(10), count: 3),
            .reconnectInterval(.milliseconds(10)), .reconnectIntervalMaximum(.seconds(1)), .routingID([1, 2]), .linger(.zero),
        ]
        _ = try Socket(context, .router, options)
        _ = try Socket(context, .request, [.requestRelaxed])
        _ = try Socket(context, .subscribe, [.subscribe([])])
    }

    @Test func `an option of another kind of socket is refused with libzmq's own words`() throws {
        let error = #expect(throws: ZMQError.self) { try Socket(context, .dealer, [.routerMandatory(true)]) }
        #expect(error == .failed(code: 22, text: "Invalid argument"))
        #expect(error?.description == "Invalid argument (errno 22)")
    }

    @Test func `an address in use is told with its code`() throws {
        let first = try Socket(context, .router)
        try first.bind("tcp://127.0.0.1:*")
        let error = #expect(throws: ZMQError.self) { try Socket(context, .router).bind(first.lastEndpoint) }
        #expect(error == .failed(code: 98, text: "Address already in use"))
    }

    @Test func `a context that is shut down ends a blocked receive`() throws {
        let context = try Context()
        let socket = try Socket(context, .pair)
        let thread = try OwnedThread("shutdown") { context.shutdown() }
        var message = Message()
        #expect(throws: ZMQError.terminated) { try socket.receive(into: &message) }
        thread.join()
    }
}
