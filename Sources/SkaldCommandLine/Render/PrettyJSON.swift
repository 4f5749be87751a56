import Kernel

/// JSON over several lines for people; every scalar made fit for a terminal.
enum PrettyJSON {
    static func lines(_ value: JSON) -> [String] { lines(value, indent: "", prefix: "", suffix: "") }

    private static func lines(_ value: JSON, indent: String, prefix: String, suffix: String) -> [String] {
        switch value {
        case .object(let object) where !object.isEmpty:
            let last = object.count - 1
            let inner = object.members.enumerated().flatMap { index, member in
                lines(
                    member.value, indent: indent + "  ", prefix: "\(JSON.string(member.key).text): ",
                    suffix: index == last ? "" : ",")
            }
            return [Plain.text("\(indent)\(prefix){")] + inner + ["\(indent)}\(suffix)"]
        case .array(let elements) where !elements.isEmpty:
            let last = elements.count - 1
            let inner = elements.enumerated().flatMap { index, element in
                lines(element, indent: indent + "  ", prefix: "", suffix: index == last ? "" : ",")
            }
            return [Plain.text("\(indent)\(prefix)[")] + inner + ["\(indent)]\(suffix)"]
        default: return [Plain.text("\(indent)\(prefix)\(value.text)\(suffix)")]
        }
    }
}
