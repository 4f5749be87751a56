import Kernel
import SagaModel
import Testing

@Suite struct SagaAgendaTests {
    /// Runs a saga to rest by agendas, and at the start of each round asks the plan what it would do.
    private func story(_ definition: Definition, _ script: [String: [StepOutcome]]) throws -> [String] {
        var saga = ScriptedSaga(definition)
        saga.script = script
        while true {
            var agenda = SagaAgenda(saga.state, at: saga.now)
            var moves: [SagaMove] = []
            while let move = agenda.next(saga.state) {
                #expect(saga.moves.contains(move), "the plan allows what the agenda says")
                let failures = saga.story.filter { $0.hasPrefix("step.failed") }.count
                let status = saga.state.status
                try saga.perform(move)
                moves.append(move)
                if saga.state.status != status || saga.story.filter({ $0.hasPrefix("step.failed") }).count != failures { break }
                agenda.performed(move, saga.state)
            }
            if moves.isEmpty { return saga.story }
        }
    }

    @Test func `an agenda does what the plan would do, move by move, forward and back`() throws {
        var random = SplitMix(seed: 3)
        for _ in 0..<300 {
            let count = 1 + random.below(9)
            var script: [String: [StepOutcome]] = [:]
            let steps = (0..<count).map { index -> Step in
                let name = "\(random.below(10))x\(index)"
                let needs = (0..<index).filter { _ in random.chance(30) }
                if random.chance(15) { script[name] = [.no] }
                if random.chance(15) { script["undo \(name)"] = [.no] }
                let undo: Undo? = random.chance(20) ? .waived(because: "harmless") : nil
                return Sketch.step(
                    name, needs: needs, if: random.chance(15) ? .literal(false) : nil, undo: undo, optional: random.chance(15))
            }
            let definition = Sketch.definition(steps)
            var planned = ScriptedSaga(definition)
            planned.script = script
            try planned.run()
            let story = try story(definition, script)
            #expect(story.last == planned.story.last && Set(story) == Set(planned.story))
        }
    }

    @Test func `a chain is gone through with one agenda forward and one back`() throws {
        let steps = (0..<200).map { Sketch.step("s\($0)", needs: $0 == 0 ? [] : [$0 - 1]) }
        var saga = ScriptedSaga(Sketch.definition(steps))
        saga.script["s199"] = [.no]
        var agendas = 0
        while true {
            var agenda = SagaAgenda(saga.state, at: saga.now)
            agendas += 1
            var count = 0
            while let move = agenda.next(saga.state) {
                count += 1
                let status = saga.state.status
                try saga.perform(move)
                if saga.state.status != status { break }
                agenda.performed(move, saga.state)
            }
            if count == 0 { break }
        }
        #expect(saga.state.status == .compensated && agendas <= 6)
    }
}
