import Kernel
import SagaModel
import SkaldTesting

/// What a definition went through on real aggregates, for people.
struct RealTortureText {
    let report: RealTortureReport
    let path: String
    /// The command line for these seeds: first, and how many.
    let again: (UInt64, Int) -> String

    func lines(_ style: Style) -> [String] {
        let name = "\(Plain.text(path))  \(report.definition.name) v\(report.definition.version)"
        guard let failure = report.failure else {
            let head = "\(StateWord(.done, "survived").cell(style))  \(name)  \(Plain.count(report.runs, "run")): \(ends)"
            return [head] + covered + others + ["  again      \(again(report.seeds.lowerBound, report.seeds.count))"]
        }
        return [
            "\(StateWord(.failed, "broken").cell(style))  \(name)  run \(report.runs): \(Plain.text(failure.difference.summary))",
            "  expected   \(Plain.text(failure.difference.expected))", "  actual     \(Plain.text(failure.difference.actual))",
            "  again      \(again(failure.seed, 1))",
        ]
    }

    private var ends: String {
        [(report.completed, "completed"), (report.compensated, "compensated"), (report.stuck, "stuck")]
            .filter { $0.0 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }

    /// One line for each step and each undo, with what it met.
    private var covered: [String] {
        var lines: [(name: String, kinds: [String])] = []
        for fault in report.faults where report.isMet(fault) {
            let name = "\(fault.isUndo ? "undo" : "step")       \(fault.step)"
            if lines.last?.name == name {
                lines[lines.count - 1].kinds.append(fault.kind.rawValue)
            } else {
                lines.append((name, [fault.kind.rawValue]))
            }
        }
        return lines.map { "  \($0.name): \($0.kinds.joined(separator: ", "))" }
    }

    private var others: [String] {
        var lines = [
            "  faults     " + combinations, "  killed     \(Plain.count(report.killed, "run")), before and after every commit",
        ]
        if report.repaired > 0 { lines.append("  repaired   \(Plain.count(report.repaired, "stuck run")), each then ended well") }
        if !report.undoneOnce.isEmpty { lines.append("  once only  the undo of \(report.undoneOnce.joined(separator: ", "))") }
        let unreached = report.unreached
        if !unreached.isEmpty { lines.append("  unreached  \(unreached.joined(separator: ", ")): this input never comes there") }
        let missed = report.missed.filter { !unreached.contains($0.step) }
        if !missed.isEmpty { lines.append("  missed     \(missed.map(\.text).joined(separator: ", "))") }
        return lines
    }

    private var combinations: String {
        let tried = "\(report.cases[1]) alone, \(report.cases[2]) together"
        let skipped = report.skippedCases
        if skipped == 0 { return "\(tried): every two that can meet" }
        return "\(tried); \(skipped) left out, there are too many: another --seed takes others"
    }
}
