import Kernel
import SagaModel

/// Reads single values; each answers nil after saying what is wrong.
extension DefinitionBuilder {
    mutating func checkKeys(_ pairs: [SourcePair], _ known: [String], of owner: String) {
        for pair in pairs where !known.contains(pair.key) {
            problems.refuse(pair.place, "\(owner) has no key '\(pair.key)'" + Self.choice(for: pair.key, known))
        }
    }

    private static func choice(for key: String, _ known: [String]) -> String {
        let hint = Suggestion.didYouMean(key, among: known)
        return hint.isEmpty ? "; there are " + known.joined(separator: ", ") : hint
    }

    mutating func require(_ key: String, in node: SourceNode, _ what: String) -> SourcePair? {
        if let pair = node.pair(key) { return pair }
        problems.refuse(node.place, "`\(key)` is missing: \(what)")
        return nil
    }

    mutating func object(_ node: SourceNode, _ owner: String) -> [SourcePair]? {
        if let pairs = node.pairs { return pairs }
        problems.refuse(node.place, "\(owner) is an object, not \(node.kind)")
        return nil
    }

    mutating func text(_ pair: SourcePair) -> String? {
        if let text = pair.value.string { return text }
        problems.refuse(pair.value.place, "`\(pair.key)` is a string, not \(pair.value.kind)" + Self.quoteHint(pair.value))
        return nil
    }

    /// Where YAML made a number or a word of what was meant as text.
    private static func quoteHint(_ node: SourceNode) -> String {
        switch node.value {
        case .scalar(.int), .scalar(.double), .scalar(.bool): "; put it in quotes"
        default: ""
        }
    }

    mutating func integer(_ pair: SourcePair, in range: ClosedRange<Int64>) -> Int64? {
        if case .scalar(.int(let number)) = pair.value.value, range.contains(number) { return number }
        let most = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
        let found = if case .scalar(.int(let number)) = pair.value.value { "\(number)" } else { pair.value.kind }
        problems.refuse(pair.value.place, "`\(pair.key)` is an integer of at least \(range.lowerBound)\(most), not \(found)")
        return nil
    }

    mutating func flag(_ pair: SourcePair) -> Bool? {
        if case .scalar(.bool(let flag)) = pair.value.value { return flag }
        problems.refuse(
            pair.value.place, "`\(pair.key)` is true or false, not \(pair.value.string.map { "'\($0)'" } ?? pair.value.kind)")
        return nil
    }

    mutating func duration(_ pair: SourcePair, least: Int64) -> Int64? {
        guard let text = pair.value.string, let value = DurationText.milliseconds(text) else {
            problems.refuse(
                pair.value.place, "`\(pair.key)` is a duration such as 250ms, 30s, 5m, 2h or 7d, not \(Self.shown(pair.value))")
            return nil
        }
        guard (least...DefinitionLimits.duration).contains(value) else {
            let bound = value < least ? "at least \(least)ms" : "at most \(DefinitionLimits.duration / 86_400_000)d"
            problems.refuse(pair.value.place, "`\(pair.key)` is \(bound)")
            return nil
        }
        return value
    }

    private static func shown(_ node: SourceNode) -> String {
        if case .scalar(let value) = node.value { return "'\(value.stringValue ?? value.text)'" }
        return node.kind
    }

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
