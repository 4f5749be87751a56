import Kernel
import Testing

@testable import Engine

@Suite struct DeadlinesTests {
    @Test(arguments: 1...20)
    func `the earliest comes first, of equals the one set first, whatever was set and removed`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var deadlines = Deadlines<Int>()
        var naive = NaiveDeadlines<Int>()
        func below(_ bound: UInt64) -> Int64 { Int64(random.next() % bound) }
        var popped = 0
        for _ in 0..<2_000 {
            let key = Int(below(60))
            let time = Timestamp(milliseconds: below(40))
            switch below(8) {
            case 0, 1, 2, 3:
                deadlines.set(key, time)
                naive.set(key, time)
            case 4:
                deadlines.remove(key)
                naive.remove(key)
            default:
                let first = deadlines.popFirst(at: time)
                let expected = naive.popFirst(at: time)
                #expect(first == expected)
                popped += first == nil ? 0 : 1
            }
            #expect(deadlines.first == naive.first && deadlines.count == naive.entries.count)
            #expect(deadlines.contains(key) == naive.contains(key))
        }
        #expect(popped > 100)
    }
}
