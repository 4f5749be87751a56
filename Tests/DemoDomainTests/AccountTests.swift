import DemoDomain
import Kernel
import SkaldTesting
import Testing

@Suite struct `An account` {
    let new = given(Account.self)
    let rich = given(Account.self, [.opened(owner: "ann"), .deposited(amount: 10)])
    let held = given(Account.self, [.opened(owner: "ann"), .deposited(amount: 10), .held(hold: "h", amount: 4)])

    @Test func `opens once, and again after it was closed`() throws {
        try new.when(.open(owner: "ann")).then([.opened(owner: "ann")], result: [:])
            .thenState(["owner": "ann", "balance": 0, "open": true, "holds": [:]])
        try rich.when(.open(owner: "bob")).thenRefused("already_open")
        try given(Account.self, [.opened(owner: "ann"), .closed]).when(.open(owner: "bob")).then([.opened(owner: "bob")])
    }

    @Test func `ES-07: does nothing before it is open`() throws {
        try new.when(.deposit(amount: 1)).thenRefused("not_open")
            .thenState(["owner": .null, "balance": 0, "open": false, "holds": [:]])
        try new.when(.withdraw(amount: 1)).thenRefused("not_open")
        try new.when(.hold(hold: "h", amount: 1)).thenRefused("not_open")
        try new.when(.capture(hold: "h")).thenRefused("unknown_hold")
        try new.when(.close).thenRefused("not_open")
    }

    @Test func `takes deposits and pays out what there is`() throws {
        try rich.when(.deposit(amount: 5)).then([.deposited(amount: 5)], result: ["balance": 15])
        try rich.when(.withdraw(amount: 10)).then([.withdrawn(amount: 10)], result: ["balance": 0])
        try rich.when(.withdraw(amount: 11)).thenRefused("insufficient_funds")
    }

    @Test(arguments: [0, -1, .min] as [Int64])
    func `ES-07: an amount below 1 is refused`(amount: Int64) throws {
        try rich.when(.deposit(amount: amount)).thenRefused("invalid_amount")
        try rich.when(.withdraw(amount: amount)).thenRefused("invalid_amount")
        try rich.when(.hold(hold: "h", amount: amount)).thenRefused("invalid_amount")
    }

    @Test func `holds money, then captures or releases it`() throws {
        try rich.when(.hold(hold: "h", amount: 4)).then([.held(hold: "h", amount: 4)], result: ["balance": 6])
            .thenState(["owner": "ann", "balance": 6, "open": true, "holds": ["h": 4]])
        try held.when(.capture(hold: "h")).then([.captured(hold: "h")], result: ["balance": 6])
            .thenState(["owner": "ann", "balance": 6, "open": true, "holds": [:]])
        try held.when(.release(hold: "h")).then([.released(hold: "h")], result: ["balance": 10])
            .thenState(["owner": "ann", "balance": 10, "open": true, "holds": [:]])
    }

    @Test func `a hold needs funds and a name of its own`() throws {
        try held.when(.hold(hold: "i", amount: 7)).thenRefused("insufficient_funds")
        try held.when(.hold(hold: "h", amount: 1)).thenRefused("hold_exists")
    }

    @Test func `two holds whose names only look alike are two`() throws {
        let both = given(
            Account.self,
            [
                .opened(owner: "ann"), .deposited(amount: 10), .held(hold: "\u{E9}", amount: 4),
                .held(hold: "e\u{301}", amount: 2),
            ])
        try both.when(.release(hold: "e\u{301}")).then([.released(hold: "e\u{301}")], result: ["balance": 6])
            .thenState(["owner": "ann", "balance": 6, "open": true, "holds": ["\u{E9}": 4]])
        let one = given(Account.self, [.opened(owner: "ann"), .deposited(amount: 10), .held(hold: "\u{E9}", amount: 4)])
        try one.when(.hold(hold: "e\u{301}", amount: 1)).then([.held(hold: "e\u{301}", amount: 1)], result: ["balance": 5])
            .thenState(["owner": "ann", "balance": 5, "open": true, "holds": ["\u{E9}": 4, "e\u{301}": 1]])
        try one.when(.capture(hold: "e\u{301}")).thenRefused("unknown_hold")
    }

    @Test func `ES-09: releasing an unknown hold, or one that is done, changes nothing`() throws {
        try rich.when(.release(hold: "h")).thenNothing(result: ["balance": 10])
        let done = given(
            Account.self, [.opened(owner: "ann"), .deposited(amount: 10), .held(hold: "h", amount: 4), .captured(hold: "h")])
        try done.when(.release(hold: "h")).thenNothing(result: ["balance": 6])
        try done.when(.capture(hold: "h")).thenRefused("unknown_hold")
    }

    @Test func `closes when it is empty`() throws {
        try rich.when(.close).thenRefused("not_empty")
        let onlyHeld = given(Account.self, [.opened(owner: "ann"), .deposited(amount: 4), .held(hold: "h", amount: 4)])
        try onlyHeld.when(.close).thenRefused("not_empty")
        try given(Account.self, [.opened(owner: "ann")]).when(.close).then([.closed], result: [:])
            .thenState(["owner": "ann", "balance": 0, "open": false, "holds": [:]])
    }

    @Test func `ES-07: neither the balance nor its holds can overflow`() throws {
        let full = given(Account.self, [.opened(owner: "ann"), .deposited(amount: .max)])
        try full.when(.deposit(amount: 1)).thenRefused("overflow")
        let halfHeld = given(Account.self, [.opened(owner: "ann"), .deposited(amount: .max), .held(hold: "h", amount: 5)])
        try halfHeld.when(.deposit(amount: 1)).thenRefused("overflow")
        try halfHeld.when(.release(hold: "h")).then([.released(hold: "h")], result: ["balance": .int(.max)])
    }
}
