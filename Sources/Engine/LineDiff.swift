import Kernel

/// A short line-by-line difference of two texts, for people.
enum LineDiff {
    /// Lines only in `old` behind `-`, only in `new` behind `+`, at most 40 of them; equal lines are left out.
    static func text(_ old: String, _ new: String) -> String {
        let (before, after) = differing(lines(old), lines(new))
        let changes = after.difference(from: before)
        var rows: [(Int, String)] = []
        for change in changes {
            switch change {
            case .remove(let offset, let line, _): rows.append((offset, "-\(before.startIndex + offset + 1): \(line.text)"))
            case .insert(let offset, let line, _): rows.append((offset, "+\(after.startIndex + offset + 1): \(line.text)"))
            }
        }
        let shown = rows.sorted { ($0.0, $0.1 < $1.1 ? 1 : 0) < ($1.0, 0) }.prefix(40).map(\.1)
        return (shown + (rows.count > 40 ? ["… \(rows.count - 40) more lines differ"] : [])).joined(separator: "\n")
    }

    /// What lies between the lines both begin and end with; the difference takes time in the square of the changes, so at
    /// most 200 lines are compared.
    private static func differing(_ old: [ByteKey], _ new: [ByteKey]) -> (ArraySlice<ByteKey>, ArraySlice<ByteKey>) {
        let shorter = min(old.count, new.count)
        var start = 0
        while start < shorter, old[start] == new[start] { start += 1 }
        var end = 0
        while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        return (old[start..<(old.count - end)].prefix(200), new[start..<(new.count - end)].prefix(200))
    }

    private static func lines(_ text: String) -> [ByteKey] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { ByteKey(String($0)) }
    }
}
