import Kernel
import SagaModel
import Yams

/// Turns what Yams says about a broken text into a problem with a place and, where it can be told, a way out.
enum YAMLFailure {
    static func problem(_ error: YamlError, _ text: String, _ source: SourceText) -> Problem {
        switch error {
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

    private static func message(_ problem: String, _ mark: Mark, _ source: SourceText) -> String {
        let line = source.line(mark.line)
        if line.contains("${") {
            return "YAML cannot read this line; put the whole value in quotes: an expression inside { } or [ ], "
                + "or with ': ' in it, needs them"
        }
        let before = line.unicodeScalars.prefix(mark.column).last
        if problem.contains("cannot start any token"), before == "\t" || line.hasPrefix("\t") {
            return "YAML indents with spaces, not with tabs"
        }
        if problem.contains("found undefined alias") { return "anchors and aliases are not supported; put the text in quotes" }
        if problem.contains("found another document") { return "one file holds one definition; remove what follows '---'" }
        return "YAML: " + problem
    }
}
