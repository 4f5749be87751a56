import Kernel
import SagaModel
import Testing

/// Random outcomes over random small graphs: whatever participants and people do, the rules of SAGAS section 5 hold.
@Suite struct SagaWalkTests {
    @Test(arguments: 0..<40)
    func `every walk ends in completed, compensated or stuck, and breaks no rule on the way`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            var walk = SagaWalk(random.next())
            try walk.go()
            let ended = walk.saga.state
            #expect(
                ended.status == .completed || ended.status == .compensated || ended.isStuck, "seed \(seed): \(walk.saga.story)")
            #expect(walk.broken == [], "seed \(seed): \(walk.saga.story)")
        }
    }

    @Test func `AK-01 the fold of the stored events is the live state, at every point of a walk`() throws {
        var random = SplitMix(seed: 77)
        for _ in 0..<100 {
            var walk = SagaWalk(random.next())
            try walk.go()
            let live = walk.saga
            guard case .started(let start) = live.events[0].event else { preconditionFailure("a saga begins with its start") }
            var folded = SagaState(id: live.state.id, definition: live.state.definition, start: start, at: live.events[0].time)
            for (event, time) in live.events.dropFirst() {
                try folded.apply(try SagaEvent(name: event.name, body: try JSON.parse(event.body.bytes)), at: time)
            }
            #expect(folded.view(at: live.now).bytes == live.state.view(at: live.now).bytes)
            #expect(SagaPlan.moves(folded, at: live.now) == live.moves && SagaPlan.wakeUp(folded) == live.wakeUp)
        }
    }
}
