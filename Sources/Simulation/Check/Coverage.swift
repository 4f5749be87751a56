/// Which combinations have occurred: what was asked × the kind of step it met × what became of it.
public struct Coverage: Sendable, Equatable {
    public private(set) var seen: Set<String> = []

    public init() {}

    mutating func note(_ verb: String, _ kind: String, _ outcome: String) { seen.insert("\(verb) · \(kind) · \(outcome)") }

    public mutating func add(_ other: Coverage) { seen.formUnion(other.seen) }

    mutating func note(_ text: String) { seen.insert(text) }

    /// What must have occurred and has not, in order.
    public func missing(from gate: [String]) -> [String] { gate.filter { !seen.contains($0) } }
}

extension SimulatedDefinition {
    /// The kind of a step for coverage.
    func kind(of name: String) -> String {
        guard let index = steps.firstIndex(where: { $0.name == name }) else { return "none" }
        let step = steps[index]
        if case .sleep = step.action { return "sleep" }
        if step.isPivot { return "pivot" }
        if step.isOptional { return "optional" }
        let pivot = steps.firstIndex(where: \.isPivot)
        if let pivot, needs(index, pivot) { return "behind" }
        if step.expect != nil { return "expecting" }
        if step.condition != nil { return "conditional" }
        return step.undo == .waived ? "waived" : "plain"
    }

    private func needs(_ step: Int, _ other: Int) -> Bool {
        steps[step].needs.contains { $0 == other || needs($0, other) }
    }
}
