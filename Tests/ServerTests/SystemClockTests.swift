import Kernel
import Synchronization
import Testing

@testable import Server

/// A wall clock and an uptime that the test moves.
private final class Hands: Sendable {
    let wall = Mutex<Int64>(1_000_000)
    let uptime = Mutex<Int64>(5_000)

    /// Lets time pass, on a wall clock that is set by `jump` beside that.
    func pass(_ milliseconds: Int64, jump: Int64 = 0) {
        wall.withLock { $0 += milliseconds + jump }
        uptime.withLock { $0 += milliseconds }
    }

    func clock(floor: Int64 = .min) -> SystemClock {
        SystemClock(
            floor: Timestamp(milliseconds: floor), wall: { self.wall.withLock { $0 } }, uptime: { self.uptime.withLock { $0 } })
    }
}

@Suite struct SystemClockTests {
    private let hands = Hands()

    @Test func `it tells the wall clock's time, also after a jump forwards`() {
        let clock = hands.clock()
        #expect(clock.now().milliseconds == 1_000_000)
        hands.pass(250)
        #expect(clock.now().milliseconds == 1_000_250)
        hands.pass(10, jump: 86_400_000)
        #expect(clock.now().milliseconds == 87_400_260)
    }

    @Test func `when the wall clock is set back time goes on, slower, until it has caught up`() {
        let clock = hands.clock()
        hands.pass(0, jump: -3_600_000)
        #expect(clock.now().milliseconds == 1_000_000)
        hands.pass(16_000)
        #expect(clock.now().milliseconds == 1_015_000)
        hands.pass(16 * 3_600_000)
        #expect(clock.now().milliseconds == hands.wall.withLock { $0 })
        hands.pass(7)
        #expect(clock.now().milliseconds == hands.wall.withLock { $0 })
    }

    @Test func `many short steps lose nothing`() {
        let clock = hands.clock()
        hands.pass(0, jump: -3_600_000)
        var last = clock.now()
        for _ in 1...16_000 {
            hands.pass(1)
            let now = clock.now()
            #expect(now >= last)
            last = now
        }
        #expect(last.milliseconds == 1_015_000)
    }

    @Test func `it begins where the store ends, and goes on from there`() {
        let clock = hands.clock(floor: 2_000_000)
        #expect(clock.now().milliseconds == 2_000_000)
        hands.pass(1_600)
        #expect(clock.now().milliseconds == 2_001_500)
    }
}
