import Kernel

/// The difference between a registered definition and another under its version.
enum DiffText {
    static func lines(_ diff: JSON?) -> [String] {
        switch diff {
        case .string(let text): text.split(separator: "\n").map { Plain.text(String($0)) }
        case .array(let entries): entries.map { Plain.text($0.stringValue ?? $0.text) }
        case .none, .null: []
        case .some(let value): [Plain.text(value.text)]
        }
    }
}
