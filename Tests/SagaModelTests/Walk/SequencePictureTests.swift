import Kernel
import SagaModel
import Testing

@Suite struct SequencePictureTests {
    private static let booking: Definition = {
        func step(_ name: String, _ type: String, needs: [Int] = [], undo: String? = nil) -> Step {
            let reverse = undo.map {
                Undo.action(
                    UndoAction(
                        command: CommandTemplate(aggregate: type, name: $0, key: nil, body: nil), retry: .forever, timeout: nil))
            }
            return Step(
                name: name, needs: needs, condition: nil,
                action: .command(CommandTemplate(aggregate: type, name: "book", key: .literal("k"), body: nil)),
                undo: reverse ?? .nothing, isPivot: undo == nil, isOptional: false, retry: .once, timeout: nil, expect: nil)
        }
        return Sketch.definition([
            step("room", "hotel", undo: "release"), step("pay", "card", needs: [0]),
        ])
    }()

    private func picture(asWorkers: Bool = false) throws -> SequencePicture {
        let report = DefinitionWalk(Self.booking, asWorkers: asWorkers).run()
        let found = try #require(report.findings.first { $0.step == 0 })
        return SequencePicture(found.path, of: report.definition)
    }

    @Test func `the shortest way to a stuck saga is drawn in lanes`() throws {
        #expect(
            try picture().lines == [
                "saga                        hotel   card",
                "  |-- room: book ------------>|       |",
                "  |<--------- room: done -----|       |",
                "  |-- pay: book --------------------->|",
                "  |<------- pay: refused -------------|",
                "  * turns back: pay failed",
                "  |-- undo room: release ---->|       |",
                "  |<- undo room: refused -----|       |",
                "  * stuck on room: a person decides",
            ])
    }

    @Test func `the same way as a Mermaid sequence diagram`() throws {
        #expect(
            try picture().mermaid == """
                sequenceDiagram
                  participant saga
                  participant p0 as hotel
                  participant p1 as card
                  saga->>p0: room: book
                  p0-->>saga: room: done
                  saga->>p1: pay: book
                  p1-->>saga: pay: refused
                  Note over saga: turns back: pay failed
                  saga->>p0: undo room: release
                  p0-->>saga: undo room: refused
                  Note over saga: stuck on room: a person decides

                """)
    }

    @Test func `with workers the shortest way is an answer that never came`() throws {
        #expect(try picture(asWorkers: true).mermaid.contains("p0-->>saga: room: no answer, maybe done"))
    }
}
