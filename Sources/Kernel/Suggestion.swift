/// The nearest known word to one that was misspelt, for "did you mean".
public enum Suggestion {
    /// The candidate within two edits (one for words up to four letters) of `word`; ties go to the first.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = word.utf8.count <= 4 ? 1 : 2
        let scored = candidates.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
        return scored.filter { $0.1 <= limit && $0.1 > 0 }.min { $0.1 < $1.1 }?.0
    }

    /// Edit distance with transpositions of neighbours (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard !a.isEmpty, !b.isEmpty, abs(a.count - b.count) <= 2 else { return max(a.count, b.count) }
        var rows = [[Int](0...b.count), [Int](0...b.count), [Int](0...b.count)]
        for i in 1...a.count {
            rows[2][0] = i
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var best = min(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[0][j - 2] + 1) }
                rows[2][j] = best
            }
            rows = [rows[1], rows[2], rows[0]]
        }
        return rows[1][b.count]
    }
}
