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
        // A `call` is refused as such; what it would need besides helps nobody.
        guard case .command = draft.form, case .missing = draft.undo, !isUnordered(step) else { return }
        problems.refuse(
            draft.place, "'\(draft.name)' can be rolled back and has no `undo`: give it one, or `undo: none` with `because`")
    }

    /// Refused already; whether it needs an undo depends on how that is put right.
    private func isUnordered(_ step: Int) -> Bool { pivots.contains { graph.areParallel(step, $0) } }

    private mutating func checkRetry(of step: Int) {
        let retry = drafts[step].retry
        guard isBehindPivot(step) else { return }
        if let place = retry.attemptsPlace {
            problems.refuse(place, "behind the pivot a step is tried until it succeeds; remove `attempts`")
        }
        if let place = retry.totalPlace {
            problems.refuse(place, "behind the pivot a step is tried until it succeeds; remove `for`")
        }
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
        if case .command(let command) = draft.form { check(command, rules, isUndo: false) }
        if case .action(let command?, _, _) = draft.undo {
            if case .command(let forward) = draft.form, command.key == nil, forward.aggregate != command.aggregate {
                problems.warn(
                    command.place,
                    "without `key` the undo goes to the \(command.aggregate) named like the step's \(forward.aggregate)")
            }
            check(command, self.rules(.undo(step), readable: ancestors.union([step]), condition: known), isUndo: true)
        }
    }

    private mutating func checkExpect(_ expect: ParsedTemplate, _ rules: ExpressionRules) {
        let kinds = ExpressionCheck.check(expect, rules, &problems)
        var isSound = kinds.contains(.integer)
        if case .literal(.int(let version)) = expect.form { isSound = version >= 0 }
        if !isSound {
            problems.refuse(expect.source.place, "`expect` is a version of the aggregate: an integer of at least 0")
        }
    }

    private mutating func check(_ command: CommandDraft, _ rules: ExpressionRules, isUndo: Bool) {
        if let key = command.key {
            checkTextual(ExpressionCheck.check(key, rules, &problems), key.source, "a key")
            if case .literal(.string(let text)) = key.form, !Names.isKey(text) {
                problems.refuse(key.source.place, "a key has 1 to 255 bytes and no control characters")
            }
        }
        if let body = command.body {
            let kinds = ExpressionCheck.check(body, rules, &problems)
            if !kinds.contains(.object) {
                problems.refuse(body.source.place, "`with` is an object, and this is \(kinds.description)")
            }
        }
        guard command.isBodyRead, case .fields(let fields) = command.fields else { return }
        BodyCheck(command: command, fields: fields, rules: rules, isUndo: isUndo).check(&problems)
    }

    /// The step that runs; only called when nothing was refused.
    func step(_ draft: StepDraft) -> Step? {
        let index = names.index(of: draft.name) ?? 0
        let isBehind = isBehindPivot(index)
        let defaults = isBehind ? defaultRetry.unbounded : defaultRetry
        let merged = isBehind ? draft.retry.over(defaults).unbounded : draft.retry.over(defaults)
        let action: Action
        var timeout: Int64? = draft.timeout ?? self.timeout
        switch draft.form {
        case .command(let command): action = .command(command.template)
        case .sleep(let duration):
            action = .sleep(duration)
            timeout = nil
        case .remote, .unknown: return nil
        }
        var condition: Expression?
        switch draft.condition?.form {
        case .expression(let parsed)?: condition = parsed.expression
        case .literal(let value)?: condition = .literal(value)
        default: break
        }
        return Step(
            name: draft.name, needs: draft.needs.map(\.index), condition: condition, action: action, undo: undo(draft),
            isPivot: draft.isPivot, isOptional: draft.isOptional, retry: merged.retry(builtIn: isBehind ? .forever : .once),
            timeout: timeout, expect: draft.expect?.template)
    }

    private func undo(_ draft: StepDraft) -> Undo {
        switch draft.undo {
        case .missing: return .nothing
        case .waived(let because): return .waived(because: because ?? "")
        case .action(let command, let retry, let timeout):
            guard let command else { return .nothing }
            return .action(
                UndoAction(
                    command: command.template, retry: retry.over(defaultUndoRetry).retry(builtIn: .forever),
                    timeout: timeout ?? self.timeout))
        }
    }
}
