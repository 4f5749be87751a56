import Kernel
import SagaModel
import Simulation

/// What a definition went through, for people.
struct TortureText {
    let report: TortureReport
    let path: String
    /// The command line for these seeds: first, and how many.
    let again: (UInt64, Int) -> String

    func lines(_ style: Style) -> [String] {
        let name = "\(Plain.text(path))  \(report.definition.name) v\(report.definition.version)"
        let seeds = again(report.seeds.lowerBound, report.seeds.count)
        guard let failure = report.failure else {
            let head = "\(StateWord(.done, "survived").cell(style))  \(name)  \(Plain.count(report.runs, "run")): \(ends)"
            return [head, "  faults   \(covered)", "  crashes  \(crashes)"] + expressions + ["  again    \(seeds)"]
        }
        let faults = failure.faults.map(report.text).joined(separator: ", ")
        return [
            "\(StateWord(.failed, "broken").cell(style))  \(name)  run \(report.runs): \(Plain.text(failure.what))",
            "  faults   \(faults.isEmpty ? "none" : faults)", "  again    \(again(failure.seed, 1))",
        ]
    }

    private var ends: String {
        let kinds = [
            (report.completed, "completed"), (report.compensated, "compensated"), (report.stuck, "stuck"),
            (report.trying, "still trying"),
        ]
        return kinds.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private var covered: String {
        let missed = report.missed
        let all = "\(report.points.count - missed.count) of \(report.points.count), alone and in pairs"
        let skipped = report.skippedCases > 0 ? "; \(report.skippedCases) pairs left out, there are too many" : ""
        if missed.isEmpty { return all + skipped }
        return all + skipped + "; never met: " + missed.prefix(3).map(report.text).joined(separator: ", ")
            + (missed.count > 3 ? " and \(missed.count - 3) more" : "")
    }

    private var crashes: String {
        "\(Plain.count(report.crashes, "restart")) from what was stored, each the same saga as before"
    }

    private var expressions: [String] {
        report.expressions.map { "  no value \(Plain.text($0))" }
    }
}
