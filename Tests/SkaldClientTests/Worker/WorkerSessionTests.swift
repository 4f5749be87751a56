import Kernel
import Testing
import Wire

@testable import SkaldClient

@Suite struct WorkerSessionTests {
    private let start = Instant.now

    private func at(_ seconds: Double) -> Instant { start + .milliseconds(Int((seconds * 1000).rounded())) }

    private func session(credit: Int64 = 2) -> WorkerSession {
        var count = 0
        return WorkerSession(Ready(credit: credit), silence: .seconds(6), grace: .seconds(30), now: start) {
            count += 1
            return wireID("r-\(count)")
        }
    }

    /// Sends everything there is to send.
    private func flush(_ session: inout WorkerSession, _ now: Instant) -> [WorkerMessage] {
        var messages: [WorkerMessage] = []
        while let next = session.next(now) {
            if let message = said(next.frame) { messages.append(message) }
            _ = session.sent(next, now)
        }
        return messages
    }

    /// Welcomed at second 0, with heartbeats every 2 s.
    private func serving(credit: Int64 = 2) -> WorkerSession {
        var session = session(credit: credit)
        _ = flush(&session, start)
        greet(&session, start)
        return session
    }

    private func greet(_ session: inout WorkerSession, _ now: Instant) {
        guard let id = session.greeting else {
            Issue.record("no ready was said")
            return
        }
        _ = session.received(.welcome(id, Welcome(epoch: 1, heartbeatMilliseconds: 2000, server: "")), now)
    }

    private func error(_ id: String?, _ code: ErrorCode) -> WorkerPush {
        .error(id: id.map(wireID), code: code.rawValue, message: "m", details: JSONObject())
    }

    @Test func `nothing is sent before the welcome but one ready`() {
        var session = session()
        #expect(flush(&session, start) == [.ready(wireID("r-1"), Ready(credit: 2))])
        #expect(session.received(.action(action("1")), start) == [])
        #expect(flush(&session, at(5)) == [])
        #expect(session.tick(at(5.9)) == [])
        #expect(session.tick(at(6)).last == .reconnect)
    }

    @Test func `a server that is not there is told once, and again after it was lost`() {
        var session = session()
        #expect(session.nextDue(isBlocked: true) == at(6))
        #expect(session.tick(at(5.9)) == [])
        #expect(session.tick(at(6)) == [.nobodyThere])
        #expect(session.tick(at(60)) == [] && session.nextDue(isBlocked: true) == nil)
        _ = flush(&session, at(61))
        greet(&session, at(61))
        #expect(session.tick(at(67)).last == .reconnect)
        #expect(session.tick(at(72.9)) == [] && session.tick(at(73)) == [.nobodyThere])
    }

    @Test func `an answer that may be lost is held, and sent again after the next welcome unless the server knows it`() {
        var session = serving()
        for id in ["1", "2", "3"] { _ = session.received(.action(action(id)), at(1)) }
        session.answered(wireID("1"), WorkerMessage.working(wireID("1")).encoded)
        session.answered(wireID("2"), WorkerMessage.working(wireID("2")).encoded)
        #expect(flush(&session, at(1)).map(\.id) == [wireID("1"), wireID("2")])
        #expect(session.tick(at(7)).last == .reconnect)
        guard case .ready(_, let ready)? = flush(&session, at(7)).first else {
            Issue.record("no ready")
            return
        }
        #expect(ready.holding == [wireID("1"), wireID("2"), wireID("3")])
        _ = session.received(error("1", .gone), at(7))
        greet(&session, at(7))
        #expect(flush(&session, at(7)).map(\.id) == [wireID("2")])
    }

    @Test func `an answer is not held for longer than a broken connection can stay unseen`() {
        var session = serving()
        _ = session.received(.action(action("1")), at(1))
        session.answered(wireID("1"), [1])
        _ = flush(&session, at(1))
        for second in 2...13 { _ = (session.received(.heartbeat, at(Double(second))), session.tick(at(Double(second)))) }
        #expect(session.holding == [])
    }

    @Test func `a task that comes twice runs once, and one that was answered is answered again`() {
        var session = serving()
        #expect(session.received(.action(action("1")), at(1)) == [.run(.action(action("1")))])
        #expect(session.received(.action(action("1")), at(1)) == [])
        let answer = WorkerMessage.unknown(wireID("1"), message: "x")
        session.answered(wireID("1"), answer.encoded)
        #expect(flush(&session, at(1)) == [answer])
        #expect(session.received(.action(action("1")), at(1)) == [])
        #expect(flush(&session, at(1)) == [answer])
    }

