import Kernel
import SagaModel
import Testing

/// SG-11: `expect`, and what the saga tracks from then on.
@Suite struct SagaTrackingTests {
    private func expected(_ saga: ScriptedSaga, _ index: Int) -> UInt64? {
        guard case .call(_, let call) = saga.state.preparation(of: index, at: saga.now) else { return nil }
        return call.expected
    }

    @Test func `SG-11 later steps on the aggregate expect the version the saga's own last step left`() throws {
        let key = Template.literal("shared")
        var saga = ScriptedSaga(
            Sketch.definition([
                Sketch.step("a", key: key, expect: .literal(4)), Sketch.step("b", needs: [0], key: key),
                Sketch.step("c", needs: [1], key: key), Sketch.step("other"),
            ]))
        #expect(expected(saga, 0) == 4 && expected(saga, 3) == nil)
        saga.script = ["a": [.done(result: [:], version: 5)], "b": [.done(result: [:], version: 8)]]
        saga.holding = ["c"]
        try saga.run()
        #expect(saga.step("b").call?.expected == 5 && saga.step("c").call?.expected == 8)
        #expect(saga.step("other").call?.expected == nil)
        #expect(saga.state.trackedVersion(AggregateID("thing", "shared")) == 8)
    }

    @Test func `DX-19 without expect nothing is tracked`() throws {
        let key = Template.literal("shared")
        var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", key: key), Sketch.step("b", needs: [0], key: key)]))
        try saga.run()
        #expect(!saga.state.hasTracking && saga.step("b").call?.expected == nil)
    }

    @Test func `an expect that gives no version fails its step before anything is sent`() throws {
        for value in [JSON.int(-1), "four", .double(1.5)] {
            var saga = ScriptedSaga(Sketch.definition([Sketch.step("a", expect: .literal(value))]))
            try saga.run()
            #expect(saga.step("a").error?.code == "expression" && saga.step("a").call == nil)
        }
    }
}
