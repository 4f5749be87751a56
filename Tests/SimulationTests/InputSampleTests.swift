import Kernel
import SagaModel
import SagaText
import Testing

@testable import Simulation

@Suite struct InputSampleTests {
    private func sample(_ schema: String) throws -> JSON? {
        let text = "saga: s\nversion: 1\ninput: \(schema)\nsteps: { a: { sleep: 1s } }\n"
        let reading = DefinitionReader.read(source: text, catalog: Nothing())
        return InputSample.make(for: try #require(reading.definition, "\(reading.problems)"))
    }

    @Test func `an input is made up that fits the schema`() throws {
        #expect(
            try sample(
                """
                { type: object, required: [a, b, c, d, e], properties: {
                    a: { type: string, minLength: 3 }, b: { type: integer, minimum: 7 }, c: { enum: [x, y] },
                    d: { type: array, minItems: 2, items: { type: boolean } },
                    e: { type: object, required: [n], properties: { n: { type: number, exclusiveMinimum: 2 } } },
                    f: { type: string, maxLength: 2, default: ok } } }
                """) == [
                    "a": "axx", "b": 7, "c": "x", "d": [true, true], "e": ["n": 3], "f": "ok",
                ])
    }

    @Test func `where a text must fit a pattern somebody else has to give one`() throws {
        let schema = #"{ type: object, required: [a], properties: { a: { type: string, pattern: "^[0-9]{5}$" } } }"#
        #expect(try sample(schema) == nil)
    }

    @Test func `results have what expressions read of them`() throws {
        let text = """
            saga: s
            version: 1
            steps:
              a:
                command: x.y
                key: k
                undo: { command: x.z, with: { id: "${ steps.a.result.order.id }", n: "${ steps.a.result.n ?? 1 }" } }
              b: { command: x.w, key: "${ steps.a.result.key }", needs: [a], undo: none, because: test }
            """
        let reading = DefinitionReader.read(source: text, catalog: Nothing())
        let participants = TortureParticipants(readBy: try #require(reading.definition, "\(reading.problems)"))
        #expect(participants.command("x.y").results == [["order": ["id": "a-id"], "n": "a-n", "key": "a-key"]])
        #expect(participants.command("x.w").results == [[:]] && participants.command("no.body").refuses == ["refused"])
    }
}

private struct Nothing: AggregateCatalog {
    var aggregateTypes: [String] { [] }
    func commandNames(of type: String) -> [String] { [] }
    func find(_ command: String, of type: String) -> CommandFinding { .unchecked }
}
