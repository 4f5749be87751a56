import Kernel
import SagaModel

/// Reads what participants are asked to do: commands and calls of steps, undos and probes.
extension DefinitionBuilder {
    /// Where a command stands, which decides whether it may go without a `key`.
    enum CommandOwner {
        case step
        case undoOfCommand
        case undoOfCall
    }

    mutating func readCommand(_ pair: SourcePair, in node: SourceNode, of owner: CommandOwner) -> CommandDraft? {
        if owner != .undoOfCommand, node.pair("key") == nil {
            let type = pair.value.string?.prefix { $0 != "." } ?? "aggregate"
            let why = owner == .step ? "which \(type) the command is for" : "which \(type) the undo is for; a `call` has no key"
            problems.refuse(pair.place, "`key` is missing: \(why)")
        }
        let key = node.pair("key").flatMap { parser.parse($0.value, &problems) }
        let with = node.pair("with")
        let body = with.flatMap { parser.parse($0.value, &problems) }
        guard let text = text(pair), let (aggregate, name) = split(text, pair.value) else { return nil }
        var finding = catalog.find(name, of: aggregate)
        let isRemote = [.unknownType, .unchecked].contains(finding) && catalog.isRemote(aggregate)
        if isRemote { finding = .unchecked }
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
            isBodyRead: with == nil || body != nil, fields: finding, isRemote: isRemote)
    }

    /// `hotel.reserve`: both parts may hold dots, so the first cut that leaves a type it was cut at before wins, then one that
    /// leaves a known type, else the last dot.
    private mutating func split(_ text: String, _ node: SourceNode) -> (String, String)? {
        let cuts = CommandName.cuts(text)
        guard let last = cuts.last else {
            problems.refuse(node.place, "`command` is <aggregate type>.<command>, as in hotel.reserve")
            return nil
        }
        guard cuts.count > 1 else { return (last.aggregate, last.name) }
        let before = cuts.first { settled.contains($0.aggregate) }
        let cut = before ?? CommandName.find(text, in: catalog) ?? last
        ambiguous.insert(cut.aggregate)
        return (cut.aggregate, cut.name)
    }

    mutating func refuseKey(of call: SourceNode) {
        if let key = call.pair("key") { problems.refuse(key.place, "`key` goes with `command` only: a `call` takes `with`") }
    }

    /// An action of a worker: nobody here knows what it takes, so only its shape is checked.
    mutating func readCall(_ pair: SourcePair, in node: SourceNode) -> CallDraft? {
        let body = node.pair("with").flatMap { parser.parse($0.value, &problems) }
        guard let action = text(pair) else { return nil }
        guard Names.isName(action) else {
            problems.refuse(
                pair.value.place,
                "'\(action)' is no action: a small letter, then up to 62 of a-z, 0-9, '_', '.' and '-', as in airline.reserve")
            return nil
        }
        return CallDraft(action: action, body: body)
    }

    mutating func readUndo(_ node: SourceNode, into draft: inout StepDraft) {
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
                pair.value.place,
                "`undo` is an object with a `command` or a `call`, or none with `because`, not \(pair.value.kind)")
        }
        checkKeys(pairs, DefinitionKeys.undo, of: "`undo`")
        let operation = readUndoOperation(pair, of: draft)
        let retry = pair.value.pair("retry").map { readRetry($0.value) } ?? RetryDraft()
        draft.undo = .action(operation, retry: retry, timeout: pair.value.pair("timeout").flatMap { duration($0, least: 1) })
    }

    private mutating func readUndoOperation(_ pair: SourcePair, of draft: StepDraft) -> OperationDraft? {
        let node = pair.value
        let written = (node.pairs ?? []).filter { ["command", "call", "saga"].contains($0.key) }
        guard let first = written.first else {
            problems.refuse(
                pair.place, "the undo does nothing: give it a `command` or a `call`, or write `undo: none` with `because`")
            return nil
        }
        if written.count > 1 {
            problems.refuse(written[1].place, "an undo does one thing: keep `\(first.key)` or `\(written[1].key)`")
            return nil
        }
        switch first.key {
        case "command":
            return readCommand(first, in: node, of: draft.isCall ? .undoOfCall : .undoOfCommand).map { .command($0) }
        case "call":
            refuseKey(of: node)
            return readCall(first, in: node).map { .call($0) }
        default:
            refuseUnsupported(first)
            return nil
        }
    }

    /// Only a worker's call ends unknown, so only there is something to ask.
    mutating func readProbe(_ pair: SourcePair, in step: SourceNode) -> ProbeDraft? {
        guard step.pair("call") != nil else {
            problems.refuse(pair.place, "`probe` goes with `call` only: nothing else ends without an answer")
            return nil
        }
        guard let pairs = object(pair.value, "`probe`") else { return nil }
        checkKeys(pairs, DefinitionKeys.probe, of: "`probe`")
        let call = require("call", in: pair.value, "the action that knows what became of the step's")
            .flatMap { readCall($0, in: pair.value) }
        var retry = RetryDraft()
        if let pair = pair.value.pair("retry") {
            retry = readRetry(pair.value)
            for member in pair.value.pairs ?? [] where DefinitionKeys.retry.contains(member.key) {
                guard !DefinitionKeys.probeRetry.contains(member.key) else { continue }
                problems.refuse(member.place, "the `retry` of a probe takes no `\(member.key)`")
            }
        }
        return ProbeDraft(
            call: call, retry: retry, timeout: pair.value.pair("timeout").flatMap { duration($0, least: 1) })
    }
}
