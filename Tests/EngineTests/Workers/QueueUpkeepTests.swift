import Engine
import EventLog
import Kernel
import Testing
import Wire

/// What waits for workers, beside what else happens to it: in the same batch, on a full disk, over a restart.
@Suite struct QueueUpkeepTests {
    private static let one = """
        saga: one
        version: 1
        deadline: 60s
        steps:
          seat:
            call: seat.reserve
            timeout: 10s
            retry: { attempts: 3, first: 100ms, jitter: none }
            undo: { call: seat.cancel }
        """

    private func rows(_ workers: WorkerHarness, _ table: Table) throws -> Int {
        try workers.engine.log.read { reader in
            var count = 0
            try reader.visit(table, from: [0], backwards: false) { _, _ in
                count += 1
                return true
            }
            return count
        }
    }

    private func ready(_ id: String, _ worker: Int = 1) -> EngineInput.Content {
        .message(.ready(WireID(id)!, Ready(actions: CallStepTests.actions, credit: 4, dedupes: true)), PeerID(number: worker))
    }

    private func start(_ id: String) -> EngineInput.Content {
        let arguments: JSON = ["definition": "one", "id": .string(id)]
        return .request(OperationRequest(id: WireID(id)!, operation: "saga.start", arguments: arguments.bytes))
    }

    @Test func `what begins to wait in the batch in which a worker comes is given to it next`() throws {
        let workers = try WorkerHarness()
        try workers.engine.request("def.register", ["source": .string(Self.one)])
        try workers.process([start("s"), ready("r")])
        try workers.process([])
        #expect(workers.tasks.map(\.step) == ["seat"])
    }

    @Test func `what could not be given because the disk was full is given when there is room`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let workers = WorkerHarness(try EngineHarness(log: log))
        let saga = try workers.start(Self.one)
        log.failNextCommit(.full("no space left"))
        try workers.process([ready("r")])
        #expect(workers.tasks.isEmpty)
        try workers.pass(2_000)
        #expect(workers.tasks.map(\.saga) == [saga])
    }

    @Test func `a saga read anew leaves no row of its queue behind`() throws {
        let workers = try WorkerHarness()
        let saga = try workers.start(Self.one)
        #expect(try rows(workers, .queue) == 1)
        try workers.restart()
        try workers.pass(60_000)
        #expect(try workers.state(saga) == "compensated")
        #expect(try rows(workers, .queue) == 0)
    }

    @Test func `a saga read anew leaves no timer behind`() throws {
        let workers = try WorkerHarness()
        let saga = try workers.start(Self.one)
        try workers.ready(CallStepTests.actions)
        try workers.say(.unknown(try workers.task("seat").task, message: "who knows"))
        try workers.lose()
        // The retry is due and waits for a worker; what is left is the deadline's timer.
        try workers.pass(1_000)
        try workers.restart()
        try workers.ready(CallStepTests.actions)
        try workers.refuse(try workers.task("seat"))
        #expect(try workers.state(saga) == "compensated")
        #expect(try rows(workers, .timers) == 0)
    }

    @Test func `the loss of a worker says nothing of an attempt whose time was over`() throws {
        let workers = try WorkerHarness()
        let saga = try workers.start(Self.one)
        try workers.ready(CallStepTests.actions)
        // So late that the attempt's time and the worker's are over at once.
        workers.engine.clock.advance(20_000)
        try workers.process([])
        #expect(try workers.history(saga) == ["saga.started", "step.started", "step.unknown"])
        #expect(try rows(workers, .leases) == 0)
        try workers.ready(CallStepTests.actions, worker: 2)
        try workers.pass(200, beating: [2])
        #expect(workers.tasks.map(\.attempt) == [1, 2])
        #expect(try rows(workers, .leases) == 1)
    }
}
