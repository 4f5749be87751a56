import SagaModel

/// What each status of a response means. What is not named is unknown; a single status goes before a range.
struct StatusRules: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        case done
        /// A definite no, with its code.
        case no(Template)
        case notNow
    }

    struct Rule: Sendable, Equatable {
        let range: ClosedRange<Int>
        let verdict: Verdict
        /// For messages: the key it stands under.
        let key: String

        var isSingle: Bool { range.count == 1 }
    }

    static let known = 100...599
    private(set) var rules: [Rule] = []

    /// Nil when nobody knows.
    func verdict(_ status: Int) -> Verdict? { rule(status)?.verdict }

    private func rule(_ status: Int) -> Rule? {
        let found = rules.filter { $0.range.contains(status) }
        return found.first(where: \.isSingle) ?? found.first
    }

    /// Answers the rule of the same rank that speaks of the same status, if there is one; then it is not added.
    mutating func add(_ rule: Rule) -> Rule? {
        if let other = rules.first(where: { $0.isSingle == rule.isSingle && $0.range.overlaps(rule.range) }) { return other }
        rules.append(rule)
        return nil
    }

    /// Rules for what nothing was said about.
    mutating func addDefaults(done: Bool, notNow: Bool) {
        if done { _ = add(Rule(range: 200...299, verdict: .done, key: "done")) }
        if notNow { for status in [429, 503] { _ = add(Rule(range: status...status, verdict: .notNow, key: "not_now")) } }
    }

    /// `404` or `400-499`.
    static func range(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { status($0) }
        switch parts.count {
        case 1: return parts[0].map { $0...$0 }
        case 2:
            guard let low = parts[0], let high = parts[1], low < high else { return nil }
            return low...high
        default: return nil
        }
    }

    private static func status(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, let number = Int(text), known.contains(number) else { return nil }
        return number
    }
}
