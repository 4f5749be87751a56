import SagaModel

/// What comes of a definition without problems.
extension DefinitionBuilder {
    /// The step that runs; only called when nothing was refused.
    func step(_ draft: StepDraft) -> Step? {
        let index = names.index(of: draft.name) ?? 0
        let isBehind = isBehindPivot(index)
        let defaults = isBehind ? defaultRetry.unbounded : defaultRetry
        let merged = isBehind ? draft.retry.over(defaults).unbounded : draft.retry.over(defaults)
        let action: Action
        var timeout: Int64? = draft.timeout ?? self.timeout
        switch draft.form {
        case .operation(.command(let command)): action = .command(command.template)
        case .operation(.call(let call)): action = .call(call.template)
        case .sleep(let duration):
            action = .sleep(duration)
            timeout = nil
        case .effect, .unknown: return nil
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
            timeout: timeout, expect: draft.expect?.template, probe: draft.probe.flatMap { probe($0) })
    }

    private func probe(_ draft: ProbeDraft) -> Probe? {
        draft.call.map { call in
            Probe(call: call.template, retry: draft.retry.retry(builtIn: .asking), timeout: draft.timeout ?? timeout)
        }
    }

    private func undo(_ draft: StepDraft) -> Undo {
        switch draft.undo {
        case .missing: return .nothing
        case .waived(let because): return .waived(because: because ?? "")
        case .action(let operation, let retry, let timeout):
            guard let operation else { return .nothing }
            return .action(
                UndoAction(
                    operation.template, retry: retry.over(defaultUndoRetry).retry(builtIn: .forever),
                    timeout: timeout ?? self.timeout))
        }
    }
}
