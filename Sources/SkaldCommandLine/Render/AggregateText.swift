import Kernel

/// The state of one aggregate, now or in the past.
struct AggregateText {
    /// `{aggregate, key, version, state}`.
    let answer: JSON

    func rendered(_ style: Style) -> Rendered {
        let address = [answer["aggregate"], answer["key"]].compactMap { $0?.stringValue }.joined(separator: "/")
        let title = style.paint(Plain.text(address), .bold)
        let version = answer["version"]?.intValue.map { "  version \($0)" } ?? ""
        guard let state = answer["state"], !state.isNull else {
            return Rendered(lines: ["\(title)\(version)"], hints: ["it had no events then"])
        }
        return Rendered(lines: ["\(title)\(version)"] + PrettyJSON.lines(state))
    }
}
