import Kernel
import SagaModel
import Testing

/// The walk over what can happen to a definition, and what it finds when plan or policies are wrong.
@Suite struct DefinitionWalkTests {
    private static func trip(_ retry: Retry = .once) -> Definition {
        Sketch.definition(
            [
                Sketch.step("hotel", retry: retry), Sketch.step("flight", retry: retry),
                Sketch.step("charge", needs: [0, 1], pivot: true, retry: retry),
                Sketch.step("confirm", needs: [2], undo: .nothing, retry: Sketch.patient),
            ], deadline: 1_000)
    }

    @Test func `every path of a trip ends as it may, over steps here and over workers`() {
        for asWorkers in [false, true] {
            let report = DefinitionWalk(Self.trip(Sketch.tries(3)), asWorkers: asWorkers).run()
            #expect(report.isProved, "\(report.violation?.what ?? "")")
            #expect(report.completed > 0 && report.compensated > 0 && report.stuck > 0)
            #expect(report.undone == [true, true, false, false] && report.undoFailed == [true, true, false, false])
            #expect(report.unusedUndos == [])
        }
    }

    @Test func `a saga of one step cannot fail once it is done, so that its undo is never used`() {
        let report = DefinitionWalk(Sketch.definition([Sketch.step("a")])).run()
        #expect(report.isProved && report.unusedUndos == ["a"] && report.findings.isEmpty)
    }
}
