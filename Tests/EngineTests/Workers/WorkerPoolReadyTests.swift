import Kernel
import Testing
import Wire

@testable import Engine

/// Who is in the pool, what it holds, and what becomes of that when it goes.
@Suite struct WorkerPoolReadyTests {
    @Test func `a worker offers what its last ready said`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["b", "a", "b"], aggregates: ["ticket"], dedupes: true, schema: 3))
        #expect(bench.pool.offeredActions == ["a", "b"] && bench.pool.offeredAggregates == ["ticket"])
        #expect(bench.pool.dedupes(PoolBench.peer(1)) && bench.pool.schema(PoolBench.peer(1)) == 3)
        try bench.ready(2, WorkerOffer(actions: ["c"]))
        try bench.ready(1, WorkerOffer(actions: ["a"]))
        #expect(bench.pool.offeredActions == ["a", "c"] && bench.pool.offeredAggregates == [])
        #expect(!bench.pool.offers(action: "b") && !bench.pool.offers(aggregate: "ticket") && bench.reserve("b") == nil)
        #expect(!bench.pool.dedupes(PoolBench.peer(1)))
        bench.leave(1)
        #expect(bench.pool.offeredActions == ["c"] && !bench.isReady(1))
    }

    @Test func `an aggregate is no action of the same name`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"]))
        try bench.ready(2, WorkerOffer(aggregates: ["a"]))
        let decider = bench.pool.reserve(.aggregate("a"), lane: .forward, at: bench.now)
        #expect(decider == PoolBench.peer(2))
        #expect(bench.reserve() == 1)
    }

    @Test func `a second ready keeps what is held, counts it, and drains with no credit`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 4))
        let lease = try #require(bench.begin())
        let answer = try bench.ready(1, WorkerOffer(actions: ["a"], credit: 0, holding: [lease.task, "77"]))
        #expect(answer.claimed == [] && answer.gone == ["77"])
        #expect(bench.reserve() == nil && bench.pool.offers(action: "a") && bench.pool.lease(lease.task) == lease)
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 2))
        #expect(bench.reserve() == nil && bench.reserve("a", .undo) == 1 && bench.reserve("a", .undo) == nil)
    }

    @Test func `a new connection takes over what it holds, and the old one has its credit back`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 3))
        let (first, second) = (try #require(bench.begin()), try #require(bench.begin("a", .undo)))
        let answer = try bench.ready(
            2, WorkerOffer(actions: ["a"], credit: 3, holding: [second.task, "gone", second.task, "gone"]))
        #expect(answer.claimed.map(\.task) == [second.task] && answer.claimed.map(\.peer) == [PoolBench.peer(2)])
        #expect(answer.gone == ["gone"])
        #expect(bench.inUse(1) == 1 && bench.inUse(2) == 1)
        #expect(bench.leave(1) == [first])
        #expect(bench.pool.lease(second.task)?.peer == PoolBench.peer(2))
    }

    @Test func `claimed tasks may exceed the credit, and then nothing more is given`() throws {
        let bench = PoolBench()
        bench.pool.adopt((1...3).map { PoolBench.lease("\($0)") }, until: bench.now.advanced(by: 10))
        let answer = try bench.ready(1, WorkerOffer(actions: ["a"], credit: 1, holding: ["3", "1", "2"]))
        #expect(answer.claimed.map(\.task) == ["3", "1", "2"] && bench.inUse(1) == 3 && bench.reserve("a", .undo) == nil)
        bench.close("1")
        bench.close("2")
        #expect(bench.reserve("a", .undo) == nil)
        bench.close("3")
        #expect(bench.reserve("a", .undo) == 1)
    }

    @Test func `who leaves loses its leases in the order they were given, and its reservations`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a", "b"], credit: 40, limits: ["b": ActionLimit(concurrent: 1)]))
        let leases = (0..<20).compactMap { _ in bench.begin() }
        #expect(bench.reserve("b", .undo) == 1)
        try bench.ready(2, WorkerOffer(actions: ["b"], limits: ["b": ActionLimit(concurrent: 1)]))
        #expect(bench.reserve("b") == nil)
        #expect(leases.count == 20 && bench.leave(1) == leases)
        #expect(leases.allSatisfy { bench.pool.lease($0.task) == nil } && bench.pool.leaseCount == 0)
        #expect(!bench.open(PoolBench.lease("99", "b", .undo, PoolBench.peer(1))) && bench.pool.lease("99") == nil)
        bench.cancel(1, "b", .undo)
        #expect(bench.reserve("b") == 2 && bench.reserve("b") == nil && bench.pool.creditInUse == 1)
        #expect(bench.leave(1) == [])
    }

    @Test func `a connection that comes back does not find the reservations it left`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"]))
        #expect(bench.reserve() == 1)
        bench.leave(1)
        try bench.ready(1, WorkerOffer(actions: ["a"]))
        #expect(!bench.open(PoolBench.lease("1", "a", .forward, PoolBench.peer(1))) && bench.inUse(1) == 0)
    }

    @Test func `there is room for so many workers, and the next is told to come back`() throws {
        let bench = PoolBench()
        for number in 1...EngineLimits.workers { try bench.ready(number, WorkerOffer(actions: ["a"])) }
        bench.pool.adopt([PoolBench.lease("1")], until: bench.now)
        let refused = #expect(throws: Fault.self) { try bench.ready(0, WorkerOffer(actions: ["z"], holding: ["1"])) }
        #expect(refused?.code == .busy && refused?.details["retry_after_ms"] == 2_500)
        #expect(!bench.pool.offers(action: "z") && bench.pool.lease("1")?.peer == nil)
        try bench.ready(7, WorkerOffer(actions: ["y"]))
        bench.leave(9)
        try bench.ready(0, WorkerOffer(actions: ["z"]))
        #expect(bench.pool.offeredActions == ["a", "y", "z"])
    }

    @Test func `a worker that offers too much is refused`() throws {
        let bench = PoolBench()
        let many = (0...EngineLimits.dutiesPerWorker).map { "a\($0)" }
        let refused = #expect(throws: Fault.self) { try bench.ready(1, WorkerOffer(actions: many)) }
        #expect(refused?.code == .tooLarge && !bench.isReady(1))
    }

    @Test func `what a worker says is brought into bounds`() {
        let low = WorkerOffer(credit: -1, heartbeat: 1)
        let high = WorkerOffer(credit: .max, heartbeat: .max)
        #expect(low.credit == 0 && low.heartbeat == 100 && high.credit == 65_536 && high.heartbeat == 60_000)
        #expect(ActionLimit(concurrent: 0, perSecond: 0) == ActionLimit(concurrent: 1, perSecond: 0.001))
        #expect(ActionLimit(perSecond: .nan).perSecond == nil && ActionLimit(perSecond: .infinity).perSecond == 1_000_000)
    }
}
