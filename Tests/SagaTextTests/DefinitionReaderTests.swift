import Foundation
import Kernel
import SagaModel
import Testing

@testable import SagaText

@Suite struct DefinitionReaderTests {
    private func read(_ source: String) throws -> Definition {
        let reading = DefinitionReader.read(source: source, catalog: DemoCatalog())
        return try #require(reading.definition, "\(reading.problems)")
    }

    private func steps(_ head: String, _ extras: [String]) -> String {
        var text = "saga: s\nversion: 1\n\(head)\nsteps:\n"
        for (index, extra) in extras.enumerated() {
            text += "  s\(index):\n    command: counter.add\n    key: k\n    with: { n: 1 }\n"
            text += extra.split(separator: "\n").map { "    \($0)\n" }.joined()
        }
        return text
    }
    private let waived = "undo: none\nbecause: test\n"

    @Test func `what nobody says is built in`() throws {
        let definition = try read(steps("", ["undo: { command: counter.add, with: { n: -1 } }"]))
        let step = definition.steps[0]
        #expect(definition.attention == 3_600_000)
        #expect(definition.deadline == nil)
        #expect(step.retry == Retry(attempts: 1))
        #expect(step.timeout == 30_000)
        guard case .action(let undo) = step.undo, case .command(let command) = undo.operation else {
            Issue.record("no undo")
            return
        }
        #expect(undo.retry == Retry(attempts: nil, first: 500, factor: 2, cap: 60_000, jitter: .full))
        #expect(undo.timeout == 30_000)
        #expect(command.key == nil)
    }

    @Test func `a retry takes from defaults what it leaves out`() throws {
        let head = "defaults:\n  timeout: 2s\n  retry: { attempts: 4, first: 1s, only: [busy] }\n  undo_retry: { attempts: 9 }"
        let definition = try read(
            steps(
                head,
                [waived, waived + "retry: { attempts: 2, cap: 3s, except: [x] }\ntimeout: 1s", waived + "retry: { for: 1m }"]))
        #expect(definition.steps.map(\.timeout) == [2_000, 1_000, 2_000])
        #expect(definition.steps[0].retry == Retry(attempts: 4, first: 1_000, only: ["busy"]))
        #expect(definition.steps[1].retry == Retry(attempts: 2, first: 1_000, cap: 3_000, except: ["x"]))
        #expect(definition.steps[2].retry == Retry(attempts: 4, first: 1_000, total: 60_000, only: ["busy"]))
    }

    @Test func `a time without a number of attempts means as many as fit in it`() throws {
        #expect(try read(steps("", [waived + "retry: { for: 1m }"])).steps[0].retry == Retry(attempts: nil, total: 60_000))
    }

    @Test func `behind the pivot attempts and for of the defaults do not count`() throws {
        let head = "defaults:\n  retry: { attempts: 4, for: 1m, first: 1s, factor: 1.5, jitter: none }"
        let definition = try read(steps(head, ["pivot: true", "needs: [s0]", "needs: [s1]\nretry: { first: 2s }"]))
        #expect(definition.pivot == 0)
        #expect(definition.steps[0].retry == Retry(attempts: 4, first: 1_000, factor: 1.5, jitter: .none, total: 60_000))
        #expect(definition.steps[1].retry == Retry(attempts: nil, first: 1_000, factor: 1.5, jitter: .none))
        #expect(definition.steps[2].retry == Retry(attempts: nil, first: 2_000, factor: 1.5, jitter: .none))
    }

    @Test func `the fields of a definition are those of its text`() throws {
        let definition = try read(
            """
            saga: fields
            version: 7
            description: all of them
            key: ${ input.id }
            deadline: 15m
            attention: 2d
            input: { required: [id], properties: { id: { type: string } } }
            steps:
              nap: { sleep: 250ms, if: true, optional: true }
              go: { command: acme.ledger.post.entry, key: 3, with: { lines: [] }, expect: 0, needs: [nap], undo: none, because: why not }
            output: { id: "${ input.id }" }
            """)
        #expect(definition.name == "fields")
        #expect(definition.version == 7)
        #expect(definition.summary == "all of them")
        #expect(definition.key == .expression(.member(.input, .literal("id"))))
        #expect(definition.deadline == 900_000)
        #expect(definition.attention == 172_800_000)
        #expect(definition.input?.validate([:]).violations.map(\.description) == ["$.id: is required"])
        let (nap, go) = (definition.steps[0], definition.steps[1])
        guard case .sleep(250) = nap.action, case .command(let command) = go.action, case .waived("why not") = go.undo else {
            Issue.record("\(nap) \(go)")
            return
        }
        #expect(nap.timeout == nil && nap.isOptional && nap.condition == .literal(true))
        #expect(command.aggregate == "acme.ledger" && command.name == "post.entry")
        #expect(command.key == .literal(3) && command.body == .literal(["lines": []]))
        #expect(go.expect == .literal(0) && go.needs == [0] && !go.isPivot)
        #expect(definition.output == .object([.init(key: "id", value: .expression(.member(.input, .literal("id"))))]))
    }

