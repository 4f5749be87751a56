import Kernel
import SagaModel

/// What a walk has proved or found, for people.
struct WalkText {
    let report: WalkReport
    let pictures: CheckText.Pictures

    func lines(_ style: Style) -> [String] {
        if let violation = report.violation {
            let head = "\(StateWord(.failed, "broken").cell(style))  \(Plain.text(violation.what))"
            return [head] + picture(violation, pictures == .mermaid ? .mermaid : .text)
        }
        let size = "\(Plain.count(report.states, "state")), \(Plain.count(report.transitions, "transition"))"
        let head =
            report.isComplete
            ? "\(StateWord(.done, "proved").cell(style))  every path ends as it may: \(ends)  (\(size))"
            : "\(StateWord(.unknown, "not proved").cell(style))  beyond \(size); up to there every path ends as it may"
        return [head, "  walked   \(walked)"] + unused + stuck.map { "  stuck    \($0)" } + drawn
    }

    private var ends: String {
        let kinds = [
            ("completed", report.completed), ("compensated", report.compensated), ("stuck on a named step", report.stuck),
        ]
        let reached = kinds.filter { $0.1 > 0 }.map(\.0)
        return reached.count < 2
            ? reached.joined() : reached.dropLast().joined(separator: ", ") + " or " + (reached.last ?? "")
    }

    private var walked: String {
        let calls = report.definition.steps.filter(\.action.isCall).count
        let answers =
            report.asWorkers || calls > 0 && calls == report.definition.steps.filter(\.hasEffect).count
            ? "done, refused, not now, unknown and late, every step and undo"
            : "done and refused, every step and undo" + (calls > 0 ? "; calls also not now, unknown and late" : "")
        return "\(answers); a cancel\(report.definition.deadline == nil ? "" : " and the deadline") at any point"
    }

    private var unused: [String] {
        let names = report.unusedUndos
        // Beyond where the walk ended something may fail.
        if names.isEmpty || !report.isComplete { return [] }
        return ["  unused   \(names.joined(separator: ", ")): nothing fails after it, so its undo never runs"]
    }

    /// `hotel, flight: its undo is refused`.
    private var stuck: [String] {
        var reasons: [String] = []
        for finding in report.findings where !reasons.contains(finding.what) { reasons.append(finding.what) }
        return reasons.map { reason in
            let steps = report.findings.filter { $0.what == reason }.compactMap {
                $0.step.map { report.definition.steps[$0].name }
            }
            return "\(steps.joined(separator: ", ")): \(reason)"
        }
    }

    private var drawn: [String] {
        guard pictures != .none else { return [] }
        return report.findings.flatMap { finding -> [String] in
            let name = finding.step.map { report.definition.steps[$0].name } ?? ""
            return ["", "\(name): \(finding.what); the shortest way there:"] + picture(finding, pictures)
        }
    }

    private func picture(_ finding: WalkFinding, _ kind: CheckText.Pictures) -> [String] {
        let picture = SequencePicture(finding.path, of: report.definition)
        if kind == .mermaid { return ["```mermaid"] + DefinitionFile.lines(picture.mermaid) + ["```"] }
        return picture.lines.map { "  " + $0 }
    }
}
