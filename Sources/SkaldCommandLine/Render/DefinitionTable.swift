import Kernel

/// The answer of `def.list`.
struct DefinitionTable {
    let answer: JSON

    func rendered(_ style: Style) -> Rendered {
        let definitions = answer["definitions"]?.arrayValue ?? []
        guard !definitions.isEmpty else { return Rendered(lines: [], hints: ["no definitions"]) }
        var table = Table(["SAGA", "VERSION", "STATE", "REGISTERED", "DESCRIPTION"])
        for definition in definitions {
            table.add([
                .init(Plain.text(definition["name"]?.stringValue ?? ""), .bold),
                .init(definition["version"]?.intValue.map { String($0) } ?? ""),
                .init(definition["enabled"] == false ? "disabled" : "", .yellow), .init(Plain.time(definition["registered"])),
                .init(Plain.text(definition["description"]?.stringValue ?? "")),
            ])
        }
        return Rendered(lines: table.lines(style), hints: definitions.flatMap(problems) + more)
    }

    private var more: [String] {
        guard let next = answer["next"]?.stringValue else { return [] }
        return ["more: add --after \(Plain.argument(next))"]
    }

    /// Why a definition is disabled.
    private func problems(_ definition: JSON) -> [String] {
        let name = definition["name"]?.stringValue ?? ""
        let version = definition["version"]?.intValue.map { " v\($0)" } ?? ""
        return ProblemText.lines(definition["problems"], source: name + version)
    }
}
