import Kernel
import Testing
import Wire

@testable import Server

@Suite struct WaitersTests {
    private func waiter(_ subject: Waiter.Subject, until deadline: Int64, id: String) throws -> Waiter {
        let request = OperationRequest(id: try #require(WireID(id)), operation: "saga.get")
        let peer = Peer(routingID: [1], isDelimited: false)
        return Waiter(subject: subject, request: request, peer: peer, deadline: Timestamp(milliseconds: deadline))
    }

    @Test func `what happens ends the waits for it and no other, in the order they came`() throws {
        var waiters = Waiters()
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "1"))
        _ = waiters.add(try waiter(.saga("b"), until: 100, id: "2"))
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "3"))
        _ = waiters.add(try waiter(.command("a"), until: 100, id: "4"))
        #expect(waiters.remove(.saga("a")).map(\.request.id.text) == ["1", "3"])
        #expect(waiters.remove(.saga("a")).isEmpty)
        #expect(waiters.count == 2)
    }

    @Test func `time ends only the waits whose time is up`() throws {
        var waiters = Waiters()
        _ = waiters.add(try waiter(.saga("a"), until: 300, id: "late"))
        _ = waiters.add(try waiter(.saga("a"), until: 100, id: "soon"))
        #expect(waiters.nextDeadline == Timestamp(milliseconds: 100))
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 99)).isEmpty)
        #expect(waiters.removeExpired(at: Timestamp(milliseconds: 100)).map(\.request.id.text) == ["soon"])
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
}
