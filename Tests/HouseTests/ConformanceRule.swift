/// Every behaviour that `docs/conformance.md` claims is shown by a test that names its id.
///
/// A claim is a row `| ID | behaviour | shown by |`; the last column names files under `Tests/`, in backticks.
enum ConformanceRule {
    /// `test` gives the text of a file under `Tests/`, nil when there is none.
    static func findings(in page: SourceFile, test: (String) -> String?) -> [Finding] {
        var seen: Set<String> = []
        return claims(in: page).flatMap { line, id, files in
            var findings: [Finding] = []
            if !seen.insert(id).inserted {
                findings.append(Finding(file: page.path, line: line, message: "\(id) is claimed twice"))
            }
            let missing = files.filter { test($0) == nil }
            findings += missing.map { Finding(file: page.path, line: line, message: "\(id): there is no Tests/\($0)") }
            if !files.contains(where: { test($0)?.contains(id) ?? false }) {
                let names = files.isEmpty ? "no test is named" : "none of \(files.joined(separator: ", ")) cites it"
                findings.append(
                    Finding(
                        file: page.path, line: line, message: "\(id): \(names); cite it in the name or a comment of its test"))
            }
            return findings
        }
    }

    static func claims(in page: SourceFile) -> [(line: Int, id: String, files: [String])] {
        page.lines.enumerated().compactMap { index, line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
            guard cells.count >= 4, isID(cells[1]) else { return nil }
            let quoted = cells[cells.count - 2].split(separator: "`", omittingEmptySubsequences: false)
            let files = quoted.indices.filter { $0 % 2 == 1 }.map { String(quoted[$0]) }
            return (index + 1, String(cells[1].prefix { $0 != " " }), files)
        }
    }

    /// Two letters, a dash, two digits.
    private static func isID(_ cell: Substring) -> Bool {
        let characters = Array(cell.prefix { $0 != " " })
        return characters.count == 5 && characters[0].isUppercase && characters[1].isUppercase && characters[2] == "-"
            && characters[3].isNumber && characters[4].isNumber
    }
}
