import Kernel
import Testing

@testable import Engine

/// What workers ask not to be exceeded, over all of them together.
@Suite struct WorkerPoolLimitTests {
    private func offer(
        _ concurrent: Int? = nil, _ perSecond: Double? = nil, credit: Int = 100, holding: [String] = []
    ) -> WorkerOffer {
        WorkerOffer(
            actions: ["a", "b"], credit: credit, heartbeat: 60_000, holding: holding,
            limits: ["a": ActionLimit(concurrent: concurrent, perSecond: perSecond)])
    }

    @Test func `the smallest number declared counts, over all workers and both lanes`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(5))
        try bench.ready(2, offer(3))
        try bench.ready(3, offer())
        #expect([bench.reserve(), bench.reserve("a", .undo), bench.reserve()].allSatisfy { $0 != nil })
        #expect(bench.reserve() == nil && bench.reserve("a", .undo) == nil && bench.reserve("b") != nil)
    }

    @Test func `a limit goes with the worker that declared it, and changes with its next ready`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer())
        try bench.ready(2, offer(1))
        let lease = try #require(bench.begin())
        #expect(lease.peer?.number == 1 && bench.reserve() == nil)
        try bench.ready(2, offer(2))
        #expect(bench.reserve() != nil && bench.reserve() == nil)
        bench.leave(2)
        #expect(bench.reserve() == 1 && bench.reserve() == 1)
    }

    @Test func `what is held counts though nobody has claimed it`() throws {
        let bench = PoolBench()
        bench.pool.adopt([PoolBench.lease("1"), PoolBench.lease("2")], until: bench.now.advanced(by: 50))
        try bench.ready(1, offer(2))
        #expect(bench.reserve() == nil)
        try bench.ready(1, offer(2, holding: ["1"]))
        #expect(bench.reserve() == nil)
        bench.pass(50)
        #expect(bench.expiredOrphans().map(\.task) == ["2"])
        #expect(bench.reserve() == 1 && bench.reserve() == nil)
    }

    @Test func `an action held back by its rate alone wakes up exactly when there is a token`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(nil, 3))
        try bench.ready(2, offer(nil, 10))
        #expect((0..<4).map { _ in bench.reserve() != nil } == [true, true, true, false])
        #expect(bench.wait == 334)
        bench.pass(333)
        #expect(bench.refilled() == [] && !bench.mayReserve("a", .undo))
        bench.pass(1)
        #expect(bench.refilled() == ["a"] && bench.refilled() == [])
        #expect(bench.reserve() != nil && bench.reserve() == nil)
    }

    @Test func `an action held back by something else does not wake anybody`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(1, 1, credit: 1))
        let lease = try #require(bench.begin())
        #expect(bench.reserve() == nil && bench.wait == 60_000)
        bench.close(lease.task)
        #expect(bench.reserve() == nil && bench.wait == 1_000)
        bench.pass(1_000)
        #expect(bench.reserve() == 1 && bench.wait == 59_000)
    }

    @Test func `who waits for a rate waits for the new one, and for none when nobody offers the action`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(nil, 1))
        #expect(bench.reserve() != nil && bench.reserve() == nil)
        try bench.ready(1, offer(nil, 10))
        #expect(bench.wait == 100)
        try bench.ready(1, offer())
        #expect(bench.wait == 0 && bench.refilled() == ["a"] && bench.reserve() == 1)
        try bench.ready(1, offer(nil, 1))
        #expect(bench.reserve() == nil)
        bench.leave(1)
        #expect(bench.wait == nil && bench.refilled() == [])
    }

    @Test func `a token given back is there for who waits`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(nil, 1))
        #expect(bench.reserve() == 1 && bench.reserve() == nil)
        bench.cancel(1)
        #expect(bench.wait == 0 && bench.refilled() == ["a"])
    }

    @Test func `a worker that comes back does not bring a new burst`() throws {
        let bench = PoolBench()
        for _ in 0..<3 {
            try bench.ready(1, offer(nil, 2))
            while let lease = bench.begin() { bench.close(lease.task) }
            bench.leave(1)
        }
        try bench.ready(1, offer(nil, 2))
        #expect(bench.reserve() == nil)
        bench.pass(500)
        #expect(bench.reserve() == 1 && bench.reserve() == nil)
    }

    @Test func `rates of actions that nobody offers any more are not remembered without end`() throws {
        let bench = PoolBench()
        for turn in 0..<(2 * EngineLimits.rememberedRates + 9) {
            let limits = ["a\(turn)": ActionLimit(perSecond: 0.001)]
            try bench.ready(1, WorkerOffer(actions: ["a\(turn)"], limits: limits))
            #expect(bench.begin("a\(turn)") != nil)
            bench.leave(1)
            #expect(bench.pool.desks.count <= EngineLimits.rememberedRates + 1)
        }
        #expect(bench.pool.desks.count < 20)
    }
}
