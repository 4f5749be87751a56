import Kernel
import Testing

@testable import Engine

@Suite struct WorkerPoolInspectionTests {
    @Test func `counts tell what is in use`() throws {
        let bench = PoolBench()
        try bench.ready(1, WorkerOffer(actions: ["a"], credit: 6))
        try bench.ready(2, WorkerOffer(actions: ["b"], credit: 4))
        _ = bench.begin()
        _ = bench.reserve()
        bench.pool.adopt([PoolBench.lease("o")], until: bench.now)
        #expect(bench.pool.count == 2 && bench.pool.leaseCount == 2 && bench.pool.orphanCount == 1)
        #expect(bench.pool.credit == 10 && bench.pool.creditInUse == 2)
        bench.leave(1)
        #expect(bench.pool.credit == 4 && bench.pool.creditInUse == 0)
    }

    @Test func `a worker is shown with what it said and holds`() throws {
        let bench = PoolBench()
        let limits = ["a": ActionLimit(concurrent: 4, perSecond: 0.5), "other": ActionLimit(concurrent: 1)]
        try bench.ready(3, WorkerOffer(actions: ["b", "a"], aggregates: ["t"], credit: 2, dedupes: true, limits: limits))
        _ = bench.begin()
        bench.pool.heard(PoolBench.peer(3), at: bench.now.advanced(by: 1_500))
        let page = bench.pool.page(after: nil, atMost: 10)
        #expect(page.next == nil)
        #expect(
            page.workers == [
                [
                    "worker": 3, "actions": ["a", "b"], "aggregates": ["t"], "credit": 2, "in_use": 1, "tasks": 1,
                    "heartbeat_ms": 2_500, "dedupes": true, "schema": 1, "since": "1970-01-01T00:16:40.000Z",
                    "heard": "1970-01-01T00:16:41.500Z", "limits": ["a": ["concurrent": 4, "per_second": 0.5]],
                ]
            ])
    }

    @Test func `pages follow one another without a gap, also when a worker leaves in between`() throws {
        let bench = PoolBench()
        for number in [5, 2, 9, 7, 1] { try bench.ready(number, WorkerOffer(actions: ["a"])) }
        let first = bench.pool.page(after: nil, atMost: 2)
        #expect(first.workers.map { $0["worker"] } == [1, 2] && first.next == 2)
        bench.leave(2)
        let second = bench.pool.page(after: first.next, atMost: 3)
        #expect(second.workers.map { $0["worker"] } == [5, 7, 9] && second.next == nil)
    }

    @Test func `a page ends near a megabyte`() throws {
        let bench = PoolBench()
        let actions = (0..<1_000).map { "an-action-with-a-name-as-long-as-names-may-be-in-this-world-\($0)" }
        for number in 1...30 { try bench.ready(number, WorkerOffer(actions: actions)) }
        var (shown, after): (Int, Int?) = (0, nil)
        repeat {
            let page = bench.pool.page(after: after, atMost: 1_000)
            #expect((1..<20).contains(page.workers.count))
            shown += page.workers.count
            after = page.next
        } while after != nil
        #expect(shown == 30)
    }
}
