import Kernel
import Testing

@testable import Engine

@Suite struct SteadyTimeTests {
    @Test func `a wall clock set back stops nothing`() {
        var time = SteadyTime()
        func wall(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
        time.advance(to: wall(1_000))
        time.advance(to: wall(400))
        #expect(time.now == wall(1_000))
        time.advance(to: wall(450))
        #expect(time.now == wall(1_050) && time.wall(wall(1_100)) == wall(500) && time.steady(wall(500)) == wall(1_100))
        time.advance(to: wall(300))
        time.advance(to: wall(310))
        #expect(time.now == wall(1_060))
    }
}
