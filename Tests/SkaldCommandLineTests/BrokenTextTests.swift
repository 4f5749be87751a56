import Kernel
import SagaModel
import SagaText
import Testing

@testable import Simulation
@testable import SkaldCommandLine

/// What people read when a promise is broken, which no shipped plan does.
@Suite struct BrokenTextTests {
    private static func definition() throws -> Definition {
        let text = """
            saga: pair
            version: 3
            steps:
              a: { command: x.do, key: k, undo: { command: x.undo } }
              b: { command: x.do, key: k, needs: [a], undo: { command: x.undo } }
            """
        let reading = DefinitionReader.read(source: text, catalog: UncheckedCatalog())
        return try #require(reading.definition, "\(reading.problems)")
    }

    @Test func `a broken promise is told with the way there`() throws {
        let report = DefinitionWalk(try Self.definition()) { state, now in
            state.status == .compensating ? [.compensated] : SagaPlan.moves(state, at: now)
        }
        .run()
        let lines = WalkText(report: report, pictures: .none).lines(.plain)
        #expect(lines.first == "✖ broken  the saga is compensated and 'a' is neither undone nor waived")
        #expect(lines.last == "    * compensated" && lines.contains { $0.contains("|-- a: do --") })
    }

    @Test func `a walk that was too large is no proof`() throws {
        let report = DefinitionWalk(try Self.definition(), limit: 3).run()
        let lines = WalkText(report: report, pictures: .none).lines(.plain)
        #expect(lines.first?.hasPrefix("? not proved  beyond ") == true)
        #expect(lines.first?.hasSuffix("; up to there every path ends as it may") == true)
    }

    @Test func `a torture that breaks something prints the one command that does it again`() throws {
        let points = [
            TorturePoint(step: 0, isUndo: true, fault: .late), TorturePoint(step: 1, isUndo: false, fault: .unknownForEver),
        ]
        var report = TortureReport(try Self.definition(), points, 5..<25)
        report.runs = 77
        report.failure = TortureFailure(what: "the saga waits and nothing will come", seed: 11, faults: points)
        let text = TortureText(report: report, path: "pair.yaml") { "skald def torture pair.yaml --seed \($0) --seeds \($1)" }
        #expect(
            text.lines(.plain) == [
                "✖ broken  pair.yaml  pair v3  run 77: the saga waits and nothing will come",
                "  faults   undo a late, b unknown_for_ever", "  again    skald def torture pair.yaml --seed 11 --seeds 1",
            ])
        #expect(report.json["survived"] == false && report.json["failure"]?["seed"] == 11)
        #expect(report.json["failure"]?["faults"] == ["undo a late", "b unknown_for_ever"])
    }
}
