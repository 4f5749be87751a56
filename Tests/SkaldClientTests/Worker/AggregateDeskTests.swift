import Kernel
import Testing
import Wire

@testable import SkaldClient

@Suite struct AggregateDeskTests {
    private let handler = AggregateHandler(Tally.self)
    private let task = wireID("d1-1")

    private func decide(_ name: String, _ body: JSON, _ state: JSON = .null) -> WorkerMessage {
        let task = DecideTask(
            task: task, aggregate: AggregateID("tally", "a"), version: 0, name: name, deadlineMilliseconds: 9, epoch: 1,
            body: (["state": state, "command": body] as JSON).bytes)
        return AggregateDesk.decide(task, handler)
    }

    private func fold(_ events: JSON, _ state: JSON = .null) -> WorkerMessage {
        AggregateDesk.fold(
            FoldTask(
                task: task, aggregate: AggregateID("tally", "a"), version: 0, epoch: 1,
                body: (["state": state, "events": events] as JSON).bytes), handler)
    }

    @Test func `every way to decide has its answer`() {
        let first = #"{"events":[{"name":"added","body":{"n":1}}],"state":{"sum":1},"result":{"sum":1}}"#
        #expect(decide("add", ["n": 1]) == .done(task, body: Array(first.utf8)))
        #expect(decide("add", ["n": 0]) == .refuse(task, code: "not_positive", message: "only more"))
        #expect(decide("sub", ["n": 0]) == .refuse(task, code: "unknown_command", message: "tally has no command 'sub'"))
        guard case .refuse(_, "bad_request", let message) = decide("add", ["n": "one"]) else {
            Issue.record("a malformed body is not refused")
            return
        }
        #expect(message.contains("n"))
        guard case .unknown = decide("crash", [:]) else {
            Issue.record("a bug is not unknown")
            return
        }
        guard case .unknown = decide("add", ["n": 1], ["sum": "three"]) else {
            Issue.record("a state of another shape is not unknown")
            return
        }
    }

    @Test func `events fold from nothing or from a state, and one that cannot be read is refused`() {
        let events: JSON = [["name": "added", "body": ["n": 1]], ["name": "added", "body": ["n": 2], "schema": 2]]
        #expect(fold(events) == .done(task, body: Array(#"{"state":{"sum":3}}"#.utf8)))
        #expect(fold(events, ["sum": 4]) == .done(task, body: Array(#"{"state":{"sum":7}}"#.utf8)))
        guard case .refuse(_, "unreadable_event", _) = fold([["name": "lost", "body": [:]]]) else {
            Issue.record("an event of no known name is folded")
            return
        }
    }

    @Test func `a type nobody offered is sent back`() {
        let fold = FoldTask(task: task, aggregate: AggregateID("other", "a"), version: 0, epoch: 1)
        guard case .retry = AggregateDesk.fold(fold, nil) else {
            Issue.record("not sent back")
            return
        }
    }
}
