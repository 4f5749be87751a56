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
        let hidden = report.problemCount - report.problems.count
        let more = hidden > 0 ? ["and \(hidden) more"] : []
        return Rendered(
            lines: [head] + report.problems.map { Plain.text($0.description) } + more, hints: ["next: \(next)"])
    }
}
