import Engine
import EventLog
import Kernel
import Testing

/// Participants refuse an epoch lower than one they have seen, so none may ever come again.
@Suite struct EpochTests {
    @Test func `every start has a higher epoch, however fast one follows the other`() throws {
        let harness = try EngineHarness()
        var last: UInt32 = 0
        for _ in 0..<5 {
            #expect(harness.engine.epoch > last)
            last = harness.engine.epoch
            try harness.restart()
        }
        harness.clock.advance(-3_600_000)
        try harness.restart()
        #expect(harness.engine.epoch > last, "a clock that was set back changes nothing")
    }

    @Test func `a store restored from an older backup has a higher epoch than any start since that backup`() throws {
        let lost = try EngineHarness()
        for _ in 0..<50 {
            lost.clock.advance(1000)
            try lost.restart()
        }
        lost.clock.advance(1000)
        // The backup was taken before the first start, so it knows none of those.
        let restored = try EngineHarness(clock: lost.clock)
        #expect(restored.engine.epoch > lost.engine.epoch)
    }
}
