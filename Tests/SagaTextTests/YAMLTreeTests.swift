import Kernel
import SagaModel
import Testing

@testable import SagaText

@Suite struct YAMLTreeTests {
    @Test(
        arguments: [
            ("yes", "yes"), ("no", "no"), ("on", "on"), ("12:30:45", "12:30:45"), ("1_000", "1_000"), ("017", 17), ("0o17", 15),
            ("0x1F", 31),
            ("0xZZ", "0xZZ"), ("+12", 12), ("-0", 0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("+1.5e3", 1500.0),
            ("1e3", 1000.0), ("e3", "e3"),
            (".", "."), ("-", "-"), ("~", .null), ("", .null), ("Null", .null), ("nUll", "nUll"), ("True", true), ("TRUE", true),
            ("tRUE", "tRUE"),
            ("2026-11-21", "2026-11-21"), ("1e", "1e"), ("0o9", "0o9"), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)),
        ] as [(String, JSON)])
    func `plain scalars mean what the core schema of YAML 1.2 says`(_ text: String, _ expected: JSON) {
        #expect(YAMLScalar.resolve(text) == .value(expected))
    }

    @Test(arguments: ["9223372036854775808", "0xFFFFFFFFFFFFFFFFF", "1e999", ".inf", "-.INF", ".nan"])
    func `a number that JSON cannot hold is no number`(_ text: String) {
        #expect(YAMLScalar.resolve(text) == .outOfRange)
    }

    @Test func `quoted scalars are texts`() throws {
        let tree = try YAMLTree.read("a: \"1\"\nb: 'true'\nc: |\n  5\nd: \"\\u0041\"")
        #expect(tree.json == ["a": "1", "b": "true", "c": "5\n", "d": "A"])
    }

    @Test func `columns count characters, and lines end as editors end them`() throws {
        let tree = try DefinitionReader.tree("\u{FEFF}a: 1\r\n\"\u{e9}\u{1F600}\": x\r\nb: [\u{e9}, 2]\r\n")
        #expect(tree.pair("b")?.place == Place(line: 3, column: 1, path: "$.b"))
        #expect(tree.pair("\u{e9}\u{1F600}")?.value.place.column == 7)
        #expect(tree.pair("b")?.value.elements?.last?.place == Place(line: 3, column: 8, path: "$.b[1]"))
    }

    @Test func `nesting is limited`() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
            String(repeating: "{a: ", count: 70) + "1" + String(repeating: "}", count: 70),
        ] {
            #expect(throws: Problem.self) { try YAMLTree.read(text) }
        }
    }

    private func problem(_ text: String) -> Problem? {
        do {
            _ = try YAMLTree.read(text)
            return nil
        } catch { return error }
    }

    @Test func `too deep a nesting is named in our own words`() {
        for text in [String(repeating: "[", count: 100_000), String(repeating: "? ", count: 100_000)] {
            #expect(problem(text)?.message == "nested deeper than 64 levels" || text.hasPrefix("?"))
            #expect(problem(text)?.message.contains("set with") == false)
        }
    }

    @Test(arguments: ["a", "-a", "_", "1", "\u{E9}", "--"])
    func `an anchor ends the reading where it stands, whatever its name, so nothing can grow`(_ name: String) {
        var text = "a0: &\(name)0 [x, x]\n"
        for level in 1..<12 {
            let aliases = Array(repeating: "*\(name)\(level - 1)", count: 8).joined(separator: ", ")
            text += "a\(level): &\(name)\(level) [\(aliases)]\n"
        }
        text += "? *\(name)11 : 1\n"
        let found = problem(text)
        #expect(found?.place.line == 1)
        #expect(found?.message.contains("not supported") == true || name.utf8.count > 1)
    }

    @Test(arguments: ["a: *-x", "- *x", "? *x : 1", "[*x]", "*x", "a: 2 *x\nb: *x", "a: !t *x", "&x a: 1", "a: &x\n  b: 1"])
    func `every anchor and alias is refused`(_ text: String) {
        #expect(problem(text) != nil)
    }

    @Test(arguments: ["a: '*x'", "a: b *x", "a: \"&x\"", "# *x\na: 1", "a: |\n  *x &y\n", "a: b&c"])
    func `an asterisk or an ampersand inside a text is one`(_ text: String) {
        #expect(problem(text) == nil)
    }

    @Test(arguments: ["? [a]\n: 1", "? {a: 1}\n: 1", "[a]: 1", "{ {a: 1}: 2 }"])
    func `a key that is a list or an object is refused`(_ text: String) {
        #expect(problem(text)?.message == "a key is a plain text, not a list or an object")
    }

    @Test func `keys are told apart by their bytes, in YAML as in JSON`() throws {
        #expect(try YAMLTree.read("\u{E9}: 1\ne\u{301}: 2").pairs?.count == 2)
        #expect(try DefinitionReader.tree("{\"\u{E9}\": 1, \"e\u{301}\": 2}").pairs?.count == 2)
        #expect(problem("\u{E9}: 1\n\"\u{E9}\": 2")?.place.line == 2)
    }

    @Test(arguments: ["a: 1\n---\nb: 2", "a: 1\n...\nb: 2", "--- a\n--- b"])
    func `a second document is refused`(_ text: String) {
        #expect(problem(text) != nil)
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "---\n...\n"]) func `an empty text has no definition`(_ text: String) {
        #expect((try? YAMLTree.read(text).pairs) == nil)
    }

    @Test func `hostile texts end in a tree or a problem`() {
        let pieces = [
            "a", ": ", "- ", "\n", "  ", "{", "}", "[", "]", "\"", "'", "#", "&x ", "*x ", "!t ", "|", ">", "${", "\\", "\t",
            "? ", "<<: ", "&-x ", "*-x ", ", ", "\u{e9}", "---\n", "\u{0}",
        ]
        var state: UInt64 = 3
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<14 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            let reading = DefinitionReader.read(source: text, catalog: DemoCatalog())
            #expect(!reading.problems.isEmpty)
        }
    }
}
