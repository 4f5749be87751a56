import Kernel

/// The answer of `def.list`.
struct DefinitionTable {
    let answer: JSON

    func rendered(_ style: Style) -> Rendered {
        let definitions = answer["definitions"]?.arrayValue ?? []
        guard !definitions.isEmpty else { return Rendered(lines: [], hints: ["no definitions"]) }
        var table = Table(["SAGA", "VERSION", "STEPS", "STATE", "DESCRIPTION"])
        for definition in definitions {
            let isDisabled = definition["disabled"]?.boolValue == true
            table.add([
                .init(Plain.text(definition["name"]?.stringValue ?? ""), .bold),
                .init(definition["version"]?.intValue.map { String($0) } ?? ""), .init(steps(definition)),
                .init(isDisabled ? "disabled" : "", .yellow), .init(Plain.text(definition["description"]?.stringValue ?? "")),
            ])
        }
        return Rendered(lines: table.lines(style))
    }

    /// As a count, whether the server names the steps or only counts them.
    private func steps(_ definition: JSON) -> String {
        switch definition["steps"] {
        case .int(let count): String(count)
        case .array(let names): String(names.count)
        default: ""
        }
    }
}
