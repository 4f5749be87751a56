import Kernel
import SagaModel
import SagaText

/// What a check found in one file, for people.
struct CheckText {
    /// How the ways to what was found are drawn.
    enum Pictures { case none, text, mermaid }

    let check: DefinitionCheck
    let tool: String
    let pictures: Pictures

    func lines(_ style: Style) -> [String] {
        let path = Plain.text(check.path)
        let warnings = check.reading.warnings.map { line($0) + " (warning)" }
        guard let definition = check.reading.definition else {
            let count = Plain.count(check.reading.problems.count, "problem")
            let head = "\(StateWord(.failed, "invalid").cell(style))  \(path)  \(count)"
            return [head] + check.reading.problems.map(line) + warnings
        }
        let facts = [
            StateWord(.done, "valid").cell(style), path, "\(definition.name) v\(definition.version)", coverage(definition),
        ]
        return [facts.joined(separator: "  ")] + warnings + (walk?.lines(style) ?? [])
    }

    private var walk: WalkText? { check.walk.map { WalkText(report: $0, pictures: pictures) } }

    /// How to go on where a type is missing that a worker may have, and how to see where it gets stuck.
    var hints: [String] {
        if check.reading.problems.contains(where: { $0.message.hasPrefix("there is no aggregate type") }) {
            return ["a type that workers decide for is named: \(tool) def check --remote TYPE \(Plain.argument(check.argument))"]
        }
        guard pictures == .none, let walk = check.walk, !walk.findings.isEmpty, walk.violation == nil else { return [] }
        let words = [tool, "def check", walk.asWorkers ? "--as-workers" : nil, "--explain", Plain.argument(check.argument)]
        return ["the shortest way to stuck: " + words.compactMap { $0 }.joined(separator: " ")]
    }

    /// `3 steps: 2 undone, 1 waived, pivot charge`.
    private func coverage(_ definition: Definition) -> String {
        let proof = DefinitionProof(definition)
        let undone = proof.undone.isEmpty ? nil : "\(proof.undone.count) undone"
        let waived = proof.waived.isEmpty ? nil : "\(proof.waived.count) waived"
        let parts = [undone, waived, proof.pivot.map { "pivot \($0)" }].compactMap { $0 }
        return Plain.count(proof.steps, "step") + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }

    private func line(_ problem: Problem) -> String { "\(Plain.text(check.path)):\(Plain.text(problem.description))" }
}
