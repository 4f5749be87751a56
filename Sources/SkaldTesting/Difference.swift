/// What was expected of an example and what came instead.
public struct Difference: Error, Equatable, Sendable, CustomStringConvertible {
    public let summary: String
    public let expected: String
    public let actual: String

    init(_ summary: String, expected: String, actual: String) {
        self.summary = summary
        self.expected = expected.isEmpty ? "nothing" : expected
        self.actual = actual.isEmpty ? "nothing" : actual
    }

    /// The same, said of one case among several.
    func about(_ circumstance: String) -> Difference {
        Difference("\(circumstance): \(summary)", expected: expected, actual: actual)
    }

    public var description: String { "\(summary)\n  expected: \(expected)\n  actual:   \(actual)" }
}
