import Kernel
import SagaModel
import Testing

@testable import SagaText

@Suite struct JSONTreeTests {
    @Test func `a tree holds what the kernel's parser reads`() throws {
        let text = "{ \"a\": [1, -2.5e1, true, null, \"\\u00e9\\n\\ud83d\\ude00\"],\n \"b\": {} , \"c\": [ ] }"
        #expect(try JSONTree.read(text).json == JSON.parse(text))
    }

    @Test func `places are those of the text`() throws {
        let tree = try JSONTree.read("{\n  \"\u{e9}\": 1, \"b\": [ true,\n    \"x\" ] }")
        #expect(tree.pair("b")?.place == Place(line: 2, column: 11, path: "$.b"))
        #expect(tree.pair("b")?.value.elements?[1].place == Place(line: 3, column: 5, path: "$.b[1]"))
        #expect(tree.pair("\u{e9}")?.place == Place(line: 2, column: 3, path: "$[\"\u{e9}\"]"))
    }

    @Test func `the characters of a string are found behind its escapes`() throws {
        let node = try JSONTree.read("\"\u{e9}\\n\\u0041\\ud83d\\ude00xy\"")
        let text = try #require(node.string)
        let columns = text.unicodeScalars.indices.map { node.place(at: text.utf8.distance(from: text.startIndex, to: $0)).column }
        #expect(columns == [2, 3, 5, 11, 23, 24])
    }

    @Test(arguments: [
        ("{\"a\": 1, \"a\": 2}", 10, "the key 'a' is repeated; remove one"), ("{\"a\" 1}", 6, "':' is missing after the key 'a'"),
        ("[1 2]", 4, "',' or ']' is missing"),
        ("{\"a\": }", 7, "a value is missing"), ("[01]", 2, "a leading zero"),
        ("[\"a]", 2, "the string that begins here does not end on its line"),
        ("{} x", 4, "unexpected text after the definition"), ("{a: 1}", 2, "a key in double quotes is missing"),
        ("[\"\\q\"]", 4, "unknown escape"),
        ("[tru]", 2, "not a JSON value"), ("[1e999]", 2, "a number beyond a double"), ("[", 2, "a value is missing"),
    ])
    func `what is no JSON is refused at its place`(_ text: String, _ column: Int, _ message: String) {
        #expect(throws: Problem(Place(line: 1, column: column, path: "$"), message)) {
            do throws(Problem) { _ = try JSONTree.read(text) } catch {
                throw Problem(Place(line: error.line, column: error.column, path: "$"), error.message)
            }
        }
    }

    @Test func `nesting is limited`() {
        #expect(throws: Problem.self) { try JSONTree.read(String(repeating: "[", count: 100_000)) }
    }

    @Test func `hostile texts end in a tree or a problem`() {
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", ":", ",", "a", "1", "-", "\n", " ", "\\u00", "\\ud83d", "${", "null", "\u{e9}",
            "\u{0}",
        ]
        var state: UInt64 = 5
        for _ in 0..<10_000 {
            var text = "{\"saga\":"
            for _ in 0..<10 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            #expect(DefinitionReader.read(source: text, catalog: DemoCatalog()).definition == nil)
        }
    }
}
