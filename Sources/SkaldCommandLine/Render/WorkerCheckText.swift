import WorkerCheck

/// What a worker stood, as a table for each action.
struct WorkerCheckText {
    let report: CheckReport

    func rendered(_ style: Style) -> Rendered {
        let total = "worker check: \(report.count(.ok)) passed, \(report.count(.failed)) failed, \(report.count(.notRun)) not run"
        return Rendered(lines: report.parts.flatMap { lines($0, style) + [""] } + [total])
    }

    private func lines(_ part: CheckReport.Part, _ style: Style) -> [String] {
        var table = Table(["CHECK", "VERDICT", "EXPECTED", "CAME"])
        for row in part.rows {
            let note = row.isByAnswers && row.verdict != .notRun ? " (by its answers)" : ""
            table.add([
                .init(row.check.title), .init(word(row.verdict), style), .init(row.check.expected), .init(Plain.text(row.came) + note),
            ])
        }
        return [head(part.subject)] + table.lines(style)
    }

    private func head(_ subject: CheckOptions.Subject) -> String {
        let undo = subject.undo.map { ", undone by \($0)" } ?? ""
        return subject.action + undo + (subject.probe.map { ", probed by \($0)" } ?? "")
    }

    private func word(_ verdict: CheckRow.Verdict) -> StateWord {
        switch verdict {
        case .ok: StateWord(.done, "ok")
        case .failed: StateWord(.failed, "FAILED")
        case .notRun: StateWord(.skipped, "not run")
        }
    }
}
