import Kernel

/// The reply of a command.
struct ReplyText {
    let address: String
    let command: String
    /// `{version, position, result}`.
    let reply: JSON

    func rendered(_ style: Style) -> Rendered {
        let done = StateWord(.done, "accepted").cell(style)
        let numbers = ["version", "position"].compactMap { name in reply[name]?.intValue.map { "\(name) \($0)" } }
        let what = [address, command].filter { !$0.isEmpty }.map { Plain.text($0) }.joined(separator: " ")
        let parts = [done, what] + numbers + [Plain.json(reply["result"])]
        return Rendered(lines: [parts.filter { !$0.isEmpty }.joined(separator: "  ")])
    }
}
