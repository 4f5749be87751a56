import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct SagaRunTests {
    @Test func `SG-01 SG-12 a saga runs its steps, gives its output, and its answer says where it stands`() throws {
        let harness = try EngineHarness()
        let definition = Sagas.definition(
            [("b", Sagas.add("c", needs: ["a"])), ("a", Sagas.add("c"))],
            [("output", ["sum": "${ steps.b.result.value }"])])
        #expect(try harness.start(definition) == ["id": "s", "state": "completed", "existing": false])
        let view = try harness.saga()
        #expect(view["output"] == ["sum": 2] && view["error"] == .null)
        #expect(view["steps"]?.arrayValue?.map { $0["name"] } == ["b", "a"])
        #expect(harness.settled == ["s"] && harness.engine.wakeUp == nil)
    }

    @Test func `SG-03 SG-05 a failed step turns the saga back in reverse order, and only what was done is undone`() throws {
        let harness = try EngineHarness()
        try harness.gate("d", open: false)
        let steps = [
            ("a", Sagas.pass("a")), ("b", Sagas.pass("b", needs: ["a"])), ("c", Sagas.pass("c", needs: ["b"])),
            ("d", Sagas.pass("d", needs: ["c"])), ("e", Sagas.pass("e", needs: ["d"])),
        ]
        #expect(try harness.start(Sagas.definition(steps))["state"] == "compensated")
        #expect(
            try harness.story().suffix(8) == [
                "saga.compensating", "undo.started c", "undo.completed c", "undo.started b", "undo.completed b", "undo.started a",
                "undo.completed a", "saga.compensated",
            ])
        #expect(try harness.step("e")["state"] == "pending")
        #expect(try harness.saga()["error"] == ["step": "d", "code": "closed", "message": "the gate is closed"])
        for key in ["a", "b", "c"] { #expect(try harness.aggregate("gate/\(key)")["state"]?["inside"] == 0) }
    }

    @Test func `AK-10 what was done and undone both stay in the history of the aggregate, named after the saga's operations`()
        throws
    {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        try harness.start(Sagas.definition([("a", Sagas.add("c")), ("b", Sagas.pass("no", needs: ["a"]))]))
        let events = try harness.events([("aggregate", "counter"), ("key", "c")])
        #expect(events.map { $0["body"]?["n"] } == [1, -1])
        #expect(events.map { $0["command"] } == ["s/a/do", "s/a/undo"])
        #expect(events.allSatisfy { $0["correlation"] == "s" })
    }

    @Test func `DX-13 a waiting retry survives a restart and goes on at its time`() throws {
        let harness = try EngineHarness()
        try harness.gate("g", open: false)
        let retry = Sagas.everySecond(5)
        try harness.start(Sagas.definition([("a", Sagas.pass("g", retry: retry))]))
        let due = harness.engine.wakeUp
        #expect(due == harness.clock.now().advanced(by: 1_000))
        #expect(try harness.step("a")["state"] == "retrying")
        try harness.restart()
        #expect(harness.engine.wakeUp == due)
        try harness.gate("g", open: true)
        harness.clock.advance(999)
        try harness.process([])
        #expect(try harness.state() == "running")
        harness.clock.advance(1)
        try harness.process([])
        #expect(try harness.state() == "completed" && harness.engine.wakeUp == nil)
    }

    @Test func `SG-08 DX-14 each attempt after a definite no is a new operation of the same saga`() throws {
        let harness = try EngineHarness()
        try harness.gate("g", open: false)
        try harness.start(Sagas.definition([("a", Sagas.pass("g", retry: Sagas.everySecond(5)))]))
        harness.clock.advance(1_000)
        try harness.process([])
        try harness.gate("g", open: true)
        try harness.runTimers()
        let event = try #require(try harness.events([("aggregate", "gate"), ("key", "g")]).last)
        #expect(event["command"] == "s/a/do~3" && event["correlation"] == "s")
        #expect(try harness.step("a")["attempts"] == 3)
    }

    @Test func `SG-09 a waiting retry ends when another step fails`() throws {
        let harness = try EngineHarness()
        for key in ["g", "h"] { try harness.gate(key, open: false) }
        try harness.start(
            Sagas.definition([
                ("a", Sagas.pass("g", retry: Sagas.everySecond(9))), ("nap", Sagas.sleep("5s")),
                ("b", Sagas.pass("h", needs: ["nap"])),
            ]))
        try harness.runTimers()
        #expect(try harness.state() == "compensated")
        #expect(try harness.step("a")["state"] == "failed" && (try harness.step("a")["attempts"] == 6))
    }

    @Test func `DX-09 a predecessor is not undone while its dependant's undo waits, also over a restart`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        try harness.gate("b", backOpen: false)
        let undoRetry = Sagas.everySecond("forever", only: "locked")
        try harness.start(
            Sagas.definition([
                ("a", Sagas.pass("a")), ("b", Sagas.pass("b", needs: ["a"], undoRetry: undoRetry)),
                ("c", Sagas.pass("no", needs: ["b"])),
            ]))
        for _ in 0..<3 {
            #expect(try harness.step("b")["undo"]?["state"] == "undo_retrying")
            #expect(try harness.step("a")["undo"]?["state"] == "undo_pending")
            try harness.restart()
            harness.clock.advance(1_000)
            try harness.process([])
        }
        try harness.gate("b")
        try harness.runTimers()
        #expect(try harness.state() == "compensated")
        #expect(try harness.story().suffix(4) == ["undo.completed b", "undo.started a", "undo.completed a", "saga.compensated"])
    }

    @Test func `SG-10 DX-12 DX-21 undo attempts run out: the saga is stuck, listed, with every error in view and history`() throws
    {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        try harness.gate("a", backOpen: false)
        let undoRetry = Sagas.everySecond(3, only: "locked")
        try harness.start(
            Sagas.definition([("a", Sagas.pass("a", undoRetry: undoRetry)), ("b", Sagas.pass("no", needs: ["a"]))]))
        try harness.runTimers()
        let view = try harness.saga()
        #expect(view["state"] == "stuck" && view["stuck_while"] == "compensating" && view["error"]?["code"] == "closed")
        #expect(harness.warnings.count == 1 && harness.warnings[0].contains("is stuck: undo of a: locked; `skald saga show s`"))
        #expect(try harness.step("a")["undo"]?["state"] == "undo_failed")
        #expect(try harness.step("a")["undo"]?["attempts"] == 3)
        #expect(try harness.step("a")["undo"]?["error"]?["code"] == "locked")
        #expect(try harness.request("saga.list", ["state": "stuck"])["sagas"]?.arrayValue?.map { $0["id"] } == ["s"])
        #expect(try harness.story().suffix(2) == ["undo.failed a", "saga.stuck a"])
        #expect(harness.engine.wakeUp == nil)
        try harness.restart()
        #expect(try harness.saga() == view)
    }

    @Test func `SG-06 a waived undo is bypassed and the rest is undone`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        let waived: JSON = ["command": "gate.pass", "key": "b", "needs": ["a"], "undo": "none", "because": "harmless"]
        try harness.start(
            Sagas.definition([("a", Sagas.pass("a")), ("b", waived), ("c", Sagas.pass("no", needs: ["b"]))]))
        #expect(try harness.step("b")["undo"]?["state"] == "bypassed")
        #expect(try harness.step("a")["undo"]?["state"] == "undone")
    }

    @Test func `SG-07 an undo gets what was frozen when its step completed`() throws {
        let harness = try EngineHarness()
        try harness.command("hotel/rome", "stock", ["rooms": 3])
        try harness.gate("no", open: false)
        let hotel: JSON = [
            "command": "hotel.reserve", "key": "${ input.city }", "with": ["guest": "G", "nights": 2],
            "undo": ["command": "hotel.release", "with": ["reservation": "${ steps.hotel.result.reservation }"]],
        ]
        try harness.start(
            Sagas.definition([("hotel", hotel), ("b", Sagas.pass("no", needs: ["hotel"]))]), input: ["city": "rome"])
        #expect(try harness.step("hotel")["undo"]?["input"] == ["reservation": "r-2"])
        #expect(try harness.aggregate("hotel/rome")["state"] == ["rooms": 3, "reserved": [:]])
    }

    @Test func `SG-11 with expect an outside write between two steps is a conflict, and undo expects nothing`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 10])
        let steps = [
            ("a", Sagas.add("c", [("expect", 1)])), ("nap", Sagas.sleep("1s", needs: ["a"])),
            ("b", Sagas.add("c", needs: ["nap"])),
        ]
        try harness.start(Sagas.definition(steps))
        try harness.command("counter/c", "add", ["n": 100])
        try harness.runTimers()
        let error = try harness.saga()["error"]
        #expect(error?["step"] == "b" && error?["code"] == "conflict")
        #expect(try harness.state() == "compensated" && harness.counter("c") == 110)
    }

    @Test func `SG-11 DX-19 with expect the saga's own steps on one aggregate do not conflict with each other`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 10])
        let steps = [
            ("a", Sagas.add("c", [("expect", 1)])), ("b", Sagas.add("c", needs: ["a"])), ("c", Sagas.add("c", needs: ["a"])),
            ("nap", Sagas.sleep("1s", needs: ["b", "c"])), ("d", Sagas.add("c", needs: ["nap"])),
        ]
        try harness.start(Sagas.definition(steps))
        try harness.restart()
        try harness.runTimers()
        #expect(try harness.state() == "completed" && harness.counter("c") == 14)
        try harness.start(Sagas.definition(steps), id: "stale")
        #expect(try harness.saga("stale")["error"]?["code"] == "conflict")
    }

    @Test func `without expect an outside write does not matter`() throws {
        let harness = try EngineHarness()
        let steps = [("a", Sagas.add("c")), ("nap", Sagas.sleep("1s", needs: ["a"])), ("b", Sagas.add("c", needs: ["nap"]))]
        try harness.start(Sagas.definition(steps))
        try harness.command("counter/c", "add", ["n": 100])
        try harness.runTimers()
        #expect(try harness.state() == "completed")
    }

    @Test func `behind the pivot a definite no makes the saga stuck; before it, it rolls back`() throws {
        let harness = try EngineHarness()
        try harness.gate("x", open: false)
        let steps = [
            ("a", Sagas.pass("a")), ("p", Sagas.passForGood("p", needs: ["a"], [("pivot", true)])),
            ("x", Sagas.passForGood("x", needs: ["p"])),
        ]
        try harness.start(Sagas.definition(steps))
        #expect(try harness.state() == "stuck" && harness.saga()["stuck_while"] == "running")
        #expect(try harness.step("a")["undo"] == .null)
        try harness.gate("p", open: false)
        try harness.start(Sagas.definition(steps), id: "back")
        #expect(try harness.state("back") == "compensated")
    }

    @Test func `a bug, a bad body and an aggregate that cannot be folded fail their step, each by its name`() throws {
        let harness = try EngineHarness([TestDomain.broken { $0.body["note"] == "poison" }] + TestDomain.handlers.dropFirst())
        func pass(_ with: JSON) throws -> JSON {
            var step = Sagas.pass("g").objectValue!
            step["with"] = with
            let id = harness.newID()
            try harness.start(Sagas.definition([("a", .object(step))]), input: ["note": 5], id: id)
            return try harness.saga(id)["error"]?["code"] ?? .null
        }
        #expect(try pass(["note": "poison"]) == "handler_failed")
        #expect(try pass(["note": "${ input.note }"]) == "bad_request")
        #expect(try pass(["note": "${ input.missing }"]) == "expression")
    }

    @Test func `a step acts with the identity that started the saga, also after a retry by timer`() throws {
        let harness = try EngineHarness()
        try harness.gate("g", open: false)
        let definition = Sagas.definition([
            ("a", Sagas.pass("a")), ("b", Sagas.pass("g", needs: ["a"], retry: Sagas.everySecond(9))),
        ])
        let arguments: JSON = ["inline": definition, "input": [:], "id": "s"]
        let request = OperationRequest(id: WireID("r")!, operation: "saga.start", arguments: arguments.bytes)
        try harness.process([.request(request)], actor: "alice")
        try harness.restart()
        try harness.gate("g")
        try harness.runTimers()
        #expect(try harness.state() == "completed")
        for key in ["a", "g"] {
            #expect(try harness.events([("aggregate", "gate"), ("key", .string(key))]).last?["actor"] == "alice")
        }
    }

    @Test func `a deadline that passed while the server was down turns the saga back`() throws {
        let harness = try EngineHarness()
        let steps = [("a", Sagas.add("c")), ("nap", Sagas.sleep("4s", needs: ["a"]))]
        try harness.start(Sagas.definition(steps, [("deadline", "5s")]))
        try harness.restart()
        #expect(harness.engine.wakeUp == harness.clock.now().advanced(by: 4_000))
        harness.clock.advance(60_000)
        try harness.process([])
        #expect(try harness.saga()["reason"] == "deadline" && harness.counter("c") == 0)
    }

    @Test func `an optional step that is refused is recorded, and the saga goes on`() throws {
        let harness = try EngineHarness()
        try harness.gate("a", open: false)
        let note: JSON = ["note": "${ steps.a.status }"]
        let steps = [
            ("a", Sagas.pass("a", [("optional", true)])),
            ("b", Sagas.pass("b", needs: ["a"], [("with", note), ("if", "${ steps.a.status == 'failed' }")])),
        ]
        try harness.start(Sagas.definition(steps))
        #expect(try harness.state() == "completed")
        #expect(try harness.step("a")["error"]?["code"] == "closed")
        #expect(try harness.events([("aggregate", "gate"), ("key", "b")]).last?["body"] == note.replacing("failed"))
    }
}

extension JSON {
    fileprivate func replacing(_ note: String) -> JSON { ["note": .string(note)] }
}
