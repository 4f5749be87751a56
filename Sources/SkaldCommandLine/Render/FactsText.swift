import Kernel

/// An object as lines `name  value`, for `server info` and `store stat`; nested objects indent.
struct FactsText {
    let facts: JSON

    func rendered(_ style: Style) -> Rendered { Rendered(lines: lines(facts, indent: "", style)) }

    private func lines(_ value: JSON, indent: String, _ style: Style) -> [String] {
        let members = value.objectValue?.members ?? []
        let width = members.map { label($0.key).count }.max() ?? 0
        return members.flatMap { member -> [String] in
            let name = style.paint(SagaTree.pad(label(member.key), width), .dim)
            if case .object(let inner) = member.value, !inner.isEmpty {
                return ["\(indent)\(style.paint(label(member.key), .dim))"] + lines(member.value, indent: indent + "  ", style)
            }
            return ["\(indent)\(name)  \(text(member.value, of: member.key))".trimmingEnd()]
        }
    }

    /// A duration is told with its unit, not in the milliseconds of its name.
    private func label(_ key: String) -> String {
        let name = key.hasSuffix(Self.milliseconds) ? String(key.dropLast(Self.milliseconds.count)) : key
        return Plain.text(String(name.map { $0 == "_" ? " " : $0 }))
    }

    private static let milliseconds = "_ms"

    private func text(_ value: JSON, of key: String) -> String {
        switch value {
        case .int(let duration) where key.hasSuffix(Self.milliseconds): Plain.duration(duration)
        case .null: "–"
        case .bool(let flag): flag ? "yes" : "no"
        case .string(let string): Timestamp(string) == nil ? Plain.text(string) : Plain.time(value)
        case .array([]): "none"
        case .array(let elements): elements.map { Plain.text($0.stringValue ?? $0.text) }.joined(separator: ", ")
        default: Plain.text(value.text)
        }
    }
}
