/// A definition's graph as text for other tools and for people, optionally with where each step of a saga stands.
///
///     GraphRendering.mermaid.render(definition, states: ["completed", "undoing", nil])
public enum GraphRendering: String, CaseIterable, Sendable {
    /// Graphviz.
    case dot
    /// Mermaid, as Markdown viewers draw it.
    case mermaid
    /// A table for terminals, one line per step, by level.
    case text

    /// `states` by step index, in the words of a saga's view; shorter lists leave the rest unmarked.
    public func render(_ definition: Definition, states: [String?] = []) -> String {
        let marks = definition.steps.indices.map { states.indices.contains($0) ? states[$0] : nil }
        switch self {
        case .dot: return GraphRendering.dot(definition, marks)
        case .mermaid: return GraphRendering.mermaid(definition, marks)
        case .text: return GraphRendering.table(definition, marks)
        }
    }

    // Names, commands and states are words without quotes or brackets, so nothing needs escaping.

    private static func dot(_ definition: Definition, _ marks: [String?]) -> String {
        var lines = ["digraph \"\(definition.name)\" {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];"]
        for (index, step) in definition.steps.enumerated() {
            var attributes = ["label=\"\(label(step, marks[index], "\\n"))\""]
            if step.isPivot { attributes.append("peripheries=2") }
            // What a worker does has round corners.
            var styles: [String] = step.action.isCall ? ["rounded"] : []
            if step.isOptional || step.condition != nil { styles.append("dashed") }
            if let color = marks[index].map(color) {
                styles.append("filled")
                attributes.append("fillcolor=\"\(color)\"")
            }
            if !styles.isEmpty { attributes.append("style=\"\(styles.joined(separator: ","))\"") }
            lines.append("  \"\(step.name)\" [\(attributes.joined(separator: ", "))];")
        }
        for (index, step) in definition.steps.enumerated() {
            for need in definition.graph.needs[index] {
                lines.append("  \"\(definition.steps[need].name)\" -> \"\(step.name)\";")
            }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func mermaid(_ definition: Definition, _ marks: [String?]) -> String {
        var lines = ["flowchart LR"]
        // Ids of our own, because `end` and the like are words of Mermaid's.
        for (index, step) in definition.steps.enumerated() {
            let text = "\"\(label(step, marks[index], "<br/>"))\""
            lines.append("  s\(index)" + (step.isPivot ? "{{\(text)}}" : step.action.isCall ? "(\(text))" : "[\(text)]"))
        }
        for index in definition.steps.indices {
            for need in definition.graph.needs[index] { lines.append("  s\(need) --> s\(index)") }
        }
        for (index, step) in definition.steps.enumerated() {
            var styles: [String] = []
            if let color = marks[index].map(color) { styles.append("fill:\(color)") }
            if step.isOptional || step.condition != nil { styles.append("stroke-dasharray:4") }
            if !styles.isEmpty { lines.append("  style s\(index) \(styles.joined(separator: ","))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func label(_ step: Step, _ mark: String?, _ separator: String) -> String {
        [step.name, action(step), mark].compactMap { $0 }.joined(separator: separator)
    }

    static func action(_ step: Step) -> String {
        step.action.operation?.name ?? "sleep"
    }

    private static func color(_ state: String) -> String {
        switch state {
        case "completed": "#cfe8cf"
        case "failed", "undo_failed": "#f4c7c3"
        case "running", "retrying", "unknown", "undoing", "undo_retrying", "undo_pending": "#fdeeb5"
        case "undone", "waived", "bypassed": "#d6dbf5"
        default: "#eeeeee"
        }
    }
}
