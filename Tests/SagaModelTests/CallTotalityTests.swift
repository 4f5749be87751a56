import Kernel
import SagaModel
import Testing

/// Random sagas with calls and probes: no state is left without somebody or something that moves it, and no event gets in where
/// it does not belong.
@Suite struct CallTotalityTests {
    private static func replay(_ walk: SagaWalk, _ body: (SagaState, Timestamp) throws -> Void) throws {
        guard case .started(let start) = walk.saga.events[0].event else { return }
        var state = SagaState(id: "s-1", definition: walk.saga.state.definition, start: start, at: walk.saga.events[0].time)
        for (event, time) in walk.saga.events.dropFirst() {
            try body(state, time)
            try state.apply(event, at: time)
        }
        try body(state, walk.saga.now)
    }

    @Test func `DX-11 a probe and more time are recorded only where somebody may be asked or holds the attempt`() throws {
        var random = SplitMix(seed: 5)
        var (probed, extended) = (0, 0)
        for _ in 0..<300 {
            var walk = SagaWalk(random.next())
            try walk.go()
            try Self.replay(walk) { state, time in
                for (index, step) in state.definition.steps.enumerated() {
                    let now = state.steps[index]
                    var after = state
                    let mayAsk = now.status == .unknown && !now.probe.isOpen && step.probe != nil && state.status == .running
                    let isAsked = (try? after.apply(.stepProbed(step: step.name, attempt: 9, due: 1), at: time)) != nil
                    #expect(isAsked == mayAsk)
                    if isAsked { probed += 1 }
                    for direction in Direction.allCases {
                        for attempt in 0..<4 {
                            var after = state
                            let event = SagaEvent.attemptExtended(
                                step: step.name, direction: direction, attempt: attempt, due: time.milliseconds + 1)
                            let isTaken = (try? after.apply(event, at: time)) != nil
                            #expect(isTaken == (!state.isEnded && state.holds(index, direction, attempt)))
                            if isTaken { extended += 1 }
                        }
                    }
                }
            }
        }
        #expect(probed > 50 && extended > 500, "\(probed) \(extended)")
    }

    @Test func `a saga at rest has a holder, a timer, an offer or a person, and no timer spins`() throws {
        var random = SplitMix(seed: 6)
        var (timers, offered) = (0, 0)
        for _ in 0..<300 {
            var walk = SagaWalk(random.next())
            try walk.go()
            #expect(walk.broken == [])
            try Self.replay(walk) { state, time in
                let own = SagaPlan.moves(state, at: time).filter { state.offer(for: $0, at: time) == nil }
                guard !state.isEnded, own.isEmpty else { return }
                #expect(SagaRules.brokenAtRest(state) == nil)
                offered += SagaPlan.offers(state, at: time).isEmpty ? 0 : 1
                guard let due = SagaPlan.wakeUp(state, after: time) else { return }
                timers += 1
                #expect(due > time.milliseconds)
                let then = SagaPlan.moves(state, at: Timestamp(milliseconds: due))
                #expect(then != SagaPlan.moves(state, at: time), "a timer comes and there is nothing new to do")
            }
        }
        #expect(timers > 100 && offered > 100, "\(timers) \(offered)")
    }
}
