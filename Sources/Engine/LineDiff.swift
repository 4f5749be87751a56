/// A short line-by-line difference of two texts, for people.
enum LineDiff {
    /// Lines only in `old` behind `-`, only in `new` behind `+`, at most 40 of them; equal lines are left out.
    static func text(_ old: String, _ new: String) -> String {
        let before = lines(old)
        let after = lines(new)
        let changes = after.difference(from: before)
        var rows: [(Int, String)] = []
        for change in changes {
            switch change {
            case .remove(let offset, let line, _): rows.append((offset, "-\(offset + 1): \(line)"))
            case .insert(let offset, let line, _): rows.append((offset, "+\(offset + 1): \(line)"))
            }
        }
        let shown = rows.sorted { ($0.0, $0.1 < $1.1 ? 1 : 0) < ($1.0, 0) }.prefix(40).map(\.1)
        return (shown + (rows.count > 40 ? ["… \(rows.count - 40) more lines differ"] : [])).joined(separator: "\n")
    }

    /// The difference takes time in the square of the changes, so only this many lines are compared.
    private static func lines(_ text: String) -> [Substring] {
        Array(text.split(separator: "\n", maxSplits: 2000, omittingEmptySubsequences: false).prefix(2000))
    }
}
