import Kernel

/// A page of `worker.list`.
struct WorkerTable {
    let answer: JSON

    func rendered(_ style: Style) -> Rendered {
        let workers = answer["workers"]?.arrayValue ?? []
        guard !workers.isEmpty else { return Rendered(lines: [], hints: ["no workers are connected"]) }
        var table = Table(["WORKER", "TASKS", "SINCE", "HEARD", "FLAGS", "ACTIONS", "AGGREGATES"])
        for worker in workers {
            table.add([
                .init(number(worker["worker"])), .init("\(number(worker["tasks"]))/\(number(worker["credit"]))"),
                .init(Plain.time(worker["since"])), .init(Plain.time(worker["heard"])),
                .init(worker["dedupes"] == true ? "dedupes" : ""), .init(names(worker["actions"])),
                .init(names(worker["aggregates"])),
            ])
        }
        let more = answer["next"]?.intValue.map { ["more: add --after \($0)"] } ?? []
        return Rendered(lines: table.lines(style), hints: more)
    }

    private func number(_ json: JSON?) -> String { json?.intValue.map { String($0) } ?? "" }

    private func names(_ json: JSON?) -> String {
        (json?.arrayValue ?? []).compactMap { $0.stringValue.map { Plain.text($0) } }.joined(separator: " ")
    }
}
