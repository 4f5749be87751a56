import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// What workers say in one batch, or said while the server was held up, and what strangers say of their tasks.
@Suite struct WorkerArrivalTests {
    private static let pair = """
        saga: pair
        version: 1
        defaults: { retry: { attempts: 3, first: 100ms, jitter: none } }
        steps:
          seat: { call: seat.reserve, undo: { call: seat.cancel } }
          room: { call: room.reserve, undo: { call: room.cancel } }
        """

    private func harness() throws -> (WorkerHarness, saga: String) {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        return (workers, try workers.start(CallStepTests.trip, input: ["to": "Oslo"]))
    }

    @Test func `a worker that leaves and comes back within one batch keeps its connection`() throws {
        let (workers, _) = try harness()
        let ready = Ready(actions: CallStepTests.actions, credit: 4)
        let said: [WorkerMessage] = [.bye, .ready(WireID("again")!, ready)]
        let output = try workers.engine.run(said.map { EngineInput(tag: 0, .message($0, PeerID(number: 1))) })
        #expect(output.departed.isEmpty && workers.engine.engine.pool.isReady(PeerID(number: 1)))
    }

    @Test func `a heartbeat that waited while the server was held up keeps the worker`() throws {
        let (workers, saga) = try harness()
        workers.engine.clock.advance(9_000)
        try workers.say(.heartbeat)
        #expect(workers.errors.isEmpty)
        #expect(try !workers.history(saga).contains("step.unknown"))
    }

    @Test func `an answer that waited while the server was held up counts before its time is over`() throws {
        let (workers, saga) = try harness()
        let seat = try workers.task("seat")
        workers.engine.clock.advance(60_000)
        try workers.done(seat)
        #expect(try workers.step(saga, "seat")["state"] == "completed")
        #expect(try workers.step(saga, "seat")["attempts"] == 1)
    }

    @Test func `an answer and a timer of one saga in one batch leave no timer behind`() throws {
        let workers = try WorkerHarness()
        try workers.ready(["seat.reserve"])
        let source = """
            saga: chain
            version: 1
            deadline: 60s
            steps:
              seat: { call: seat.reserve, timeout: 10s, undo: { call: seat.cancel } }
              room: { call: room.reserve, timeout: 10s, needs: [seat], undo: { call: room.cancel } }
            """
        let saga = try workers.start(source)
        let seat = try workers.task("seat")
        workers.engine.clock.advance(11_000)
        let ready = WorkerMessage.ready(WireID("later")!, Ready(actions: ["room.reserve"], credit: 1))
        try workers.process([
            .message(.done(seat.task, body: []), PeerID(number: 1)), .message(ready, PeerID(number: 2)),
        ])
        try workers.process([])
        try workers.done(try workers.task("room"), worker: 2)
        #expect(try workers.state(saga) == "completed")
        try workers.engine.log.read { reader in
            try reader.visit(.timers, from: [0], backwards: false) { key, _ in
                Issue.record("a timer is left: \(key)")
                return true
            }
        }
    }

    @Test(arguments: ["0", "+", "000"])
    func `a task by another spelling of its number is nobody's`(_ prefix: String) throws {
        let (workers, saga) = try harness()
        let seat = try workers.task("seat")
        try workers.ready(["other"], worker: 2)
        try workers.say(.refuse(WireID(prefix + seat.task.text)!, code: "forged", message: ""), worker: 2)
        #expect(workers.errors.map(\.code) == ["gone"])
        #expect(try workers.step(saga, "seat")["state"] == "running")
    }

    @Test func `lanes of actions that nobody offers any more are forgotten`() throws {
        let workers = try WorkerHarness()
        for round in 0..<100 { try workers.ready((0..<100).map { "a\(round).n\($0)" }, credit: 0) }
        #expect(workers.engine.engine.crowded.count <= 4_096)
    }

    @Test func `a batch that looks at more sagas than are kept in memory loses none of its changes`() throws {
        let workers = WorkerHarness(try EngineHarness(configuration: EngineConfiguration(memory: 0)))
        try workers.ready(["seat.reserve"], credit: 16)
        let sagas = try (0..<6).map { _ in try workers.start(Self.pair) }
        try workers.ready(["seat.reserve", "room.reserve"], credit: 16)
        try workers.process([])
        #expect(workers.tasks.count == 12)
        try workers.lose()
        for saga in sagas {
            let events = try workers.engine.request("saga.history", ["id": .string(saga)])["events"]?.arrayValue ?? []
            #expect(events.compactMap { $0["version"]?.intValue } == [1, 2, 3, 4, 5])
            #expect(events.suffix(2).map { $0["body"]?["step"] } == ["seat", "room"])
        }
    }
}
