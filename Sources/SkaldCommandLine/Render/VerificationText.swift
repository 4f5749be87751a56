import EventLogLMDB
import Kernel

/// What a verification found.
struct VerificationText {
    let report: VerificationReport
    /// The directory that was looked at.
    let directory: String
    /// What to do when it is damaged.
    let next: String

    var document: JSON {
        [
            "store": .string(directory), "good": .bool(report.isGood), "fast": .bool(report.isFast),
            "entries": .int(Int64(report.entries)), "events": .int(Int64(clamping: report.events)),
            "commits": .int(Int64(report.commits)), "streams": .int(Int64(report.streams)),
            "receipts": .int(Int64(report.receipts)), "rows": .int(Int64(report.rows)),
            "problem_count": .int(Int64(report.problemCount)),
            "problems": .array(report.problems.map { ["place": .string($0.place), "what": .string($0.what)] }),
        ]
    }

    /// The first of each kind: one torn page has thousands of rows that are wrong in the same way.
    private var problems: [String] {
        var kinds: [String: Int] = [:]
        return report.problems.filter { problem in
            kinds[problem.what, default: 0] += 1
            return kinds[problem.what, default: 0] <= Limits.problemsOfAKind
        }.prefix(Limits.problemsShown).map { Plain.text($0.description) }
    }

    func rendered(_ style: Style) -> Rendered {
        let path = Plain.text(directory)
        guard !report.isGood else {
            let scope = report.isFast ? "the end of the log" : "everything"
            let counts = [
                Plain.count(report.entries, "entry", plural: "entries"), Plain.count(report.events, "event"),
                Plain.count(report.commits, "commit"),
            ]
            let parts = [StateWord(.done, "good").cell(style), path, scope] + counts
            return Rendered(lines: [parts.joined(separator: "  ")])
        }
        let head = "\(StateWord(.failed, "damaged").cell(style))  \(path)  \(Plain.count(report.problemCount, "problem"))"
        let shown = problems
        let hidden = report.problemCount - shown.count
        let more = hidden > 0 ? ["and \(hidden) more, most of them of the same kinds; --json shows up to \(report.problems.count)"] : []
        return Rendered(lines: [head] + shown + more, hints: ["next: \(next)"])
    }
}
