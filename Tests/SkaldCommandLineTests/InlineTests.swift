import Kernel
import SagaModel
import SagaText
import Testing

@testable import SkaldCommandLine

/// A server refuses an inline definition as compact JSON; a person wrote it in a file.
@Suite struct InlineTests {
    private static let source = """
        saga: bad
        version: 1
        steps:
          "a b":
            command: account.deposit
          c:
            command: account.deposit
            key: "x ${ inpt.a }"
            with: { amount: '${ steps.nope.result }', list: [1, "${ 1 + }"] }
            undo: none
            because: >-
              folded ${ x }
              over lines
        """

    private let stage = Stage()

    /// As a server would refuse the file.
    private func refuse(_ source: String) throws -> [Problem] {
        let document = try DefinitionReader.document(source)
        let problems = DefinitionReader.read(document, catalog: UncheckedCatalog()).problems
        stage.refuse(
            "saga.start", "invalid_definition",
            ["message": "the definition is refused: 1:34: …", "problems": .array(problems.map(\.json))])
        stage.files["bad.yaml"] = source
        return DefinitionReader.read(source: source, catalog: UncheckedCatalog()).problems
    }

    @Test func `each problem is told at its line and column of the file, as def check tells it`() throws {
        let problems = try refuse(Self.source)
        #expect(problems.count > 3)
        #expect(stage.run("saga start --inline bad.yaml {}") == .configuration)
        let told = stage.talk.split(separator: "\n").map { String($0) }
        #expect(told.first == "skald: start of bad: invalid definition: \(problems.count) problems")
        #expect(told.dropFirst().dropLast() == problems.map { "  bad.yaml:\($0)" }[...])
        #expect(told.last == "  next: correct it, then: skald def check bad.yaml")
    }

    @Test func `so they are with --json`() throws {
        let problems = try refuse(Self.source)
        #expect(stage.run("saga start --inline bad.yaml {} --json") == .configuration)
        let error = try #require(try JSON.parse(stage.output)["error"])
        #expect(error["problems"] == .array(problems.map(\.json)))
        #expect(error["message"]?.stringValue?.hasPrefix("the definition is refused: bad.yaml:\(problems[0])") == true)
    }

    @Test func `a file in JSON has lines and columns too`() throws {
        let source = "{\n  \"saga\": \"bad\",\n  \"version\": 1,\n  \"steps\": {\"a\": {\"comand\": \"x\"}}\n}"
        let problems = try refuse(source)
        #expect(stage.run("saga start --inline bad.yaml {}") == .configuration)
        for problem in problems { #expect(problem.line == 4 && stage.talk.contains("  bad.yaml:\(problem)\n")) }
    }

    @Test func `a problem of a place the file does not have stays as it was told`() {
        stage.files["bad.yaml"] = Self.source
        let problem: JSON = ["line": 1, "column": 7, "path": "$.steps.x", "message": "odd"]
        stage.refuse("saga.start", "invalid_definition", ["message": "refused", "problems": [problem]])
        #expect(stage.run("saga start --inline bad.yaml {}") == .configuration)
        #expect(stage.talk.contains("  bad.yaml:1:7: odd\n"))
        stage.refuse("saga.start", "not_found", ["message": "nothing there"])
        #expect(stage.run("saga start --inline bad.yaml {}") == .notFound)
    }
}