    @Test func `a server that gives more than twice the credit gets it back`() {
        var session = serving(credit: 1)
        for id in ["1", "2", "3"] { _ = session.received(.action(action(id)), at(1)) }
        #expect(flush(&session, at(1)) == [.retry(wireID("3"), afterMilliseconds: 1000, message: "every place is taken")])
    }

    @Test func `a busy server is greeted again after a second, a refusing one ends it`() {
        var session = session()
        _ = flush(&session, start)
        _ = session.received(error("r-1", .busy), start)
        #expect(session.next(at(0.9)) == nil)
        #expect(session.nextDue(isBlocked: false) == at(1))
        #expect(flush(&session, at(1)).map(\.id) == [wireID("r-2")])
        #expect(session.received(error("r-2", .badRequest), at(1)).count == 2)
        #expect(session.isOver)
    }

    @Test func `a server that says bye is left, and greeted again after a moment`() {
        var session = serving()
        #expect(session.received(.bye, at(1)).last == .reconnect)
        #expect(session.next(at(1.4)) == nil && session.nextDue(isBlocked: false) == at(1.5))
        #expect(flush(&session, at(1.5)).map(\.id) == [wireID("r-2")])
    }

    @Test func `an answer that a full disk cannot keep is sent again when the server says, before any farewell`() {
        var session = serving()
        _ = session.received(.action(action("1")), at(1))
        let answer = WorkerMessage.unknown(wireID("1"), message: "x")
        session.answered(wireID("1"), answer.encoded)
        #expect(flush(&session, at(1)) == [answer])
        let details = JSONObject(uniqueKeysWithValues: [("retry_after_ms", 400)])
        _ = session.received(.error(id: wireID("1"), code: "read_only", message: "full", details: details), at(1))
        _ = session.stop(at(1))
        #expect(flush(&session, at(1.3)).map(\.id) == [wireID("r-2")])
        greet(&session, at(1.3))
        #expect(session.next(at(1.3)) == nil && session.nextDue(isBlocked: false) == at(1.4))
        #expect(flush(&session, at(1.4)) == [answer, .bye])
    }

    @Test func `an error about nothing in particular ends it only when nobody could speak here`() {
        var session = serving()
        #expect(session.received(error(nil, .internal), at(1)).count == 1)
        #expect(!session.isOver)
        _ = session.received(error(nil, .unauthenticated), at(1))
        #expect(session.isOver)
    }

    @Test func `while something waits for room, time alone is no reason to wake`() {
        let session = serving()
        #expect(session.nextDue(isBlocked: false) == at(1.5))
        #expect(session.nextDue(isBlocked: true) == at(6))
    }

    @Test func `a task that cannot be read is unknown`() {
        var session = serving()
        session.unreadable(wireID("9"), "no direction")
        #expect(
            flush(&session, at(1)) == [
                .unknown(wireID("9"), message: "the worker cannot read this task: no direction")
            ])
    }

    @Test func `when the grace is over what runs is given up, and a farewell that cannot leave too, a second later`() {
        var session = serving()
        _ = session.received(.action(action("1")), at(1))
        _ = session.stop(at(2))
        #expect(flush(&session, at(2)).count == 1)
        for second in 3...31 {
            #expect((session.received(.heartbeat, at(Double(second))), session.tick(at(Double(second)))) == ([], []))
        }
        #expect(session.tick(at(32)).last == .cancelAll)
        #expect(session.next(at(32)) == .bye)
        #expect(session.tick(at(32.9)) == [])
        #expect(session.tick(at(33)) == [.end(nil)])
    }

    @Test func `answers are bounded in number`() {
        var session = serving(credit: 10_000)
        for number in 1...(ClientLimits.answersKept + 10) {
            _ = session.received(.action(action("\(number)")), at(1))
            session.answered(wireID("\(number)"), [1])
        }
        _ = flush(&session, at(1))
        _ = session.tick(at(3))
        #expect(session.kept.count == ClientLimits.answersKept)
        #expect(session.kept[wireID("1")] == nil && session.kept[wireID("11")] != nil)
    }
}
