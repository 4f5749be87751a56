import Kernel
import Testing
import Wire

@testable import Server

@Suite struct WaitersTests {
    private func waiter(_ subject: Waiter.Subject, until deadline: Int64, id: String) throws -> Waiter {
        let peer = Peer(routingID: [1], isDelimited: false)
        return Waiter(subject: subject, id: try #require(WireID(id)), peer: peer, deadline: Timestamp(milliseconds: deadline))
    }

    @Test func `what happens ends the waits for it and no other, in the order they came`() throws {
        var waiters = Waiters()
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "1"))
        _ = waiters.add(try waiter(.saga("b"), until: 100, id: "2"))
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "3"))
        _ = waiters.add(try waiter(.command("a"), until: 100, id: "4"))
        #expect(waiters.remove(.saga("a")).map(\.id.text) == ["1", "3"])
        #expect(waiters.remove(.saga("a")).isEmpty)
        #expect(waiters.count == 2)
    }

    @Test func `what happens to one id ends no wait for another that only looks like it`() throws {
        var waiters = Waiters()
        _ = waiters.add(try waiter(.command("wai-e\u{301}"), until: 100, id: "1"))
        _ = waiters.add(try waiter(.saga("K"), until: 100, id: "2"))
        #expect(waiters.remove(.command("wai-\u{E9}")).isEmpty)
        #expect(waiters.remove(.saga("\u{212A}")).isEmpty)
        #expect(waiters.remove(.command("wai-e\u{301}")).map(\.id.text) == ["1"])
        #expect(waiters.remove(.saga("K")).map(\.id.text) == ["2"])
    }

    @Test func `time ends only the waits whose time is up`() throws {
        var waiters = Waiters()
        _ = waiters.add(try waiter(.saga("a"), until: 300, id: "late"))
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "soon"))
        #expect(waiters.nextDeadline == Timestamp(milliseconds: 100))
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 99)).isEmpty)
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 100)).map(\.id.text) == ["soon"])
        #expect(waiters.nextDeadline == Timestamp(milliseconds: 300))
    }

    @Test func `a wait is answered once: a look that comes late finds nothing`() throws {
        var waiters = Waiters()
        let id = waiters.add(try waiter(.saga("a"), until: 100, id: "1"))
        #expect(waiters.remove(.saga("a")).count == 1)
        #expect(waiters.remove(id) == nil)
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 1_000)).isEmpty)
        #expect(waiters.nextDeadline == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `many who wait for one thing cost no more each than few`() throws {
        var waiters = Waiters()
        for n in 0..<100_000 { _ = waiters.add(try waiter(.saga("a"), until: n % 2 == 0 ? 100 : 300, id: "\(n)")) }
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 100)).count == 50_000)
        let rest = waiters.remove(.saga("a"))
        #expect(rest.count == 50_000 && rest.first?.id.text == "1" && rest.last?.id.text == "99999")
        #expect(waiters.count(of: Peer(routingID: [1], isDelimited: false)) == 0)
    }

    @Test func `a wait asks again for what it waited for, and for nothing else`() throws {
        let request = try waiter(.command("a\"b"), until: 100, id: "1").request
        #expect(request.operation == "command.result")
        #expect(request.arguments == Array("{\"id\":\"a\\\"b\"}".utf8))
        #expect(try waiter(.saga("s"), until: 100, id: "1").request.operation == "saga.get")
    }
}
