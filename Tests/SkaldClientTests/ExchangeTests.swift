import Testing

@testable import SkaldClient

@Suite struct ExchangeTests {
    private let start = ContinuousClock.now
    private func call(_ id: String) -> Exchange.Outgoing { .init(id: id, frame: Array(id.utf8)) }

    @Test func `an answered call is closed once, and is never due`() {
        var exchange = Exchange()
        exchange.open(call("a"), patience: .seconds(1), tries: 3, now: start)
        #expect(exchange.isPending("a") && exchange.count == 1)
        let closed = [exchange.close("a"), exchange.close("a")]
        #expect(closed == [true, false])
        #expect(exchange.nextDue == nil)
        let due = exchange.due(start + .seconds(9))
        #expect(due == Exchange.Due())
    }

    @Test func `ids that only look alike are two calls`() {
        var exchange = Exchange()
        for id in ["\u{E9}", "e\u{301}"] { exchange.open(call(id), patience: .seconds(1), tries: 1, now: start) }
        #expect(exchange.count == 2)
        let closed = [exchange.close("e\u{301}"), exchange.close("e\u{301}")]
        #expect(closed == [true, false])
        #expect(exchange.isPending("\u{E9}") && !exchange.isPending("e\u{301}"))
    }

    @Test func `after one call's patience everything pending is sent again, in the order it was opened`() {
        var exchange = Exchange()
        for id in ["c", "a", "b"] {
            exchange.open(call(id), patience: id == "a" ? .seconds(1) : .seconds(5), tries: 2, now: start)
        }
        let early = exchange.due(start + .milliseconds(999))
        #expect(early == Exchange.Due())
        let due = exchange.due(start + .seconds(1))
        #expect(due.resend == [call("c"), call("a"), call("b")])
        #expect(due.expired.isEmpty)
        #expect(exchange.nextDue == start + .seconds(2))
    }

    @Test func `a call is given up after its tries, and says whether it was ever sent`() {
        var exchange = Exchange()
        exchange.open(call("sent"), patience: .seconds(1), tries: 2, now: start)
        exchange.open(call("unsent"), patience: .seconds(1), tries: 2, now: start)
        exchange.markSent("sent")
        let first = exchange.due(start + .seconds(1))
        #expect(first.resend?.count == 2)
        let due = exchange.due(start + .seconds(2))
        #expect(due.expired == [.init(id: "sent", wasSent: true), .init(id: "unsent", wasSent: false)])
        #expect(due.resend == nil)
        #expect(exchange.count == 0)
    }

    @Test func `calls that were opened one after the other lose patience with a connection once, not one by one`() {
        var exchange = Exchange()
        for index in 0..<100 {
            let openedAt = start + .milliseconds(index)
            exchange.open(call("c-\(index)"), patience: .seconds(1), tries: 2, now: openedAt)
        }
        var resent = 0
        var expired: [String] = []
        while let next = exchange.nextDue, expired.count < 100 {
            let due = exchange.due(next)
            if let again = due.resend {
                #expect(again.count == 100)
                resent += 1
            }
            for call in due.expired {
                #expect(next == start + .milliseconds(2000 + expired.count))
                expired.append(call.id)
            }
        }
        #expect(resent == 1)
        #expect(expired == (0..<100).map { "c-\($0)" })
    }

    @Test func `a connection that was silent for most of a call's patience is made anew`() {
        var exchange = Exchange()
        exchange.open(call("old"), patience: .seconds(1), tries: 3, now: start)
        exchange.open(call("young"), patience: .seconds(1), tries: 2, now: start + .milliseconds(600))
        let first = exchange.due(start + .seconds(1))
        let second = exchange.due(start + .milliseconds(1600))
        #expect(first.resend?.count == 2 && second.resend?.count == 2)
    }

    @Test func `a call is sent at least once`() {
        var exchange = Exchange()
        exchange.open(call("a"), patience: .seconds(1), tries: 0, now: start)
        #expect(exchange.isPending("a"))
        let due = exchange.due(start + .seconds(1))
        #expect(due.expired.map(\.id) == ["a"])
    }

    @Test func `closing all names them in order`() {
        var exchange = Exchange()
        for id in ["z", "y", "x"] { exchange.open(call(id), patience: .seconds(1), tries: 1, now: start) }
        let ids = exchange.closeAll()
        #expect(ids == ["z", "y", "x"])
        #expect(exchange.count == 0)
    }

    @Test func `100,000 ids rise and differ`() {
        var ids = IDSource()
        var last = ids.next()
        for _ in 0..<100_000 {
            let next = ids.next()
            guard next > last else {
                Issue.record("\(next) follows \(last)")
                return
            }
            last = next
        }
    }
}
