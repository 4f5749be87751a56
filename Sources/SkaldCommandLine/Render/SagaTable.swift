import Kernel

/// A page of `saga.list`.
struct SagaTable {
    let answer: JSON
    let tool: String

    func rendered(_ style: Style) -> Rendered {
        let sagas = answer["sagas"]?.arrayValue ?? []
        guard !sagas.isEmpty else { return Rendered(lines: [], hints: ["no sagas"]) }
        var table = Table(["STATE", "SAGA", "ID", "KEY", "STARTED", "TOOK", "FLAGS", "WHY"])
        for view in sagas {
            let id = view["id"]?.stringValue ?? ""
            let key = view["key"]?.stringValue ?? ""
            table.add([
                .init(StateWord.saga(view["state"]?.stringValue ?? ""), style), .init(SagaTree.title(view)),
                .init(Plain.text(id)),
                .init(key == id ? "" : Plain.text(key)), .init(Plain.time(view["started"])),
                .init(Plain.elapsed(from: view["started"], to: view["ended"]) ?? ""), .init(SagaTree.flags(view)),
                .init(SagaTree.reason(view)),
            ])
        }
        return Rendered(lines: table.lines(style), hints: hints)
    }

    private var hints: [String] {
        guard let next = answer["next"], !next.isNull else { return [] }
        return ["more: add --after \(Plain.argument(next.stringValue ?? next.text))"]
    }
}
