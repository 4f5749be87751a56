import Kernel
public import SagaModel

/// Reads single values of a document; each answers nil after saying what is wrong.
extension Problems {
    public mutating func checkKeys(_ pairs: [SourcePair], _ known: [String], of owner: String) {
        for pair in pairs where !known.contains(pair.key) {
            refuse(pair.place, "\(owner) has no key '\(pair.key)'" + Self.choice(for: pair.key, known))
        }
    }

    private static func choice(for key: String, _ known: [String]) -> String {
        let hint = Suggestion.didYouMean(key, among: known)
        return hint.isEmpty ? "; there are " + known.joined(separator: ", ") : hint
    }

    public mutating func require(_ key: String, in node: SourceNode, _ what: String) -> SourcePair? {
        if let pair = node.pair(key) { return pair }
        refuse(node.place, "`\(key)` is missing: \(what)")
        return nil
    }

    public mutating func object(_ node: SourceNode, _ owner: String) -> [SourcePair]? {
        if let pairs = node.pairs { return pairs }
        refuse(node.place, "\(owner) is an object, not \(node.kind)")
        return nil
    }

    public mutating func text(_ pair: SourcePair) -> String? {
        if let text = pair.value.string { return text }
        refuse(pair.value.place, "`\(pair.key)` is a string, not \(pair.value.kind)" + Self.quoteHint(pair.value))
        return nil
    }

    /// Where YAML made a number or a word of what was meant as text.
    private static func quoteHint(_ node: SourceNode) -> String {
        switch node.value {
        case .scalar(.int), .scalar(.double), .scalar(.bool): "; put it in quotes"
        default: ""
        }
    }

    public mutating func integer(_ pair: SourcePair, in range: ClosedRange<Int64>) -> Int64? {
        if case .scalar(.int(let number)) = pair.value.value, range.contains(number) { return number }
        let most = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
        let found = if case .scalar(.int(let number)) = pair.value.value { "\(number)" } else { pair.value.kind }
        refuse(pair.value.place, "`\(pair.key)` is an integer of at least \(range.lowerBound)\(most), not \(found)")
        return nil
    }

    public mutating func flag(_ pair: SourcePair) -> Bool? {
        if case .scalar(.bool(let flag)) = pair.value.value { return flag }
        refuse(
            pair.value.place, "`\(pair.key)` is true or false, not \(pair.value.string.map { "'\($0)'" } ?? pair.value.kind)")
        return nil
    }

    public mutating func duration(_ pair: SourcePair, least: Int64) -> Int64? {
        guard let text = pair.value.string, let value = DurationText.milliseconds(text) else {
            refuse(
                pair.value.place, "`\(pair.key)` is a duration such as 250ms, 30s, 5m, 2h or 7d, not \(Self.shown(pair.value))")
            return nil
        }
        guard (least...DefinitionLimits.duration).contains(value) else {
            let bound = value < least ? "at least \(least)ms" : "at most \(DefinitionLimits.duration / 86_400_000)d"
            refuse(pair.value.place, "`\(pair.key)` is \(bound)")
            return nil
        }
        return value
    }

    private static func shown(_ node: SourceNode) -> String {
        if case .scalar(let value) = node.value { return "'\(value.stringValue ?? value.text)'" }
        return node.kind
    }
}
