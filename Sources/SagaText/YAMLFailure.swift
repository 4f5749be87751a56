import CYaml
import Kernel
import SagaModel

/// Turns what libyaml says about a broken text into a problem with a place and, where it can be told, a way out.
enum YAMLFailure {
    static func problem(
        _ parser: yaml_parser_t, _ text: UnsafeMutableBufferPointer<UInt8>, _ source: SourceText
    ) -> Problem {
        let problem = parser.problem.map { String(cString: $0) } ?? ""
        switch parser.error {
        case YAML_SCANNER_ERROR where parser.context != nil && problem.contains("unexpected end of stream"):
            return Problem(place(parser.context_mark), "the quote that opens here is never closed")
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            return Problem(place(parser.problem_mark), message(problem, place(parser.problem_mark), source))
        case YAML_READER_ERROR:
            let place = place(after: text.prefix(parser.problem_offset))
            return Problem(place, "the text is no YAML: \(problem)")
        default: return Problem(Place(line: 1, column: 1, path: "$"), "the text is no YAML")
        }
    }

    private static func place(_ mark: yaml_mark_t) -> Place {
        Place(line: Int(mark.line) + 1, column: Int(mark.column) + 1, path: "$")
    }

    private static func place(after bytes: some Collection<UInt8>) -> Place {
        let before = SourceText(String(decoding: bytes, as: UTF8.self))
        return Place(line: before.lines.count, column: (before.lines.last?.count ?? 0) + 1, path: "$")
    }

    /// What the reader of YAML says, and what helps.
    private static let advice: [(problem: String, message: String)] = [
        ("Maximum nesting level", "nested deeper than \(DefinitionLimits.sourceDepth) levels"),
        (
            "mapping values are not allowed",
            "YAML cannot read this line: check its indentation, and put a text with ': ' in quotes"
        ),
        ("did not find expected ','", "a ',' or the closing bracket is missing before this"),
        ("did not find expected node content", "a value is missing before this"),
        ("did not find expected key", "YAML cannot read this line: check its indentation and the quotes before it"),
    ]

    private static func message(_ problem: String, _ mark: Place, _ source: SourceText) -> String {
        let line = source.line(mark.line)
        if line.contains("${") {
            return "YAML cannot read this line; put the whole value in quotes: an expression inside { } or [ ], "
                + "or with ': ' in it, needs them"
        }
        let here = line.unicodeScalars.prefix(mark.column).last.map(String.init) ?? ""
        if here == "\t" || line.hasPrefix("\t") { return "YAML indents with spaces, not with tabs" }
        if problem.contains("cannot start any token") { return "a text that begins with '\(here)' needs quotes" }
        if let advice = advice.first(where: { problem.contains($0.problem) })?.message { return advice }
        return "YAML: " + problem
    }
}
