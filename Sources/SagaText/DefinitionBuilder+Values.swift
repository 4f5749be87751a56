import Kernel
import SagaModel

/// Reads single values; each answers nil after saying what is wrong.
extension DefinitionBuilder {
    mutating func checkKeys(_ pairs: [SourcePair], _ known: [String], of owner: String) {
        problems.checkKeys(pairs, known, of: owner)
    }

    mutating func require(_ key: String, in node: SourceNode, _ what: String) -> SourcePair? {
        problems.require(key, in: node, what)
    }

    mutating func object(_ node: SourceNode, _ owner: String) -> [SourcePair]? { problems.object(node, owner) }
    mutating func text(_ pair: SourcePair) -> String? { problems.text(pair) }
    mutating func integer(_ pair: SourcePair, in range: ClosedRange<Int64>) -> Int64? { problems.integer(pair, in: range) }
    mutating func flag(_ pair: SourcePair) -> Bool? { problems.flag(pair) }
    mutating func duration(_ pair: SourcePair, least: Int64) -> Int64? { problems.duration(pair, least: least) }

    /// Codes of definite answers: a list of strings.
    mutating func codes(_ pair: SourcePair) -> [String]? {
        guard let elements = pair.value.elements, !elements.isEmpty, elements.allSatisfy({ $0.string != nil }) else {
            problems.refuse(pair.value.place, "`\(pair.key)` is a list of codes such as [sold_out]")
            return nil
        }
        return elements.compactMap(\.string)
    }

    mutating func checkTextual(_ kinds: ValueKinds, _ node: SourceNode, _ what: String) {
        guard kinds.isDisjoint(with: [.string, .integer]) else { return }
        problems.refuse(node.place, "\(what) is a string or an integer, and this is \(kinds.description)")
    }

    func rules(_ place: ExpressionRules.Place, readable: Set<Int>? = nil, condition: Expression? = nil) -> ExpressionRules {
        let all: Set<Int> = place == .output ? Set(drafts.indices) : []
        var endings = endings
        // An undo runs only when its step did; whether that had a result nobody knows of a call that ended maybe done.
        if case .undo(let step) = place { endings[step] = drafts[step].isCall ? [.completed, .failed] : [.completed] }
        return ExpressionRules(
            place: place, input: input, names: names.names, endings: endings, readable: readable ?? all, condition: condition)
    }
}
