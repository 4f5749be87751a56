import Kernel
import Testing

@testable import Engine

/// Random lives of a pool beside the naive one: the same answers, and nothing lost, doubled or over its limit.
@Suite struct WorkerPoolModelTests {
    @Test(arguments: 1...40)
    func `whatever happens in whatever order, the pool does what counting everything anew would do`(seed: UInt64) throws {
        var life = PoolLife(seed: seed)
        for _ in 0..<1_500 {
            try life.step()
            life.check()
        }
        #expect(life.opened > 50 && life.lost > 5 && life.claimed > 5 && life.throttled > 0)
    }
}
