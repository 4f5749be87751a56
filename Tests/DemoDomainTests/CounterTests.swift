import DemoDomain
import Kernel
import SkaldTesting
import Testing

@Suite struct `A counter` {
    let full = given(Counter.self, [.added(n: .max, note: nil)])

    @Test func `adds, and leaves out a note that was not given`() throws {
        let plain = try given(Counter.self).when(.add(n: 5, note: nil))
        try plain.then([.added(n: 5, note: nil)], result: ["value": 5]).thenState(["value": 5])
        try plain.then(outcome: .accepted(events: [StoredEvent(name: "added", schema: 1, body: ["n": 5])], result: ["value": 5]))
        try given(Counter.self).when(.add(n: -5, note: "x")).then([.added(n: -5, note: "x")], result: ["value": -5])
    }

    @Test func `ES-07: refuses to overflow`() throws {
        try full.when(.add(n: 1, note: nil)).thenRefused("overflow").thenState(["value": .int(.max)])
        try full.when(.burst(n: 1)).thenRefused("overflow")
        try given(Counter.self, [.added(n: .min, note: nil)]).when(.add(n: -1, note: nil)).thenRefused("overflow")
    }

    @Test func `AK-03: a burst is as many events as asked for`() throws {
        let one = Counter.Event.added(n: 1, note: nil)
        try given(Counter.self).when(.burst(n: 3)).then([one, one, one], result: ["value": 3]).thenState(["value": 3])
        try given(Counter.self).when(.burst(n: 1000)).thenState(["value": 1000])
        try given(Counter.self).when(.burst(n: 0)).thenRefused("invalid_amount")
        try given(Counter.self).when(.burst(n: 1001)).thenRefused("invalid_amount")
    }

    @Test func `SS-19: crash is a bug, not a refusal`() throws {
        try given(Counter.self).when(.crash).then(outcome: .failed("counter.crash failed: Bug()"))
    }
}
