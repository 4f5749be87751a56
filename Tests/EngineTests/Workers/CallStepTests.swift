import Engine
import Kernel
import Testing
import Wire

/// Steps that workers perform, from the queue to the end of the saga.
@Suite struct CallStepTests {
    static let trip = """
        saga: trip
        version: 1
        steps:
          seat:
            call: seat.reserve
            with: { to: "${ input.to }" }
            timeout: 10s
            retry: { attempts: 3, first: 100ms, jitter: none }
            undo: { call: seat.cancel, timeout: 10s }
          room:
            call: room.reserve
            undo: { call: room.cancel, with: { room: "${ steps.room.result.room ?? 'none' }" } }
          pay:
            pivot: true
            needs: [seat, room]
            call: card.charge
            timeout: 10s
          tell:
            needs: [pay]
            optional: true
            call: mail.send
        """
    static let actions = ["seat.reserve", "seat.cancel", "room.reserve", "room.cancel", "card.charge", "mail.send"]

    private func harness() throws -> (WorkerHarness, String) {
        let workers = try WorkerHarness()
        try workers.ready(Self.actions)
        return (workers, try workers.start(Self.trip, input: ["to": "Oslo"]))
    }

    @Test func `each task is given once its needs are done, and the saga completes`() throws {
        let (workers, saga) = try harness()
        let seat = try workers.task("seat")
        #expect(seat.action == "seat.reserve" && seat.operation == "\(saga)/seat/do" && seat.attempt == 1)
        #expect(try JSON.parse(seat.body) == ["input": ["to": "Oslo"]])
        #expect(seat.deadlineMilliseconds == 10_000 && seat.epoch == UInt64(workers.engine.engine.epoch))
        try workers.done(try workers.task("room"), ["result": ["room": "12"]])
        #expect(workers.tasks.isEmpty, "the payment needs both")
        try workers.done(seat)
        try workers.done(try workers.task("pay"))
        try workers.done(try workers.task("tell"))
        #expect(try workers.state(saga) == "completed")
        #expect(workers.errors.isEmpty)
    }

