import Kernel
import Testing

@testable import Engine

/// Who is given the next task.
@Suite struct WorkerPoolReservationTests {
    @Test func `the worker with most room is chosen, and equals take turns`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 5))
        try bench.ready(2, WorkerOffer(actions: ["a"], credit: 7))
        try bench.ready(3, WorkerOffer(actions: ["b"], credit: 99))
        // Of 5 and 7 credits forward work has 4 and 6.
        #expect((0..<11).map { _ in bench.reserve() } == [2, 2, 1, 2, 1, 2, 1, 2, 1, 2, nil])
    }

    @Test func `a thousand equal workers get the same, within one`() throws {
        let bench = PoolBench()
        for number in 1...1_000 { try bench.ready(number, WorkerOffer(actions: ["a"], credit: 8)) }
        var counts = [Int](repeating: 0, count: 1_001)
        for _ in 0..<2_500 { counts[try #require(bench.reserve())] += 1 }
        #expect(counts[1...].allSatisfy { (2...3).contains($0) })
    }

    @Test func `answers at the pace of questions still go round`() throws {
        let bench = PoolBench()
        for number in 1...3 { try bench.ready(number, WorkerOffer(actions: ["a"], credit: 2)) }
        var chosen: [Int?] = []
        for _ in 0..<6 {
            let lease = try #require(bench.begin())
            chosen.append(lease.peer?.number)
            #expect(bench.close(lease.task) == lease)
        }
        #expect(chosen == [1, 2, 3, 1, 2, 3])
    }

    @Test func `forward work leaves credit for undos`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a", "u"], credit: 16))
        #expect((0..<16).compactMap { _ in bench.reserve() }.count == 14)
        #expect(!bench.mayReserve())
        #expect(bench.mayReserve("u", .undo))
        #expect((0..<3).map { _ in bench.reserve("u", .undo) } == [1, 1, nil])
        try bench.ready(2, WorkerOffer(actions: ["a"], credit: 1))
        #expect(bench.reserve() == 2)
    }

    @Test func `a commit that failed gives credit, place and token back`() throws {
        let bench = PoolBench()
        let limit = ActionLimit(concurrent: 1, perSecond: 1)
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 1, limits: ["a": limit]))
        for _ in 0..<3 {
            #expect(bench.reserve() == 1 && bench.reserve() == nil)
            bench.cancel(1)
            bench.cancel(1)
            #expect(bench.inUse(1) == 0)
        }
        let lease = try #require(bench.begin())
        bench.cancel(1)
        #expect(bench.inUse(1) == 1 && bench.pool.lease(lease.task) == lease)
    }

    @Test func `a task without a reservation cannot be opened`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"]))
        #expect(bench.reserve() == 1)
        #expect(!bench.open(PoolBench.lease("1", "a", .undo, PoolBench.peer(1))))
        #expect(!bench.open(PoolBench.lease("1", "b", .forward, PoolBench.peer(1))))
        #expect(!bench.open(PoolBench.lease("1")))
        #expect(bench.open(PoolBench.lease("1", "a", .forward, PoolBench.peer(1))))
        #expect(!bench.open(PoolBench.lease("2", "a", .forward, PoolBench.peer(1))) && bench.inUse(1) == 1)
    }

    @Test func `no more tasks are open than there is room for`() throws {
        let bench = PoolBench()
        bench.pool.adopt((1..<EngineLimits.leases).map { PoolBench.lease("t\($0)") }, until: bench.now)
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 10))
        #expect(bench.reserve() == 1 && bench.reserve() == nil)
        #expect(bench.close("t1")?.task == "t1" && bench.close("t1") == nil)
        #expect(bench.reserve() == 1 && bench.reserve() == nil)
    }
}
