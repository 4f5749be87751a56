import Kernel

/// How a step that is finished can have ended, as an expression behind it sees its `status`.
public enum StepEnding: String, Sendable, CaseIterable {
    case completed, skipped, failed
}

/// What is known for certain at some point of an expression, because tests before it said so.
struct StepGuards {
    /// The endings still possible, by step; a step not listed may have any of its own.
    private var endings: [Int: Set<StepEnding>] = [:]
    /// Fields known not to be null.
    private var present: [Expression] = []

    func narrowed(_ step: Int, from all: Set<StepEnding>) -> Set<StepEnding> { endings[step].map(all.intersection) ?? all }
    func isPresent(_ path: Expression) -> Bool { present.contains(path) }

    /// Both this and `other` hold.
    func and(_ other: StepGuards) -> StepGuards {
        var both = self
        both.endings.merge(other.endings) { $0.intersection($1) }
        both.present += other.present.filter { !present.contains($0) }
        return both
    }

    /// This or `other` holds, nobody knows which.
    func or(_ other: StepGuards) -> StepGuards {
        var either = StepGuards()
        for (step, mine) in endings { if let theirs = other.endings[step] { either.endings[step] = mine.union(theirs) } }
        either.present = present.filter(other.present.contains)
        return either
    }

    /// What `test` being `outcome` tells.
    static func when(_ test: Expression, is outcome: Bool) -> StepGuards {
        switch test {
        case .unary(.not, let operand): return when(operand, is: !outcome)
        case .binary(.and, let left, let right):
            let (a, b) = (when(left, is: outcome), when(right, is: outcome))
            return outcome ? a.and(b) : a.or(b)
        case .binary(.or, let left, let right):
            let (a, b) = (when(left, is: outcome), when(right, is: outcome))
            return outcome ? a.or(b) : a.and(b)
        case .binary(.equal, .stepStatus(let step), .literal(let value)),
            .binary(.equal, .literal(let value), .stepStatus(let step)):
            return status(step, among: [value], is: outcome)
        case .binary(.notEqual, .stepStatus(let step), .literal(let value)),
            .binary(.notEqual, .literal(let value), .stepStatus(let step)):
            return status(step, among: [value], is: !outcome)
        case .binary(.contains, .stepStatus(let step), .literal(.array(let values))):
            return status(step, among: values, is: outcome)
        case .call(.has, let path): return outcome ? has(path) : StepGuards()
        default: return StepGuards()
        }
    }

    private static func status(_ step: Int, among values: [JSON], is outcome: Bool) -> StepGuards {
        let named = Set(values.compactMap { $0.stringValue.flatMap(StepEnding.init(rawValue:)) })
        var guards = StepGuards()
        guards.endings[step] = outcome ? named : Set(StepEnding.allCases).subtracting(named)
        return guards
    }

    /// A field that is there proves all it is read through.
    private static func has(_ path: Expression) -> StepGuards {
        var guards = StepGuards()
        var rest = path
        while true {
            guards.present.append(rest)
            guard case .member(let base, _) = rest else { return guards }
            rest = base
        }
    }
}
