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
        return draft
    }

    mutating func refuseUnsupported(_ pair: SourcePair) {
        let advice =
            switch pair.key {
            case "call", "saga", "wait": "a step runs a `command` of this server's aggregates, or a `sleep`"
            case "probe": "commands of this server's aggregates need none"
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
            return problems.refuse(place, "'\(draft.name)' does nothing: give it a `command` or a `sleep`")
        }
        draft.formPlace = first.place
        if written.count > 1 {
            return problems.refuse(written[1].place, "a step does one thing: keep `\(first.key)` or `\(written[1].key)`")
        }
        switch first.key {
        case "command":
            draft.form = readCommand(first, in: node, isUndo: false).map { .command($0) } ?? .unknown
            if let pair = node.pair("expect") { draft.expect = parser.parse(pair.value, &problems) }
        case "sleep":
            draft.form = duration(first, least: 0).map { .sleep($0) } ?? .unknown
            for key in ["key", "with", "expect", "retry", "timeout"] {
                if let pair = node.pair(key) { problems.refuse(pair.place, "a `sleep` takes no `\(key)`") }
            }
        case "call", "saga": draft.form = .remote
        default: draft.form = .unknown
        }
        if let pair = node.pair("expect"), first.key != "command", first.key != "sleep" {
            problems.refuse(pair.place, "`expect` goes with `command` only")
        }
    }

    mutating func readCommand(_ pair: SourcePair, in node: SourceNode, isUndo: Bool) -> CommandDraft? {
        if !isUndo, node.pair("key") == nil {
            problems.refuse(
                pair.place, "`key` is missing: which \(pair.value.string?.prefix { $0 != "." } ?? "aggregate") the command is for"
            )
        }
        let key = node.pair("key").flatMap { parser.parse($0.value, &problems) }
        let with = node.pair("with")
        let body = with.flatMap { parser.parse($0.value, &problems) }
        guard let text = text(pair), let (aggregate, name) = split(text, pair.value) else { return nil }
        let finding = catalog.find(name, of: aggregate)
        switch finding {
        case .unknownType:
            let hint = Suggestion.didYouMean(aggregate, among: catalog.aggregateTypes)
            problems.refuse(pair.value.place, "there is no aggregate type '\(aggregate)'" + hint)
        case .unknownCommand:
            let known = catalog.commandNames(of: aggregate)
            let hint = Suggestion.didYouMean(name, among: known)
            let choice = hint.isEmpty && !known.isEmpty ? "; it has " + known.joined(separator: ", ") : hint
            problems.refuse(pair.value.place(at: aggregate.utf8.count + 1), "'\(aggregate)' has no command '\(name)'" + choice)
        case .unchecked, .fields: break
        }
        return CommandDraft(
            aggregate: aggregate, name: name, place: pair.value.place, key: key, body: body,
            isBodyRead: with == nil || body != nil, fields: finding)
    }

    /// `hotel.reserve`: both parts may hold dots, so the first cut that leaves a known type wins, else the last dot.
    private mutating func split(_ text: String, _ node: SourceNode) -> (String, String)? {
        let cuts = text.indices.filter { text[$0] == "." }
        let pairs = cuts.map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
        let sound = pairs.filter { Names.isName($0.0) && Names.isName($0.1) }
        guard let last = sound.last else {
            problems.refuse(node.place, "`command` is <aggregate type>.<command>, as in hotel.reserve")
            return nil
        }
        return sound.first { catalog.find($0.1, of: $0.0) != .unknownType } ?? last
    }

    private mutating func readUndo(_ node: SourceNode, into draft: inout StepDraft) {
        let because = node.pair("because")
        guard let pair = node.pair("undo") else {
            if let because { problems.refuse(because.place, "`because` goes with `undo: none`") }
            return
        }
        draft.undoPlace = pair.place
        draft.undo = .action(nil, retry: RetryDraft(), timeout: nil)
        if pair.value.string == "none" {
            let reason = because.flatMap { text($0) }
            draft.undo = .waived(because: reason)
            if because == nil || reason?.isEmpty == true {
                problems.refuse(pair.place, "`undo: none` needs `because`: why nothing has to be reversed")
            }
            return
        }
        if let because { problems.refuse(because.place, "`because` goes with `undo: none`") }
        guard let pairs = pair.value.pairs else {
            return problems.refuse(
                pair.value.place, "`undo` is an object with a `command`, or none with `because`, not \(pair.value.kind)")
        }
        checkKeys(pairs, DefinitionKeys.undo, of: "`undo`")
        for key in DefinitionKeys.unsupported {
            if DefinitionKeys.undo.contains(key), let pair = pair.value.pair(key) { refuseUnsupported(pair) }
        }
        let command = pair.value.pair("command").flatMap { readCommand($0, in: pair.value, isUndo: true) }
        if !pairs.contains(where: { ["command", "call", "saga"].contains($0.key) }) {
            problems.refuse(pair.place, "the undo does nothing: give it a `command`, or write `undo: none` with `because`")
        }
        let retry = pair.value.pair("retry").map { readRetry($0.value) } ?? RetryDraft()
        draft.undo = .action(command, retry: retry, timeout: pair.value.pair("timeout").flatMap { duration($0, least: 1) })
    }
}
