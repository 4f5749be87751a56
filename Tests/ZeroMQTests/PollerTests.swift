import Testing
import Threads

@testable import ZeroMQ

@Suite struct PollerTests {
    let context: Context

    init() throws { context = try Context() }

    @Test func `a wake-up from another thread ends a poll without limit, and draining quiets it`() throws {
        let wakeUp = try WakeUp()
        var poller = Poller()
        let slot = poller.add(descriptor: wakeUp.descriptor)
        let thread = try OwnedThread("waker") { wakeUp.signal() }
        #expect(try poller.wait() == 1)
        #expect(poller.isReadable(slot))
        thread.join()
        #expect(wakeUp.drain())
        #expect(!wakeUp.drain())
        #expect(try poller.wait(.zero) == 0)
        #expect(!poller.isReadable(slot))
    }

    @Test func `a burst of signals wakes once`() throws {
        let wakeUp = try WakeUp()
        for _ in 0..<1000 { wakeUp.signal() }
        #expect(wakeUp.drain())
        #expect(!wakeUp.drain())
    }

    @Test func `only the entries that are ready are reported, sockets and descriptors alike`() throws {
        let quiet = try Socket(context, .pair)
        try quiet.bind("inproc://quiet")
        let (left, right) = (try Socket(context, .pair), try Socket(context, .pair))
        try left.bind("inproc://loud")
        try right.connect("inproc://loud")
        let wakeUp = try WakeUp()
        var poller = Poller()
        let slots = (poller.add(quiet), poller.add(left), poller.add(descriptor: wakeUp.descriptor))
        try right.send([1])
        #expect(try poller.wait(.seconds(5)) == 1)
        #expect(!poller.isReadable(slots.0) && poller.isReadable(slots.1) && !poller.isReadable(slots.2))
        poller.watch(slots.1, [])
        #expect(try poller.wait(.zero) == 0)
        poller.watch(slots.1, .writable)
        #expect(try poller.wait(.zero) == 1)
        #expect(poller.ready(slots.1) == .writable)
    }

    @Test func `a timeout is waited for in full`() throws {
        let wakeUp = try WakeUp()
        var poller = Poller()
        _ = poller.add(descriptor: wakeUp.descriptor)
        let start = ContinuousClock.now
        #expect(try poller.wait(.microseconds(20_100)) == 0)
        #expect(ContinuousClock.now - start >= .microseconds(20_100))
    }

    @Test func `a poller keeps its sockets open`() throws {
        var poller = Poller()
        func addATemporary() throws(ZMQError) {
            let socket = try Socket(context, .pair)
            try socket.bind("inproc://temporary")
            _ = poller.add(socket)
        }
        try addATemporary()
        #expect(try poller.wait(.zero) == 0)
        #expect(throws: ZMQError.self) { try Socket(context, .pair).bind("inproc://temporary") }
    }
}

@Suite struct HandOverTests {
    @Test func `a socket is handed to a thread as a whole`() throws {
        let context = try Context()
        let here = try Socket(context, .pair, [.receiveTimeout(.seconds(5))])
        try here.bind("inproc://handed")
        let thread = try Self.echo(context)
        try here.send([42])
        #expect(try here.receiveFrames() == [[42]])
        thread.join()
    }

    private static func echo(_ context: Context) throws -> OwnedThread {
        let there = try Socket(context, .pair, [.receiveTimeout(.seconds(5))])
        try there.connect("inproc://handed")
        return try OwnedThread("echo") {
            guard let frames = try? there.receiveFrames() else { return }
            try? there.send(frames: frames)
        }
    }
}

@Suite struct DurationTests {
    @Test(
        arguments: [
            (Duration.zero, 0), (.nanoseconds(999_999), 0), (.milliseconds(1), 1), (.microseconds(1999), 1), (.seconds(5), 5000),
            (.seconds(-1), 0), (.milliseconds(-1), 0), (.seconds(Int64.max), Int32.max), (.seconds(Int64.min), 0),
        ] as [(Duration, Int32)])
    func `a duration in libzmq's milliseconds is rounded down and never wraps`(duration: Duration, milliseconds: Int32) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
