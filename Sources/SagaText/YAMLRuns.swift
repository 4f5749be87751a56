import SagaModel

/// Finds where the characters of a YAML scalar stand in the text, through quotes, escapes and folded lines.
///
/// Follows the source beside the value that YAML made of it. Where the two can no longer be matched, the last known
/// place stands for the rest: a message then points a little early, never wrong.
struct YAMLRuns {
    private let source: SourceText
    private let isDoubleQuoted: Bool
    private let isSingleQuoted: Bool
    private var line: Int
    private var column: Int
    private var runs: [TextRun] = []
    private var offset = 0

    /// `line` and `column` are those of the scalar's mark.
    static func find(_ value: String, in source: SourceText, line: Int, column: Int) -> [TextRun] {
        var runs = YAMLRuns(source: source, line: line, column: column)
        for scalar in value.unicodeScalars {
            guard runs.step(scalar) else { break }
        }
        return runs.runs
    }

    private init(source: SourceText, line: Int, column: Int) {
        self.source = source
        self.line = line
        self.column = column
        let first = source.scalar(line: line, column: column)
        isDoubleQuoted = first == "\""
        isSingleQuoted = first == "'"
        if isDoubleQuoted || isSingleQuoted { self.column += 1 }
        // A block scalar's header: its text begins on the next line.
        if first == "|" || first == ">" { nextLine() }
        mark()
    }

    private var current: Unicode.Scalar? { source.scalar(line: line, column: column) }
    private var isAtLineEnd: Bool { current == nil }
    private mutating func mark() { runs.append(TextRun(offset: offset, line: line, column: column)) }

    private mutating func nextLine() {
        line += 1
        column = 1
        while current == " " || current == "\t" { column += 1 }
    }

    /// Moves over what one character of the value was written as; false when the two no longer match.
    private mutating func step(_ scalar: Unicode.Scalar) -> Bool {
        skipWhatMadeNothing(scalar)
        defer { offset += UTF8.width(scalar) }
        if isDoubleQuoted, current == "\\" { return escape(scalar) }
        if isSingleQuoted, scalar == "'", current == "'" {
            column += 2
            markNext(scalar)
            return true
        }
        if let current, current == scalar, !(scalar == " " && isRestBlank) {
            column += 1
            return true
        }
        guard scalar == " " || scalar == "\n", isRestBlank, line < source.lines.count else { return false }
        nextLine()
        markNext(scalar)
        return true
    }

    /// Folding turns n + 1 breaks into n, and a backslash before a break takes both away.
    private mutating func skipWhatMadeNothing(_ scalar: Unicode.Scalar) {
        let start = line
        while line < source.lines.count {
            let isJoined = isDoubleQuoted && current == "\\" && source.scalar(line: line, column: column + 1) == nil
            guard isJoined || (isAtLineEnd && scalar != "\n" && scalar != " ") else { break }
            nextLine()
        }
        if line != start { mark() }
    }

    private var isRestBlank: Bool { source.isBlank(line: line, from: column) }

    private mutating func markNext(_ scalar: Unicode.Scalar) {
        runs.append(TextRun(offset: offset + UTF8.width(scalar), line: line, column: column))
    }

    private mutating func escape(_ scalar: Unicode.Scalar) -> Bool {
        let lengths: [Unicode.Scalar: Int] = ["x": 4, "u": 6, "U": 10]
        guard let kind = source.scalar(line: line, column: column + 1) else { return false }
        column += lengths[kind] ?? 2
        markNext(scalar)
        return true
    }
}
