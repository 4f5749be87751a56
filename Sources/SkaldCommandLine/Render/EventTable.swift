import Kernel

/// A page of `event.read` or `saga.history`.
struct EventTable {
    let answer: JSON
    /// A saga's own history leaves its address out: every line would say the same.
    let isHistory: Bool

    func rendered(_ style: Style) -> Rendered {
        let events = answer["events"]?.arrayValue ?? []
        guard !events.isEmpty else { return Rendered(lines: [], hints: ["no events"]) }
        var table = Table(
            isHistory ? ["#", "TIME", "EVENT", "STEP", "DETAIL"] : ["POSITION", "TIME", "AGGREGATE", "VERSION", "EVENT", "BODY"])
        for event in events { table.add(isHistory ? historyCells(event) : cells(event)) }
        return Rendered(lines: table.lines(style), hints: hints)
    }

    private func historyCells(_ event: JSON) -> [Table.Cell] {
        let name = event["name"]?.stringValue ?? ""
        return [
            .init(Self.number(event["version"]), .dim), .init(Self.time(event)), .init(Plain.text(name), Self.colour(of: name)),
            .init(SagaEventText.step(event["body"] ?? [:])), .init(SagaEventText.detail(event["body"] ?? [:])),
        ]
    }

    private func cells(_ event: JSON) -> [Table.Cell] {
        let address = [event["aggregate"], event["key"]].compactMap { $0?.stringValue }.joined(separator: "/")
        let name = event["name"]?.stringValue ?? ""
        return [
            .init(Self.number(event["position"]), .dim), .init(Self.time(event)), .init(Plain.text(address)),
            .init(Self.number(event["version"])), .init(Plain.text(name), Self.colour(of: name)),
            .init(Plain.json(event["body"])),
        ]
    }

    private var hints: [String] {
        guard let next = answer["next"], !next.isNull else { return [] }
        return ["more: add --from \(Plain.argument(next.stringValue ?? next.text))"]
    }

    private static func number(_ value: JSON?) -> String { value?.intValue.map { String($0) } ?? "" }

    /// With milliseconds: what happened within a second is what one looks at a history for.
    private static func time(_ event: JSON) -> String {
        guard let time = event["time"]?.stringValue.flatMap({ Timestamp($0) }) else { return Plain.time(event["time"]) }
        let canonical = time.description
        return "\(canonical.prefix(10)) \(canonical.dropFirst(11))"
    }

    private static func colour(of name: String) -> Style.Colour? {
        switch name {
        case "step.completed", "saga.completed": .green
        case "step.failed", "undo.failed", "saga.stuck", "saga.terminated": .red
        case "undo.completed", "saga.compensated", "saga.compensating": .yellow
        default: nil
        }
    }
}