    @Test func `a definite no turns the saga back, and undos carry what was done`() throws {
        let (workers, saga) = try harness()
        try workers.done(try workers.task("seat"), ["result": ["seat": "4A"]])
        try workers.refuse(try workers.task("room"), "sold_out")
        let undo = try workers.task("seat", .undo)
        #expect(undo.action == "seat.cancel" && undo.operation == "\(saga)/seat/undo")
        let body = try JSON.parse(undo.body)
        #expect(body["input"] == ["input": ["to": "Oslo"], "result": ["seat": "4A"]])
        #expect(
            body["do"] == ["operation": .string("\(saga)/seat/do"), "input": ["to": "Oslo"], "result": ["seat": "4A"]])
        try workers.done(undo)
        #expect(try workers.state(saga) == "compensated")
        #expect(try workers.view(saga)["error"]?["code"] == "sold_out")
    }

    @Test func `SG-07: an undo returned with the result replaces the static one`() throws {
        let (workers, saga) = try harness()
        try workers.done(
            try workers.task("seat"), ["result": [:], "undo": ["call": "room.cancel", "with": ["note": "${ not evaluated }"]]])
        try workers.refuse(try workers.task("room"))
        let undo = try workers.task("seat", .undo)
        #expect(undo.action == "room.cancel")
        #expect(try JSON.parse(undo.body)["input"] == ["note": "${ not evaluated }"])
        try workers.done(undo)
        #expect(try workers.state(saga) == "compensated")
    }

    @Test func `SG-08: every attempt keeps the operation id and carries its number`() throws {
        let (workers, _) = try harness()
        let first = try workers.task("seat")
        try workers.say(.retry(first.task, afterMilliseconds: 1_000, message: "not now"))
        try workers.pass(900)
        #expect(!workers.tasks.contains { $0.step == "seat" }, "not before the time the worker asked for")
        try workers.pass(200)
        let second = try workers.task("seat")
        #expect(second.operation == first.operation && second.attempt == 2 && second.task != first.task)
        #expect(second.body == first.body)
    }

    @Test func `SG-14: an attempt that is not answered in time is unknown, and tried again`() throws {
        let (workers, saga) = try harness()
        let first = try workers.task("seat")
        try workers.pass(10_500)
        #expect(try workers.history(saga).contains("step.unknown"))
        let second = try workers.task("seat")
        #expect(second.operation == first.operation && second.attempt == 2)
        // DX-10, SG-15: a stale no changes nothing; a late done of the same operation counts.
        try workers.refuse(first)
        #expect(workers.errors.last?.code == "gone")
        #expect(try workers.history(saga).contains("answer.ignored"))
        try workers.done(first, ["result": ["seat": "1A"]])
        #expect(try workers.step(saga, "seat")["result"] == ["seat": "1A"])
        try workers.done(second)
        #expect(workers.errors.last?.id == second.task.text)
    }

    @Test func `an unknown outcome without attempts left is maybe done, and undone`() throws {
        let (workers, saga) = try harness()
        try workers.say(.unknown(try workers.task("room").task, message: "who knows"))
        #expect(try workers.step(saga, "room")["certainty"] == "maybe")
        try workers.done(try workers.task("seat"))
        #expect(try workers.state(saga) == "compensating")
        let undo = try workers.task("room", .undo)
        #expect(try JSON.parse(undo.body)["do"]?["result"] == .null)
        try workers.done(undo)
        try workers.done(try workers.task("seat", .undo))
        #expect(try workers.state(saga) == "compensated")
    }

    @Test func `a lost worker leaves its tasks unknown, never failed`() throws {
        let (workers, saga) = try harness()
        try workers.done(try workers.task("room"))
        let lost = try workers.task("seat")
        try workers.lose()
        #expect(try workers.step(saga, "seat")["state"] == "unknown")
        try workers.ready(Self.actions, worker: 2)
        try workers.pass(500, beating: [2])
        let second = try workers.task("seat")
        #expect(second.attempt == 2 && second.operation == lost.operation)
        try workers.done(second, worker: 2)
        #expect(try workers.step(saga, "seat")["state"] == "completed")
    }

    @Test func `a silent worker is lost after three intervals`() throws {
        let (workers, saga) = try harness()
        try workers.passSilently(7_400)
        #expect(try workers.step(saga, "seat")["state"] == "running")
        try workers.passSilently(200)
        #expect(try workers.step(saga, "room")["certainty"] == "maybe")
        #expect(workers.heartbeats >= 2)
    }

    @Test func `working makes the time of an attempt run anew`() throws {
        let (workers, saga) = try harness()
        let seat = try workers.task("seat")
        for _ in 0..<4 {
            try workers.pass(5_000)
            try workers.say(.working(seat.task))
        }
        #expect(try workers.step(saga, "seat")["attempts"] == 1)
        try workers.done(seat)
        #expect(try workers.step(saga, "seat")["state"] == "completed")
    }

    @Test func `working counts from when it is said, also early and where it is not written down`() throws {
        let (workers, saga) = try harness()
        try workers.done(try workers.task("room"))
        let seat = try workers.task("seat")
        try workers.pass(2_000)
        let events = try workers.history(saga).count
        try workers.say(.working(seat.task))
        #expect(try workers.history(saga).count == events, "a quarter of its time is not over")
        try workers.pass(9_800)
        #expect(try !workers.history(saga).contains("step.unknown"))
        try workers.pass(400)
        #expect(try workers.history(saga).contains("step.unknown"), "said at 2 s, so over at 12 s")
    }

    @Test func `what cannot be read as an answer is unknown, never a no`() throws {
        let (workers, saga) = try harness()
        let room = try workers.task("room")
        try workers.say(.done(room.task, body: Array("[1]".utf8)))
        #expect(workers.errors.last?.code == "bad_request")
        #expect(try workers.step(saga, "room")["certainty"] == "maybe")
    }

    @Test func `without a worker a saga waits, and says for whom`() throws {
        let workers = try WorkerHarness()
        let saga = try workers.start(Self.trip, input: ["to": "Oslo"])
        #expect(workers.engine.engine.wakeUp == nil, "nothing spins")
        #expect(try workers.step(saga, "seat")["waiting_for"] == "seat.reserve")
        #expect(try workers.history(saga) == ["saga.started"])
        try workers.restart()
        try workers.ready(Self.actions)
        #expect(workers.tasks.map(\.step).sorted() == ["room", "seat"])
    }

    @Test func `another worker than the holder is not believed`() throws {
        let (workers, saga) = try harness()
        try workers.ready(Self.actions, worker: 2)
        let seat = try workers.task("seat")
        try workers.refuse(seat, worker: 2)
        #expect(workers.errors.last?.code == "forbidden")
        try workers.done(seat)
        #expect(try workers.step(saga, "seat")["state"] == "completed")
        try workers.say(.done(WireID("999999")!, body: []))
        #expect(workers.errors.last?.code == "gone")
        try workers.say(.heartbeat, worker: 3)
        #expect(workers.errors.last?.code == "unknown_session")
    }
}
