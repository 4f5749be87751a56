import Kernel
import Testing

@testable import Engine

@Suite struct TokenBucketTests {
    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    /// Takes whatever there is.
    private func drain(_ bucket: inout TokenBucket, at now: Timestamp) -> Int {
        var count = 0
        while bucket.wait(at: now) == 0 {
            bucket.take(at: now)
            count += 1
        }
        return count
    }

    @Test(arguments: [(0.5, 1, 2_000), (1, 1, 1_000), (3, 3, 334), (10, 10, 100), (2_000, 2_000, 1)])
    func `a burst is one second's worth, at least one, and the next comes after its share of a second`(
        rate: Double, burst: Int, wait: Int64
    ) {
        var bucket = TokenBucket(perSecond: rate, at: time(5))
        let drained = drain(&bucket, at: time(5))
        #expect(drained == burst)
        #expect(bucket.wait(at: time(5)) == wait)
        #expect(bucket.wait(at: time(5 + wait - 1)) == 1)
        #expect(bucket.wait(at: time(5 + wait)) == 0)
    }

    @Test func `over a long time it lets through its rate and one burst`() {
        var bucket = TokenBucket(perSecond: 7, at: time(0))
        let taken = (0...60_000).reduce(0) { count, now in count + drain(&bucket, at: time(Int64(now))) }
        #expect(taken == 7 * 60 + 7)
    }

    @Test func `it never holds more than a burst, however long nothing is taken`() {
        var bucket = TokenBucket(perSecond: 2, at: time(0))
        _ = drain(&bucket, at: time(0))
        #expect(!bucket.isFull(at: time(999)) && bucket.isFull(at: time(1_000)))
        let drained = drain(&bucket, at: time(.max))
        #expect(drained == 2)
    }

    @Test func `a token given back can be taken at once, and fills no more than a burst`() {
        var bucket = TokenBucket(perSecond: 1, at: time(0))
        for _ in 0..<2 {
            bucket.giveBack()
            let drained = drain(&bucket, at: time(0))
            #expect(drained == 1)
        }
    }

    @Test func `another rate forgets nothing of what was used`() {
        var bucket = TokenBucket(perSecond: 1, at: time(0))
        _ = drain(&bucket, at: time(0))
        bucket.retune(perSecond: 10, at: time(500))
        #expect(bucket.wait(at: time(500)) == 50)
        bucket.retune(perSecond: 100, at: time(10_000))
        bucket.retune(perSecond: 4, at: time(20_000))
        let drained = drain(&bucket, at: time(20_000))
        #expect(drained == 4)
    }
}
