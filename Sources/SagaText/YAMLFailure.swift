import Kernel
import SagaModel
import Yams

/// Turns what Yams says about a broken text into a problem with a place and, where it can be told, a way out.
enum YAMLFailure {
    static func problem(_ error: YamlError, _ text: String, _ source: SourceText) -> Problem {
        switch error {
        case .scanner(let context?, let problem, _, _) where problem.contains("unexpected end of stream"):
            return Problem(place(context.mark), "the quote that opens here is never closed")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return Problem(place(mark), message(problem, mark, source))
        case .reader(let problem, let offset, _, _):
            return Problem(place(atByte: offset ?? 0, in: text), "the text is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            return YAMLDuplicates.find(keys, text)
                ?? Problem(place(context.mark), "the key '\(keys.first ?? "")' is repeated; remove one")
        default: return Problem(Place(line: 1, column: 1, path: "$"), "the text is no YAML")
        }
    }

    private static func place(_ mark: Mark) -> Place { Place(line: max(1, mark.line), column: max(1, mark.column), path: "$") }

    private static func place(atByte offset: Int, in text: String) -> Place {
        let before = SourceText(String(decoding: text.utf8.prefix(offset), as: UTF8.self))
        return Place(line: before.lines.count, column: (before.lines.last?.count ?? 0) + 1, path: "$")
    }

    /// What the reader of YAML says, and what helps.
    private static let advice: [(problem: String, message: String)] = [
        ("undefined alias", "anchors and aliases are not supported; put the text in quotes"),
        ("another document", "one file holds one definition; remove what follows '---'"),
        (
            "mapping values are not allowed",
            "YAML cannot read this line: check its indentation, and put a text with ': ' in quotes"
        ),
        ("did not find expected ','", "a ',' or the closing bracket is missing before this"),
        ("did not find expected node content", "a value is missing before this"),
        ("did not find expected key", "YAML cannot read this line: check its indentation and the quotes before it"),
    ]

    private static func message(_ problem: String, _ mark: Mark, _ source: SourceText) -> String {
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
