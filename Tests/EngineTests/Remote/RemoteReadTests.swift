import Engine
import EventLog
import Kernel
import Testing
import Wire

/// Reads of aggregates that workers fold.
@Suite struct RemoteReadTests {
    @Test func `ES-19 AK-11 the state now and at any version, position and time`() throws {
        let harness = try RemoteHarness.ready()
        var times: [String] = []
        for n in 1...4 as ClosedRange<Int64> {
            _ = try harness.command("a", "add", ["n": .int(n)])
            _ = try harness.command("b")
            times.append(harness.engine.clock.now().description)
            harness.engine.clock.advance(1_000)
        }
        #expect(try harness.get("a") == ["aggregate": "tally", "key": "a", "version": 4, "state": ["sum1": 10]])
        #expect(harness.folds.isEmpty)
        let sums: [Int64] = [0, 1, 3, 6, 10]
        for version in 1...4 {
            let state: JSON = ["sum1": .int(sums[version])]
            #expect(try harness.get("a", [("version", .int(Int64(version)))])["state"] == state)
            #expect(try harness.get("a", [("position", .int(Int64(2 * version)))])["state"] == state)
            #expect(try harness.get("a", [("time", .string(times[version - 1]))])["state"] == state)
        }
        #expect(try harness.get("b", [("position", 1)]) == ["aggregate": "tally", "key": "b", "version": 0, "state": nil])
        #expect(try harness.get("a", [("version", 0)])["state"] == .null)
        try harness.restart()
        try harness.ready()
        #expect(try harness.get("a")["state"] == ["sum1": 10])
    }

    @Test func `a snapshot serves a read of now, and none of the past`() throws {
        let harness = try RemoteHarness.ready()
        for _ in 0..<102 { _ = try harness.command("a") }
        try harness.restart()
        try harness.ready()
        #expect(try harness.get("a")["state"] == ["sum1": 102])
        #expect(try harness.get("a", [("version", 101)])["state"] == ["sum1": 101])
        #expect(harness.folds.map(\.version) == [100, 0])
    }

    @Test func `what is not there is not found, and without a worker a read times out`() throws {
        let harness = try RemoteHarness.ready()
        #expect(throws: Fault.self) { try harness.get("none") }
        _ = try harness.command("a")
        #expect(throws: Fault.self) { try harness.get("a", [("version", 2)]) }
        try harness.restart()
        let tag = try harness.send(harness.request("aggregate.get", ["aggregate": "tally", "key": "a"]))[0]
        try harness.pass(29_999)
        #expect(harness.answers[tag] == nil)
        try harness.pass(1)
        #expect(harness.answers[tag]?.code == "timeout")
        #expect(
            harness.engine.queries.isForWorkers(
                OperationRequest(
                    id: WireID("r")!, operation: "aggregate.get", arguments: Array(#"{"aggregate":"tally","key":"a"}"#.utf8))))
    }

    @Test func `a fold that is refused is told, and a lost worker's goes to another`() throws {
        let harness = try RemoteHarness.ready()
        _ = try harness.command("a")
        try harness.restart()
        try harness.ready()
        let refused = try harness.send(harness.request("aggregate.get", ["aggregate": "tally", "key": "a"]))[0]
        try harness.say(.refuse(try harness.fold().task, code: "bad_event", message: "what is this"))
        #expect(harness.answers[refused]?.message?.contains("bad_event") == true)
        let other = try harness.send(harness.request("aggregate.get", ["aggregate": "tally", "key": "a"]))[0]
        try harness.ready(worker: 2)
        try harness.lose(1)
        try harness.work()
        #expect(harness.answers[other] != nil && harness.answers[other]?.fault == nil)
    }

    @Test func `worker.list shows who is connected`() throws {
        let harness = try RemoteHarness.ready()
        try harness.ready(worker: 2)
        let page = try harness.ask("worker.list", ["limit": 1])
        #expect(page["workers"]?.arrayValue?.first?["aggregates"] == ["tally"] && page["next"] == 1)
        let rest = try harness.ask("worker.list", ["after": 1])
        #expect(rest["workers"]?.arrayValue?.count == 1 && rest["next"] == .null)
    }
}
