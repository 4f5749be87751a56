import Engine
import EventLog
import Kernel
import Testing
import Wire

/// What waits, who gets it, and in which order.
@Suite struct QueueTests {
    private static let call = """
        saga: errand
        version: 1
        steps:
          run:
            call: errand.run
            timeout: 10s
            retry: { attempts: 9, first: 100ms, jitter: none }
            undo: { call: errand.undo }
          last:
            needs: [run]
            call: errand.last
            undo: none
            because: nothing follows
        """

    private func started(_ count: Int) throws -> (WorkerHarness, [String]) {
        let workers = try WorkerHarness()
        var sagas = [try workers.start(Self.call)]
        for _ in 1..<count {
            let answer = try workers.request("saga.start", ["definition": "errand", "input": [:]])
            sagas.append(try #require(answer["id"]?.stringValue))
        }
        return (workers, sagas)
    }

    @Test func `a worker is given no more than its credit, the oldest saga first`() throws {
        let (workers, sagas) = try started(20)
        try workers.ready(["errand.run"], credit: 1)
        for saga in sagas {
            #expect(workers.tasks.map(\.saga) == [saga])
            try workers.done(try workers.task("run"))
        }
        #expect(workers.tasks.isEmpty)
    }

    @Test func `a part of the credit is kept for undos, and undos go first`() throws {
        let (workers, sagas) = try started(20)
        try workers.ready(["errand.run", "errand.undo"], credit: 8)
        #expect(workers.tasks.count == 7, "one of eight is kept")
        try workers.done(try workers.task("run"))
        _ = try workers.request("saga.cancel", ["id": .string(sagas[0]), "reason": "test"])
        let undo = try workers.task("run", .undo)
        #expect(undo.saga == sagas[0])
    }

    @Test func `work is shared among workers by what they have left`() throws {
        let (workers, _) = try started(9)
        try workers.ready(["errand.run"], worker: 1, credit: 4)
        try workers.ready(["errand.run"], worker: 2, credit: 4)
        #expect(workers.tasks.count == 6)
    }

    @Test func `the backlog of one action does not hold up another`() throws {
        let (workers, _) = try started(50)
        try workers.ready(["errand.run"], worker: 1, credit: 2)
        let other = Self.call.replacing("errand", with: "other")
        let late = try workers.start(other)
        try workers.ready(["other.run"], worker: 2, credit: 2)
        #expect(workers.tasks.last?.saga == late)
    }

    @Test func `limits of an action hold over all its workers`() throws {
        let (workers, _) = try started(20)
        let limit = Ready.Limit(action: "errand.run", concurrent: 3, perSecond: nil)
        try workers.ready(["errand.run"], worker: 1, credit: 10, limits: [limit])
        try workers.ready(["errand.run"], worker: 2, credit: 10)
        #expect(workers.tasks.count == 3)
        try workers.done(try workers.task("run"))
        #expect(workers.tasks.count == 3, "one is done, the next comes")
    }

    @Test func `a rate is kept, and what waits for it wakes the server by itself`() throws {
        let (workers, _) = try started(20)
        let limit = Ready.Limit(action: "errand.run", concurrent: nil, perSecond: 2)
        try workers.ready(["errand.run"], credit: 16, limits: [limit])
        #expect(workers.tasks.count == 2)
        try workers.pass(2_000)
        #expect(workers.tasks.count == 6)
    }

    @Test func `a worker that lowers its credit to nothing gets no more and may finish`() throws {
        let (workers, sagas) = try started(4)
        try workers.ready(["errand.run"], credit: 2)
        let task = try workers.task("run")
        try workers.ready(["errand.run"], credit: 0)
        try workers.done(task)
        #expect(workers.tasks.isEmpty)
        #expect(try workers.step(sagas[0], "run")["state"] == "completed")
    }

    @Test func `when all has ended nothing is left in the queue and among the leases`() throws {
        let (workers, _) = try started(6)
        try workers.ready(["errand.run", "errand.undo", "errand.last"], credit: 3)
        for _ in 0..<100 {
            guard let next = workers.tasks.first else { break }
            let task = try workers.task(next.step, next.direction)
            if task.step == "last", task.saga.utf8.reduce(0, { $0 &+ Int($1) }) % 2 == 0 {
                try workers.refuse(task)
            } else {
                try workers.done(task)
            }
        }
        for table in [Table.queue, .leases, .timers] {
            var rows = 0
            try workers.engine.log.read { reader in
                try reader.visit(table, from: [0], backwards: false) { _, _ in
                    rows += 1
                    return true
                }
            }
            #expect(rows == 0, "\(table)")
        }
    }

    @Test func `what begins to wait in the very batch that brings credit back is not forgotten`() throws {
        let (workers, sagas) = try started(2)
        try workers.ready(["errand.run", "errand.last"], credit: 3)
        let (first, second) = (try workers.task("run"), try workers.task("run"))
        try workers.ready(["errand.run", "errand.last"], credit: 2)
        // The first answer lets `last` wait, since one credit is kept; the second gives credit back, all in one batch.
        let holder = PeerID(number: 1)
        let answers = [first, second].map { EngineInput.Content.message(.done($0.task, body: []), holder) }
        try workers.process(answers)
        try workers.pass(100)
        while let next = workers.tasks.first { try workers.done(try workers.task(next.step)) }
        for saga in sagas { #expect(try workers.state(saga) == "completed") }
    }

    @Test func `on a full disk an answer is asked for again, and nothing is lost`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let workers = WorkerHarness(try EngineHarness(log: log))
        try workers.ready(["errand.run", "errand.undo", "errand.last"])
        let saga = try workers.start(Self.call)
        let task = try workers.task("run")
        log.setSpace(.red)
        try workers.done(task)
        #expect(workers.errors.last?.code == "read_only")
        log.setSpace(.green)
        log.failNextCommit(.full("no space"))
        try workers.done(task)
        #expect(workers.errors.count == 2 && workers.errors.last?.code == "read_only")
        try workers.done(task)
        #expect(try workers.step(saga, "run")["state"] == "completed")
        #expect(workers.tasks.map(\.step) == ["last"])
    }
}
