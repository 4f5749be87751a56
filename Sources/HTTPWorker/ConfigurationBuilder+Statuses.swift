import Kernel
import SagaModel
import SagaText

/// What each status means.
extension ConfigurationBuilder {
    mutating func readStatuses(_ node: SourceNode) -> StatusRules {
        var rules = StatusRules()
        if let pair = node.pair("done") { readList(pair, .done, into: &rules) }
        if let pair = node.pair("not_now") { readList(pair, .notNow, into: &rules) }
        if let pair = node.pair("no") { readNo(pair, into: &rules) }
        rules.addDefaults(done: node.pair("done") == nil, notNow: node.pair("not_now") == nil)
        return rules
    }

    private mutating func readList(_ pair: SourcePair, _ verdict: StatusRules.Verdict, into rules: inout StatusRules) {
        guard let elements = pair.value.elements else {
            problems.refuse(pair.value.place, "`\(pair.key)` is a list of statuses such as [200, 202] or [200-299]")
            return
        }
        for element in elements {
            let text: String? = if case .scalar(.int(let number)) = element.value { String(number) } else { element.string }
            add(text ?? element.kind, element.place, verdict, pair.key, into: &rules)
        }
    }

    private mutating func readNo(_ pair: SourcePair, into rules: inout StatusRules) {
        guard let pairs = pair.value.pairs else {
            problems.refuse(
                pair.value.place, "`no` says the code of each status, as { 404: not_found, 409: \"${ response.body.code }\" }")
            return
        }
        for member in pairs {
            guard let code = readCode(member) else { continue }
            add(member.key, member.place, .no(code), "no", into: &rules)
        }
    }

    private mutating func readCode(_ pair: SourcePair) -> Template? {
        guard problems.text(pair) != nil, let code = template(pair.value, for: .answer) else { return nil }
        if case .literal(let value) = code, !Names.isName(value.stringValue ?? "") {
            let text = value.stringValue ?? ""
            problems.refuse(
                pair.value.place,
                "'\(text)' is no code: a small letter, then up to 62 of a-z, 0-9, '_', '.' and '-', as in sold_out")
            return nil
        }
        return code
    }

    private mutating func add(
        _ text: String, _ place: Place, _ verdict: StatusRules.Verdict, _ key: String, into rules: inout StatusRules
    ) {
        guard let range = StatusRules.range(text) else {
            let (low, high) = (StatusRules.known.lowerBound, StatusRules.known.upperBound)
            problems.refuse(place, "'\(text)' is no status: a number from \(low) to \(high), or a range such as 400-499")
            return
        }
        if let other = rules.add(StatusRules.Rule(range: range, verdict: verdict, key: key)) {
            problems.refuse(place, "`\(other.key)` speaks of \(text) already; keep one")
        }
    }
}