    @Test func `an inline definition has its problems at JSON paths`() {
        let document: JSON = ["saga": "s", "version": 1, "steps": ["a": ["sleep": "1s", "needs": ["b"]], "x y": ["sleep": 5]]]
        let reading = DefinitionReader.read(document, catalog: DemoCatalog())
        #expect(reading.problems.map(\.path) == ["$.steps.a.needs[0]", "$.steps[\"x y\"]", "$.steps[\"x y\"].sleep"])
        #expect(reading.problems.allSatisfy { $0.line == 1 })
        #expect(reading.document == document)
    }

    @Test func `documents that mean the same are equal, whatever they look like`() {
        let yaml = DefinitionReader.read(
            source: "saga: s # here\nversion: 1\nsteps: {a: {sleep: '1s'}}\n", catalog: DemoCatalog())
        let json = DefinitionReader.read(
            source: "\n {\"version\": 1, \"steps\": {\"a\": {\"sleep\": \"1s\"}}, \"saga\": \"s\"}", catalog: DemoCatalog())
        #expect(yaml.definition != nil)
        #expect(yaml.document == json.document)
    }

    @Test func `size, steps and problems are limited`() {
        let long = DefinitionReader.read(
            source: String(repeating: "#", count: DefinitionLimits.sourceBytes + 1), catalog: DemoCatalog())
        #expect(long.problems.first?.message.hasPrefix("a definition is at most") == true)
        let names = (0...DefinitionLimits.steps).map { "  s\($0): { sleep: 1s }\n" }.joined()
        let many = DefinitionReader.read(source: "saga: s\nversion: 1\nsteps:\n" + names, catalog: DemoCatalog())
        #expect(many.problems.map(\.message) == ["a definition has at most 1000 steps, this has 1001"])
        let wrong = DefinitionReader.read(source: (0..<500).map { "k\($0): 1\n" }.joined(), catalog: DemoCatalog())
        #expect(wrong.problems.count == DefinitionLimits.problems)
    }

    @Test func `a thousand steps in a row are read in a moment`() throws {
        let names = (0..<DefinitionLimits.steps).map { "  s\($0): { sleep: 1s\($0 > 0 ? ", needs: [s\($0 - 1)]" : "") }\n" }
            .joined()
        let definition = try read("saga: s\nversion: 1\nsteps:\n" + names)
        #expect(definition.graph.order == Array(0..<DefinitionLimits.steps))
    }

    @Test(
        arguments: [("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000)] as [(String, Int64)]
    )
    func `durations are read and written`(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
        #expect(DurationText.text(milliseconds) == text)
    }

    @Test(arguments: ["", "5", "s", "1.5s", "-1s", "1 s", "1S", "9223372036854775807d", "\u{664}s", "1w"])
    func `what is no duration is not taken for one`(_ text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test func `the shipped definitions are good`() throws {
        let folder = Repository.root.appending(path: "sagas")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(!files.isEmpty)
        for file in files {
            let reading = DefinitionReader.read(
                source: try String(contentsOf: folder.appending(path: file), encoding: .utf8), catalog: DemoCatalog())
            #expect(reading.problems == [])
            #expect(reading.warnings == [])
            #expect(reading.name.map { $0 + ".yaml" } == file)
        }
    }

    @Test func `an integer field takes a whole double, as the server does, and no other`() {
        func problems(_ amount: String) -> [Problem] {
            let source = """
                saga: s
                version: 1
                steps:
                  a: { command: account.deposit, key: k, with: { amount: \(amount) }, undo: none, because: test }
                """
            return DefinitionReader.read(source: source, catalog: DemoCatalog()).problems
        }
        #expect(problems("2.0").isEmpty)
        #expect(problems("2.5").count == 1)
    }
}
