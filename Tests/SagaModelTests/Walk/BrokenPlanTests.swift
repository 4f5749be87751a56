import Kernel
import SagaModel
import Testing

/// A walk over plans that are wrong on purpose: each is caught, with a shortest way to show it.
@Suite struct BrokenPlanTests {
    private func violation(
        _ steps: [Step], asWorkers: Bool = false, _ moves: @escaping @Sendable (SagaState, Timestamp) -> [SagaMove]
    ) throws -> (what: String, picture: [String]) {
        let report = DefinitionWalk(Sketch.definition(steps), asWorkers: asWorkers, moves: moves).run()
        #expect(!report.isProved)
        let found = try #require(report.violation)
        return (found.what, SequencePicture(found.path, of: report.definition).lines)
    }

    private static let chain = [Sketch.step("a"), Sketch.step("b", needs: [0]), Sketch.step("c", needs: [1])]

    @Test func `an undo in the wrong order is drawn`() throws {
        let found = try violation(Self.chain) { state, now in
            let owed = state.steps.indices.filter { state.steps[$0].undo.status == .pending }
            return state.status == .compensating && !owed.isEmpty ? [.startUndo(owed[0])] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "the undo of 'a' starts before that of 'b', which depends on it")
        #expect(
            found.picture
                == [
                    "saga                  thing", "  |-- a: do ----------->|", "  |<------ a: done -----|",
                    "  |-- b: do ----------->|", "  |<------ b: done -----|", "  |-- c: do ----------->|",
                    "  |<--- c: refused -----|", "  * turns back: c failed", "  |-- undo a: undo ---->|",
                ])
    }

    @Test func `a step that starts too early is caught`() throws {
        let found = try violation(Self.chain) { state, now in
            state.status == .running && state.steps[1].status == .pending ? [.start(1)] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "step 'b' starts before 'a' is finished")
    }

    @Test func `a step that starts after the turn back is caught`() throws {
        let found = try violation([Sketch.step("a"), Sketch.step("b")], asWorkers: true) { state, now in
            state.status == .compensating && state.steps[0].status == .pending ? [.start(0)] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "step 'a' starts after the saga turned back")
    }

    @Test func `a saga that claims to be compensated and is not is caught`() throws {
        let found = try violation(Self.chain) { state, now in
            state.status == .compensating ? [.compensated] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "the saga is compensated and 'a' is neither undone nor waived")
    }

    @Test func `an undo while a participant still holds a step is caught`() throws {
        let found = try violation([Sketch.step("a"), Sketch.step("b")], asWorkers: true) { state, now in
            let owed = state.steps.indices.filter { state.steps[$0].undo.status == .pending }
            return state.status == .compensating && !owed.isEmpty ? [.startUndo(owed[0])] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what.hasSuffix("starts while a step is still open"))
    }

    @Test func `a roll-back behind the pivot is caught`() throws {
        let steps = [
            Sketch.step("a"), Sketch.step("p", needs: [0], pivot: true),
            Sketch.step("z", needs: [1], undo: .nothing, retry: Sketch.patient),
        ]
        let found = try violation(steps) { state, now in
            state.status == .running && state.steps[2].status == .failed
                ? [.turnBack(.stepFailed, nil)] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "the saga turns back although its pivot is or may be done")
    }

    @Test func `a saga that stops in the middle is caught`() throws {
        let found = try violation(Self.chain) { state, now in
            state.steps[0].status == .completed ? [] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what == "the saga has not ended and nothing can move it")
    }

    @Test func `a move that the fold refuses is caught`() throws {
        let found = try violation(Self.chain) { state, now in
            state.steps[0].status == .completed ? [.start(0)] : SagaPlan.moves(state, at: now)
        }
        #expect(found.what.contains("it cannot be started"))
    }

    @Test func `a finding in JSON names the events on the way`() throws {
        let report = DefinitionWalk(Sketch.definition(Self.chain)) { state, now in
            state.status == .compensating ? [.compensated] : SagaPlan.moves(state, at: now)
        }
        .run()
        let path = try #require(report.json["violation"]?["path"]?.arrayValue)
        #expect(path.compactMap { $0["event"]?.stringValue }.last == "saga.compensated")
        #expect(path.first == ["event": "step.started", "step": "a"])
    }
}
