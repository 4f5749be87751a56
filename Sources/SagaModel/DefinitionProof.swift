public import Kernel

/// What the checks have shown of a definition: its size, and how each step is undone.
public struct DefinitionProof: Sendable, Equatable {
    public let steps: Int
    public let pivot: String?
    /// Steps that an action undoes, that are waived with a reason, and that need none.
    public let undone: [String]
    public let waived: [String]
    public let needNone: [String]

    public init(_ definition: Definition) {
        func names(_ matches: (Step) -> Bool) -> [String] { definition.steps.filter(matches).map(\.name) }
        steps = definition.steps.count
        pivot = definition.pivot.map { definition.steps[$0].name }
        undone = names { if case .action = $0.undo { true } else { false } }
        waived = names { if case .waived = $0.undo { true } else { false } }
        needNone = names { if case .nothing = $0.undo { true } else { false } }
    }

    public var json: JSON {
        func list(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
        return [
            "steps": .int(Int64(steps)), "pivot": .optional(pivot), "undone": list(undone), "waived": list(waived),
            "need_none": list(needNone),
        ]
    }
}
