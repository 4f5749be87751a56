import DemoDomain
import Foundation
import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct DefTests {
    let stage = Stage()

    @Test func `register sends the text and says what it became`() throws {
        stage.files["a.yaml"] = "saga: book-trip\n"
        try stage.answer("def.register", #"{"name":"book-trip","version":2,"warnings":[{"line":3,"column":5,"message":"odd"}]}"#)
        #expect(stage.run("def register a.yaml") == .ok)
        #expect(stage.asked[0].arguments == ["source": "saga: book-trip\n"])
        #expect(stage.output == "✔ registered  book-trip v2\n")
        #expect(stage.talk == "warning: a.yaml:3:5: odd\n")
    }

    @Test func `another content under a known version is a conflict with the difference`() {
        stage.files["a.yaml"] = "saga: book-trip\n"
        stage.refuse("def.register", "conflict", ["message": "version 1 is registered with other content", "diff": "-a\n+b"])
        #expect(stage.run("def register a.yaml") == .conflict)
        #expect(
            stage.talk == """
                skald: a.yaml: conflict: version 1 is registered with other content
                  -a
                  +b
                  next: a registered version never changes: raise `version` in the file and register that

                """)
    }

    @Test func `a definition the server refuses is told problem by problem`() {
        stage.files["-"] = "saga: x\n"
        let problems: JSON = [
            ["line": 1, "column": 7, "message": "no steps"], ["line": 2, "column": 1, "message": "no version"],
        ]
        stage.refuse("def.register", "invalid_definition", ["message": "no steps (1 more)", "problems": problems])
        #expect(stage.run("def register -") == .configuration)
        #expect(
            stage.talk == """
                skald: standard input: invalid definition: 2 problems
                  standard input:1:7: no steps
                  standard input:2:1: no version
                  next: correct it, then: skald def check 'standard input'

                """)
    }

    @Test func `a saga on aggregates of workers is checked when they are named`() {
        stage.files["t.yaml"] = """
            saga: tick
            version: 1
            steps:
              open: { command: ticket.open, key: "${ input.ticket }", undo: none, because: a ticket stays }

            """
        #expect(stage.run("def check t.yaml") == .configuration)
        #expect(stage.output.contains("t.yaml:4:20: there is no aggregate type 'ticket'"))
        #expect(stage.talk == "a type that workers decide for is named: skald def check --remote TYPE t.yaml\n")
        #expect(stage.run("def check t.yaml --remote ticket") == .ok)
        #expect(stage.output.hasPrefix("✔ valid  t.yaml  tick v1") && stage.talk.isEmpty)
    }

    @Test func `definitions are listed`() throws {
        try stage.answer(
            "def.list",
            """
            {"definitions":[
              {"name":"book-trip","version":1,"description":"Hold and charge.","enabled":true,"problems":[],
               "registered":"2026-11-21T14:02:11.004Z"},
              {"name":"order","version":12,"description":null,"enabled":false,"registered":"2026-11-21T14:02:11.004Z",
               "problems":[{"line":4,"column":7,"path":"$.steps","message":"there is no aggregate type 'stock'"}]}]}
            """)
        #expect(stage.run("def list") == .ok)
        #expect(
            stage.output == """
                SAGA       VERSION  STATE     REGISTERED            DESCRIPTION
                book-trip  1                  2026-11-21 14:02:11Z  Hold and charge.
                order      12       disabled  2026-11-21 14:02:11Z

                """)
        #expect(stage.talk == "order v12:4:7: there is no aggregate type 'stock'\n")
        stage.run("def list order")
        #expect(stage.asked[0].arguments == ["name": "order"])
    }

    @Test func `a page of definitions says how to see the next`() throws {
        try stage.answer(
            "def.list", #"{"definitions":[{"name":"a","version":1,"registered":"2026-11-21T14:02:11.004Z"}],"next":"a/1"}"#)
        #expect(stage.run("def list --after 0/1") == .ok)
        #expect(stage.talk == "more: add --after a/1\n")
        #expect(stage.asked[0].arguments == ["after": "0/1"])
    }

    @Test func `a definition is shown as it was written`() throws {
        stage.answer("def.get", .success(["name": "book-trip", "version": 1, "source": "saga: book-trip\n\nversion: 1\n"]))
        #expect(stage.run("def show book-trip --version 1") == .ok)
        #expect(stage.asked[0].arguments == ["name": "book-trip", "version": 1])
        #expect(stage.output == "saga: book-trip\n\nversion: 1\n")
    }

    @Test func `a file that is missing exits 74`() {
        #expect(stage.run("def register nope.yaml") == .io)
        #expect(stage.talk == "skald: cannot read nope.yaml: No such file or directory\n")
    }

    static let good = """
        saga: save
        version: 2
        steps:
          put:
            command: account.deposit
            key: a
            with: { amount: 5 }
            undo: none
            because: an example
        """

    @Test func `check needs no server and knows the aggregates compiled in`() throws {
        stage.aggregates = [Samples.account]
        stage.files["good.yaml"] = Self.good
        #expect(stage.run("def check good.yaml") == .ok)
        #expect(stage.output.hasPrefix("✔ valid  good.yaml  save v2  1 step: 1 waived\n✔ proved  "))
        #expect(stage.connected.isEmpty)
    }

    @Test func `check says how the steps are undone`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas/book-trip.yaml")
        stage.aggregates = DemoDomain.handlers
        stage.files["book-trip.yaml"] = try String(contentsOf: path, encoding: .utf8)
        #expect(stage.run("def check book-trip.yaml") == .ok)
        #expect(stage.output.hasPrefix("✔ valid  book-trip.yaml  book-trip v1  3 steps: 2 undone, pivot charge\n"))
        #expect(stage.run("def check book-trip.yaml --json") == .ok)
        let file = try JSON.parse(stage.output)["files"]?.arrayValue?.first
        #expect(file?["proof"]?["undone"] == ["hotel", "flight"] && file?["proof"]?["pivot"] == "charge")
    }

    @Test func `check tells every problem as file, line and column, and exits 78 (SG-02, DX-15)`() throws {
        stage.aggregates = [Samples.account]
        stage.files["good.yaml"] = Self.good
        stage.files["bad.yaml"] = Self.good.split(separator: "\n").map {
            $0 == "    command: account.deposit" ? "    command: account.depsit" : $0
        }
        .joined(separator: "\n")
        #expect(stage.run("def check good.yaml bad.yaml") == .configuration)
        let lines = stage.output.split(separator: "\n")
        #expect(lines[0] == "✔ valid  good.yaml  save v2  1 step: 1 waived")
        #expect(lines[1].hasPrefix("✔ proved  ") && lines[2].hasPrefix("  walked  "))
        #expect(lines[3] == "✖ invalid  bad.yaml  1 problem")
        #expect(lines[4].hasPrefix("bad.yaml:5:") && lines[4].contains("did you mean 'deposit'?"))
        #expect(lines.count == 5)
        #expect(stage.run("def check bad.yaml --json") == .configuration)
        let document = try JSON.parse(stage.output)
        let problem = document["files"]?.arrayValue?.first?["problems"]?.arrayValue?.first
        #expect(problem?["line"] == 5 && problem?["path"] == "$.steps.put.command")
    }

    @Test func `an inline start carries the definition as data`() throws {
        stage.files["good.yaml"] = Self.good
        try stage.answer("saga.start", #"{"id":"s","state":"completed","existing":false}"#)
        #expect(stage.run(["saga", "start", "--inline", "good.yaml", #"{"n":1}"#]) == .ok)
        #expect(stage.asked[0].arguments["inline"]?["steps"]?["put"]?["with"] == ["amount": 5])
        #expect(stage.asked[0].arguments["input"] == ["n": 1])
        stage.files["bad.yaml"] = "saga: [\n"
        #expect(stage.run("saga start --inline bad.yaml") == .configuration)
        #expect(stage.talk.hasPrefix("skald: bad.yaml is no valid definition: 1 problem\n  bad.yaml:2:"))
    }

    @Test func `a graph is drawn from a file, or from a definition of the server`() throws {
        stage.files["good.yaml"] = Self.good
        #expect(stage.run("def graph good.yaml --format mermaid") == .ok)
        #expect(stage.output == "flowchart LR\n  s0[\"put<br/>account.deposit\"]\n")
        #expect(stage.connected.isEmpty)
        stage.answer("def.get", .success(["name": "save", "version": 2, "source": .string(Self.good)]))
        #expect(stage.run("def graph save --version 2 --format dot") == .ok)
        #expect(stage.asked[0].arguments == ["name": "save", "version": 2])
        #expect(stage.output.hasPrefix("digraph \"save\" {\n"))
        #expect(stage.run("def graph good.yaml") == .ok)
        #expect(stage.output.contains("put") && stage.output.contains("account.deposit"))
        #expect(stage.run("def graph good.yaml --format svg") == .usage)
    }

    @Test func `the format of definitions is printed as JSON Schema`() throws {
        #expect(stage.run("def schema") == .ok)
        let schema = try JSON.parse(stage.output)
        #expect(schema["$schema"] == "http://json-schema.org/draft-07/schema#")
        #expect(stage.connected.isEmpty)
    }
}
