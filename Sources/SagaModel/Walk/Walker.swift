import Kernel

/// What may happen next to a saga, and what comes of it: asks the real plan, fold and policies, and adds only choices.
struct Walker {
    let walked: WalkedDefinition
    let asWorkers: Bool
    let moves: @Sendable (SagaState, Timestamp) -> [SagaMove]
    private static let now = WalkCode.now

    /// A state after one action; `broken` says which promise it broke.
    struct Next {
        var state: SagaState
        var events: [SagaEvent] = []
        var broken: String?

        /// Folds one event, unless something is broken already.
        mutating func record(_ event: SagaEvent) {
            guard broken == nil else { return }
            broken = SagaRules.broken(by: event, in: state)
            events.append(event)
            do throws(IllegalTransition) { try state.apply(event, at: Walker.now) } catch {
                broken = broken ?? error.description
            }
        }
    }

    /// What the plan would do first; it is asked once for a state.
    func firstMove(_ state: SagaState) -> SagaMove? { state.isEnded ? nil : moves(state, Self.now).first }

    /// Everything that might happen now; `next` says of each whether it can.
    func actions(_ state: SagaState, _ first: SagaMove?) -> [WalkAction] {
        if state.isEnded { return [] }
        var actions: [WalkAction] = []
        if let move = first { actions += begins(move, state, .move) }
        for index in state.steps.indices { actions += events(ofStep: index, state) }
        if state.status == .running, !state.isPastPivot {
            if state.deadline == WalkCode.never { actions.append(WalkAction(.deadline)) }
            if state.cancelRequest == nil { actions.append(WalkAction(.cancel)) }
        }
        return actions
    }

    private func begins(_ move: SagaMove, _ state: SagaState, _ kind: WalkAction.Kind) -> [WalkAction] {
        switch move {
        case .start(let index):
            let step = walked.steps[index]
            let isFirst = state.steps[index].status == .pending
            var choices = isFirst ? step.beginnings : []
            choices += walked.definition.steps[index].hasEffect ? step.isLocal ? step.outcomes : [.held] : [.nothing]
            return choices.map { WalkAction(kind, $0, step: index) }
        case .startUndo(let index):
            let step = walked.steps[index]
            return (step.isUndoLocal ? step.undoOutcomes : [.held]).map { WalkAction(kind, $0, step: index, isUndo: true) }
        case .giveUp(let index) where state.steps[index].hadUnknown && walked.steps[index].undoReadsResults:
            return [WalkAction(kind, step: index), WalkAction(kind, .unknownWithoutUndo, step: index)]
        default: return [WalkAction(kind)]
        }
    }

    private func events(ofStep index: Int, _ state: SagaState) -> [WalkAction] {
        let (step, kind) = (state.steps[index], walked.steps[index])
        var actions: [WalkAction] = []
        switch step.status {
        case .running where step.due != nil: actions.append(WalkAction(.wake, step: index))
        case .running: actions += kind.outcomes.map { WalkAction(.answer, $0, step: index) }
        case .unknown where step.probe.isOpen: actions += kind.probeOutcomes.map { WalkAction(.answer, $0, step: index) }
        case .unknown where !kind.probeOutcomes.isEmpty: actions.append(WalkAction(.wake, .held, step: index))
        case .retrying, .unknown: actions += begins(.start(index), state, .wake)
        default: break
        }
        let wasUnknown = step.status.isOpen ? step.hadUnknown && step.status != .running : step.certainty == .maybe
        if !kind.isLocal, wasUnknown { actions.append(WalkAction(.late, .done, step: index)) }
        switch step.undo.status {
        case .undoing: actions += kind.undoOutcomes.map { WalkAction(.answer, $0, step: index, isUndo: true) }
        case .retrying: actions += begins(.startUndo(index), state, .wake)
        default: break
        }
        return actions
    }

    /// nil when this cannot happen here, or changes nothing.
    func next(_ state: SagaState, _ action: WalkAction, _ first: SagaMove?) -> Next? {
        var next = Next(state: state)
        switch action.kind {
        case .deadline: next.state.deadline = Self.now.milliseconds
        case .cancel: next.record(.cancelRequested(reason: "", actor: nil))
        case .move:
            guard let move = first else { return nil }
            return begin(move, action, &next) ? next : nil
        case .wake:
            guard let move = wake(action, &next.state) else { return nil }
            return begin(move, action, &next) ? next : nil
        case .answer: return answer(action, &next) ? next : nil
        case .late:
            let answer = SagaAnswer(
                operation: state.operationID(ofStep: action.step), attempt: 1, outcome: .done(result: [:], version: nil))
            guard case .counts(let event) = state.verdict(on: answer, at: Self.now, random: 0) else { return nil }
            next.record(event)
        }
        return next
    }

    /// The time of a step or undo comes; its move, when the plan has one for it.
    private func wake(_ action: WalkAction, _ state: inout SagaState) -> SagaMove? {
        if action.isUndo {
            state.steps[action.step].undo.due = Self.now.milliseconds
        } else {
            state.steps[action.step].due = Self.now.milliseconds
        }
        let wanted: [SagaMove] =
            action.isUndo
            ? [.startUndo(action.step), .failUndo(action.step)]
            : [.start(action.step), .finishSleep(action.step), .probe(action.step)]
        return moves(state, Self.now).first(where: wanted.contains)
    }

    private func begin(_ move: SagaMove, _ action: WalkAction, _ next: inout Next) -> Bool {
        let act: SagaAct
        if case .start(let index) = move {
            act = next.state.beginning(index, preparation(index, action.choice), at: Self.now)
        } else {
            act = next.state.act(for: move, at: Self.now)
        }
        next.record(action.choice == .unknownWithoutUndo ? act.event.withoutUndo : act.event)
        if let failure = act.failure { next.record(failure) }
        guard act.attempt != nil, action.choice != .held, next.broken == nil else { return true }
        return answer(action, &next)
    }

    private func preparation(_ index: Int, _ choice: WalkChoice) -> Preparation {
        switch (choice, walked.definition.steps[index].action) {
        case (.skipped, _): .skip
        case (.expressionFails, _): .failed(Failure(code: "expression", message: "an expression has no value"))
        case (_, .sleep): .sleep(until: WalkCode.later)
        case (_, .command(let command)):
            .call(.aggregate(AggregateID(command.aggregate, "key"), command: command.name, isRemote: false), WalkCode.call)
        case (_, .call(let call)): .call(.worker(action: call.action), WalkCode.call)
        }
    }
}
