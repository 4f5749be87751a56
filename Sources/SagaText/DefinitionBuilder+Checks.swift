import Kernel
import SagaModel

/// What is checked of each step once the whole graph is known.
extension DefinitionBuilder {
    mutating func checkSteps() {
        for step in drafts.indices {
            checkUndo(of: step)
            checkRetry(of: step)
            checkExpressions(of: step)
        }
    }

    private mutating func checkUndo(of step: Int) {
        let draft = drafts[step]
        if case .sleep = draft.form {
            if let place = draft.undoPlace, !draft.isPivot {
                problems.refuse(place, "a `sleep` changes nothing; remove its `undo`")
            }
            return
        }
        guard !draft.isPivot, graph.order.count == drafts.count else { return }
        if isBehindPivot(step) {
            guard let place = draft.undoPlace else { return }
            return problems.refuse(place, "nothing behind the pivot is undone; remove this `undo`")
        }
        guard case .operation = draft.form, case .missing = draft.undo, !isUnordered(step) else { return }
        problems.refuse(
            draft.place, "'\(draft.name)' can be rolled back and has no `undo`: give it one, or `undo: none` with `because`")
    }

    /// Refused already; whether it needs an undo depends on how that is put right.
    private func isUnordered(_ step: Int) -> Bool { pivots.contains { graph.areParallel(step, $0) } }

    private mutating func checkRetry(of step: Int) {
        let retry = drafts[step].retry
        guard isBehindPivot(step) else { return checkCallIsTriedAgain(drafts[step]) }
        if let place = retry.attemptsPlace {
            problems.refuse(place, "behind the pivot a step is tried until it succeeds; remove `attempts`")
        }
        if let place = retry.totalPlace {
            problems.refuse(place, "behind the pivot a step is tried until it succeeds; remove `for`")
        }
    }

    /// Once is rarely meant where a process in between may be restarted. A pivot in doubt is tried without end.
    private mutating func checkCallIsTriedAgain(_ draft: StepDraft) {
        let retry = draft.retry.over(defaultRetry)
        guard case .operation(.call) = draft.form, !draft.isPivot, retry.attempts == nil, retry.total == nil else { return }
        problems.warn(
            draft.place,
            "'\(draft.name)' is sent once, so a worker that is restarted meanwhile fails it: give it a `retry`, "
                + "or `retry: { attempts: 1 }` if once is meant")
    }

    private mutating func checkExpressions(of step: Int) {
        let draft = drafts[step]
        let ancestors = Set(drafts.indices.filter { graph.isAfter(step, $0) })
        if let condition = draft.condition {
            let kinds = ExpressionCheck.check(condition, rules(.step(step), readable: ancestors), &problems)
            if !kinds.contains(.boolean) {
                problems.refuse(condition.source.place, "`if` is true or false, and this is \(kinds.description)")
            }
        }
        var known: Expression?
        if case .expression(let parsed)? = draft.condition?.form { known = parsed.expression }
        let rules = rules(.step(step), readable: ancestors, condition: known)
        if let expect = draft.expect { checkExpect(expect, rules) }
        if case .operation(let operation) = draft.form { check(operation, rules, isUndo: false) }
        if let body = draft.probe?.call?.body { checkBody(body, rules) }
        if case .action(let operation?, _, _) = draft.undo {
            checkUndoKey(operation, of: draft)
            check(operation, self.rules(.undo(step), readable: ancestors.union([step]), condition: known), isUndo: true)
        }
    }

    private mutating func checkUndoKey(_ operation: OperationDraft, of draft: StepDraft) {
        guard case .command(let command) = operation, case .operation(.command(let forward)) = draft.form, command.key == nil,
            forward.aggregate != command.aggregate
        else { return }
        problems.warn(
            command.place,
            "without `key` the undo goes to the \(command.aggregate) named like the step's \(forward.aggregate)")
    }

    private mutating func checkExpect(_ expect: ParsedTemplate, _ rules: ExpressionRules) {
        let kinds = ExpressionCheck.check(expect, rules, &problems)
        var isSound = kinds.contains(.integer)
        if case .literal(.int(let version)) = expect.form { isSound = version >= 0 }
        if !isSound {
            problems.refuse(expect.source.place, "`expect` is a version of the aggregate: an integer of at least 0")
        }
    }

    private mutating func check(_ operation: OperationDraft, _ rules: ExpressionRules, isUndo: Bool) {
        switch operation {
        case .command(let command): check(command, rules, isUndo: isUndo)
        case .call(let call): if let body = call.body { checkBody(body, rules) }
        }
    }

    private mutating func checkBody(_ body: ParsedTemplate, _ rules: ExpressionRules) {
        let kinds = ExpressionCheck.check(body, rules, &problems)
        if !kinds.contains(.object) {
            problems.refuse(body.source.place, "`with` is an object, and this is \(kinds.description)")
        }
    }

    private mutating func check(_ command: CommandDraft, _ rules: ExpressionRules, isUndo: Bool) {
        if let key = command.key {
            checkTextual(ExpressionCheck.check(key, rules, &problems), key.source, "a key")
            if case .literal(.string(let text)) = key.form, !Names.isKey(text) {
                problems.refuse(key.source.place, "a key has 1 to 255 bytes and no control characters")
            }
        }
        if let body = command.body { checkBody(body, rules) }
        guard command.isBodyRead, case .fields(let fields) = command.fields else { return }
        BodyCheck(command: command, fields: fields, rules: rules, isUndo: isUndo).check(&problems)
    }
}
