import DemoDomain
import Kernel
import SkaldTesting
import Testing

@Suite struct `An auction` {
    let open = given(Auction.self, [.opened(reserve: 10)])
    let running = given(
        Auction.self,
        [
            .opened(reserve: 10), .bidPlaced(bidder: "bob", amount: 10), .bidPlaced(bidder: "ann", amount: 20),
            .bidPlaced(bidder: "cid", amount: 21), .bidPlaced(bidder: "ann", amount: 30),
        ])

    @Test func `is opened once, also after it was completed`() throws {
        try given(Auction.self).when(.open(reserve: 10)).then([.opened(reserve: 10)], result: [:])
            .thenState(["reserve": 10, "open": true, "high": .null, "bidders": []])
        try given(Auction.self).when(.open(reserve: 0)).thenRefused("invalid_amount")
        try open.when(.open(reserve: 10)).thenRefused("already_open")
        let completed = given(Auction.self, [.opened(reserve: 10), .completed(winner: nil, amount: nil)])
        try completed.when(.open(reserve: 10)).thenRefused("already_open")
        try completed.when(.bid(bidder: "ann", amount: 10)).thenRefused("not_open")
        try completed.when(.complete).thenRefused("not_open")
    }

    @Test func `tells a bidder who was outbid, null for nobody`() throws {
        let first = try open.when(.bid(bidder: "ann", amount: 10))
        try first.then([.bidPlaced(bidder: "ann", amount: 10)], result: ["outbid": .null])
            .thenState(["reserve": 10, "open": true, "high": ["bidder": "ann", "amount": 10], "bidders": ["ann"]])
        guard case .accepted(let events, let result) = first.outcome else { return }
        #expect(result.text == #"{"outbid":null}"#)
        #expect(events.map(\.name) == ["bid_placed"])
        try running.when(.bid(bidder: "bob", amount: 31)).then([.bidPlaced(bidder: "bob", amount: 31)], result: ["outbid": "ann"])
    }

    @Test func `two bidders whose names only look alike are two, and one of them has lost`() throws {
        let both = given(
            Auction.self,
            [.opened(reserve: 10), .bidPlaced(bidder: "Andr\u{E9}", amount: 10), .bidPlaced(bidder: "Andre\u{301}", amount: 20)])
        try both.when(.complete).then(
            [.completed(winner: "Andre\u{301}", amount: 20)],
            result: ["winner": "Andre\u{301}", "amount": 20, "losers": ["Andr\u{E9}"]])
    }

    @Test func `ES-07: a bid below the reserve, or not above the highest, is too low`() throws {
        try open.when(.bid(bidder: "ann", amount: 9)).thenRefused("too_low")
        try running.when(.bid(bidder: "bob", amount: 30)).thenRefused("too_low")
        try running.when(.bid(bidder: "bob", amount: 0)).thenRefused("invalid_amount")
        try given(Auction.self).when(.bid(bidder: "ann", amount: 10)).thenRefused("not_open")
    }

    @Test func `completes with the winner, and the losers in the order of their first bids`() throws {
        try running.when(.complete)
            .then([.completed(winner: "ann", amount: 30)], result: ["winner": "ann", "amount": 30, "losers": ["bob", "cid"]])
            .thenState([
                "reserve": 10, "open": false, "high": ["bidder": "ann", "amount": 30], "bidders": ["bob", "ann", "cid"],
            ])
        try open.when(.complete)
            .then([.completed(winner: nil, amount: nil)], result: ["winner": .null, "amount": .null, "losers": []])
    }
}
