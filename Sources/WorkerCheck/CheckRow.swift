import Kernel

/// How one check of one action went.
public struct CheckRow: Sendable, Equatable {
    public enum Verdict: String, Sendable {
        case ok, failed
        case notRun = "not_run"
    }

    public var check: Check
    public var verdict: Verdict
    public var came: String
    /// Effects matter here and could not be counted.
    public var isByAnswers: Bool

    public init(_ check: Check, _ verdict: Verdict, _ came: String, isByAnswers: Bool = false) {
        self.check = check
        self.verdict = verdict
        self.came = came
        self.isByAnswers = isByAnswers
    }

    var json: JSON {
        [
            "check": .string(check.rawValue), "verdict": .string(verdict.rawValue), "expected": .string(check.expected),
            "came": .string(came), "by_answers": .bool(isByAnswers),
        ]
    }
}
