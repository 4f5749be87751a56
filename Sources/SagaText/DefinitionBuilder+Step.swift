import Kernel
import SagaModel

extension DefinitionBuilder {
    mutating func readStep(_ pair: SourcePair) -> StepDraft {
        var draft = StepDraft(name: pair.key, place: pair.place, formPlace: pair.place)
        let node = pair.value
        guard let pairs = object(node, "a step") else { return draft }
        checkKeys(pairs, DefinitionKeys.step, of: "a step")
        for key in DefinitionKeys.unsupported {
            if let pair = node.pair(key) { refuseUnsupported(pair) }
        }
        if let pair = node.pair("needs") { draft.needs = readNeeds(pair.value, of: draft.name) }
        if let pair = node.pair("if") { draft.condition = readCondition(pair.value) }
        if let pair = node.pair("pivot"), flag(pair) == true { draft.pivotPlace = pair.place }
        if let pair = node.pair("optional"), flag(pair) == true { draft.optionalPlace = pair.place }
        if let pair = node.pair("retry") { draft.retry = readRetry(pair.value) }
        if let pair = node.pair("timeout") { draft.timeout = duration(pair, least: 1) }
        readForm(node, pair.place, into: &draft)
        readUndo(node, into: &draft)
        if let pair = node.pair("probe") { draft.probe = readProbe(pair, in: node) }
        return draft
    }

    mutating func refuseUnsupported(_ pair: SourcePair) {
        let advice =
            switch pair.key {
            case "saga", "wait": "a step runs a `command` of an aggregate, a worker's `call`, or a `sleep`"
            case "each", "parallel": "write the steps out"
            default: "let the aggregates themselves hold what must not change"
            }
        problems.refuse(pair.place, "`\(pair.key)` is not supported yet: \(advice)")
    }

    private mutating func readNeeds(_ node: SourceNode, of step: String) -> [StepDraft.Need] {
        guard let elements = node.elements else {
            problems.refuse(node.place, "`needs` is a list of steps, as in [\(node.string ?? "hotel")]")
            return []
        }
        var needs: [StepDraft.Need] = []
        for element in elements {
            guard let name = element.string else {
                problems.refuse(element.place, "`needs` is a list of step names, not of \(element.kind)")
                continue
            }
            guard let index = names.index(of: name) else {
                problems.refuse(element.place, names.unknown(name))
                continue
            }
            if name == step {
                problems.refuse(element.place, "'\(step)' needs itself; remove it")
            } else if needs.contains(where: { $0.index == index }) {
                problems.refuse(element.place, "'\(name)' is listed twice")
            } else {
                needs.append(StepDraft.Need(index: index, place: element.place))
            }
        }
        return needs
    }

    private mutating func readCondition(_ node: SourceNode) -> ParsedTemplate? {
        guard let template = parser.parse(node, &problems) else { return nil }
        switch template.form {
        case .expression, .literal(.bool): return template
        default:
            problems.refuse(node.place, "`if` is one expression, as in \"${ steps.hotel.status == 'completed' }\"")
            return nil
        }
    }

    /// Reads what the step does: exactly one of the five forms.
    private mutating func readForm(_ node: SourceNode, _ place: Place, into draft: inout StepDraft) {
        let written = (node.pairs ?? []).filter { DefinitionKeys.forms.contains($0.key) }
        guard let first = written.first else {
            return problems.refuse(place, "'\(draft.name)' does nothing: give it a `command`, a `call` or a `sleep`")
        }
        draft.formPlace = first.place
        if written.count > 1 {
            return problems.refuse(written[1].place, "a step does one thing: keep `\(first.key)` or `\(written[1].key)`")
        }
        switch first.key {
        case "command":
            draft.form = readCommand(first, in: node, of: .step).map { .operation(.command($0)) } ?? .unknown
            if let pair = node.pair("expect") { draft.expect = parser.parse(pair.value, &problems) }
        case "call":
            draft.isCall = true
            refuseKey(of: node)
            draft.form = readCall(first, in: node).map { .operation(.call($0)) } ?? .effect
        case "sleep":
            draft.form = duration(first, least: 0).map { .sleep($0) } ?? .unknown
            for key in ["key", "with", "expect", "retry", "timeout"] {
                if let pair = node.pair(key) { problems.refuse(pair.place, "a `sleep` takes no `\(key)`") }
            }
        case "saga": draft.form = .effect
        default: draft.form = .unknown
        }
        if let pair = node.pair("expect"), first.key != "command", first.key != "sleep" {
            problems.refuse(pair.place, "`expect` goes with `command` only")
        }
    }
}
