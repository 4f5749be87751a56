import Kernel
import Testing

@testable import Engine

/// Heartbeats both ways, and the grace of orphans.
@Suite struct WorkerPoolTimeTests {
    private func offer(_ heartbeat: Int64) -> WorkerOffer { WorkerOffer(actions: ["a"], heartbeat: heartbeat) }

    @Test func `three silent intervals and a worker is lost with what it held`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(200))
        let lease = try #require(bench.begin())
        bench.pass(599)
        #expect(bench.silent().isEmpty && bench.isReady(1))
        bench.heard(1)
        bench.pass(599)
        #expect(bench.silent().isEmpty)
        bench.pass(1)
        let lost = bench.silent()
        #expect(lost.map(\.peer) == [PoolBench.peer(1)] && lost.map(\.leases) == [[lease]])
        #expect(!bench.isReady(1) && bench.wait == nil && bench.pool.leaseCount == 0)
        bench.heard(1)
        #expect(!bench.isReady(1) && bench.wait == nil)
    }

    @Test func `the longest silent are lost first`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(300))
        try bench.ready(2, offer(200))
        try bench.ready(3, offer(100))
        bench.pass(700)
        #expect(bench.silent().map(\.peer.number) == [3, 2])
    }

    @Test func `the server's heartbeats keep each worker's own interval`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(100))
        try bench.ready(2, offer(250))
        var sent: [String] = []
        for now in 0...500 {
            bench.heard(1)
            sent += bench.heartbeatsDue().map { "\($0)@\(now)" }
            bench.pass(1)
        }
        #expect(sent == ["1@100", "1@200", "2@250", "1@300", "1@400", "2@500", "1@500"])
    }

    @Test func `it wakes up for what comes first`() throws {
        let bench = PoolBench()
        #expect(bench.pool.wakeUp == nil)
        bench.pool.adopt([PoolBench.lease("1"), PoolBench.lease("2")], until: bench.now.advanced(by: 500))
        #expect(bench.wait == 500)
        try bench.ready(1, offer(400))
        #expect(bench.wait == 400)
        bench.pass(450)
        #expect(bench.heartbeatsDue() == [1])
        #expect(bench.wait == 50)
        bench.pass(50)
        #expect(bench.expiredOrphans() == [PoolBench.lease("1"), PoolBench.lease("2")])
        #expect(bench.wait == 350)
    }

    @Test func `an orphan that is claimed or answered in time does not expire`() throws {
        let bench = PoolBench()
        let leases = ["1", "2", "3"].map { PoolBench.lease($0) }
        bench.pool.adopt(leases, until: bench.now.advanced(by: 10))
        bench.pool.adopt(leases, until: bench.now.advanced(by: 20))
        #expect(bench.pool.orphanCount == 3 && bench.pool.leaseCount == 3)
        try bench.ready(1, WorkerOffer(actions: ["a"], holding: ["2"]))
        #expect(bench.close("1") == leases[0])
        bench.pass(9)
        #expect(bench.expiredOrphans() == [])
        bench.pass(1)
        #expect(bench.expiredOrphans() == [leases[2]])
        #expect(bench.pool.lease("2")?.peer == PoolBench.peer(1) && bench.pool.leaseCount == 1)
    }

    @Test func `a wall clock set back delays no heartbeat`() throws {
        let bench = PoolBench()
        try bench.ready(1, offer(100))
        bench.pass(-3_600_000)
        #expect(bench.heartbeatsDue() == [] && bench.wait == 100)
        bench.pass(100)
        #expect(bench.heartbeatsDue() == [1] && bench.silent().isEmpty)
        bench.pass(200)
        #expect(bench.silent().count == 1)
    }
}
