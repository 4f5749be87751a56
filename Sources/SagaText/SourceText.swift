/// The text of a definition as lines of Unicode scalars, the units in which columns count.
struct SourceText {
    let lines: [[Unicode.Scalar]]
    /// How many scalars of each line stand before its trailing blanks.
    private let ends: [Int]

    /// Line breaks as YAML 1.1 readers see them: CR, LF, CR LF, NEL, LS and PS.
    init(_ text: String) {
        var lines: [[Unicode.Scalar]] = [[]]
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where isAfterReturn: break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            isAfterReturn = scalar == "\r"
        }
        self.lines = lines
        ends = lines.map { line in (line.lastIndex { $0 != " " && $0 != "\t" } ?? -1) + 1 }
    }

    /// Whether nothing but blanks stands from a column on.
    func isBlank(line: Int, from column: Int) -> Bool { !ends.indices.contains(line - 1) || column > ends[line - 1] }

    /// The scalar at a place counted from 1; nil at the end of a line and outside the text.
    func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        guard lines.indices.contains(line - 1), lines[line - 1].indices.contains(column - 1) else { return nil }
        return lines[line - 1][column - 1]
    }

    func line(_ number: Int) -> String {
        guard lines.indices.contains(number - 1) else { return "" }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: lines[number - 1])
        return String(text)
    }
}
