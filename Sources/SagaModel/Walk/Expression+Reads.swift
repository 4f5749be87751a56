import Kernel

extension Expression {
    /// Whether its value hangs on what a participant answered.
    var readsResults: Bool {
        switch self {
        case .stepResult, .stepError: true
        case .literal, .input, .saga, .stepStatus, .item, .index: false
        case .member(let base, let name): base.readsResults || name.readsResults
        case .unary(_, let operand), .call(_, let operand): operand.readsResults
        case .binary(_, let left, let right): left.readsResults || right.readsResults
        case .conditional(let test, let yes, let no): test.readsResults || yes.readsResults || no.readsResults
        }
    }
}

extension Template {
    var readsResults: Bool {
        switch self {
        case .literal: false
        case .expression(let expression): expression.readsResults
        case .text(let parts):
            parts.contains { part in if case .expression(let expression) = part { expression.readsResults } else { false } }
        case .array(let elements): elements.contains(where: \.readsResults)
        case .object(let members): members.contains(where: \.value.readsResults)
        }
    }
}
