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

    @Test func `hostile texts end in a tree or a problem`() {
        let pieces = [
            "a", ": ", "- ", "\n", "  ", "{", "}", "[", "]", "\"", "'", "#", "&x ", "*x ", "!t ", "|", ">", "${", "\\", "\t",
            "? ", "<<: ", "\u{e9}", "---\n", "\u{0}",
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
