import Kernel
import SagaModel
import SagaText

/// What a check found in one file, for people.
struct CheckText {
    let check: DefinitionCheck

    func lines(_ style: Style) -> [String] {
        let path = Plain.text(check.path)
        let warnings = check.reading.warnings.map { line($0) + " (warning)" }
        guard let definition = check.reading.definition else {
            let count = Plain.count(check.reading.problems.count, "problem")
            let head = "\(StateWord(.failed, "invalid").cell(style))  \(path)  \(count)"
            return [head] + check.reading.problems.map(line) + warnings
        }
        let facts = [
            StateWord(.done, "valid").cell(style), path, "\(definition.name) v\(definition.version)",
            Plain.count(definition.steps.count, "step"),
        ]
        return [facts.joined(separator: "  ")] + warnings
    }

    private func line(_ problem: Problem) -> String { "\(Plain.text(check.path)):\(Plain.text(problem.description))" }
}
