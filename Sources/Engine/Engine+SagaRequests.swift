import EventLog
import Kernel
import SagaModel
import Wire

/// What people and clients ask of sagas.
extension Engine {
    func startSaga(_ call: RequestCall, _ space: SpaceState, _ batch: Batch) throws -> Answer {
        guard space == .green || Mutant.amberTakesStarts.isActive else {
            throw Fault(.readOnly, "the disk is nearly full: no new sagas, running ones go on")
        }
        guard !batch.isBehind else {
            throw Fault(
                .busy, "more sagas are due than can be run; they come first",
                JSONObject(uniqueKeysWithValues: [("retry_after_ms", .int(EngineLimits.retryAfter))]))
        }
        let known = try SagaOrder.id(call.arguments).flatMap { try loadSaga($0, batch) }
        let order = try SagaOrder(call.arguments, library, staged: batch.registered, known: known?.state.start)
        if let existing = try existing(order, known, batch) {
            let (answer, receipt) = started(existing.state, existing: true, call)
            join(SagaTurn(existing, at: batch.now), existing, cause: call.cause, receipt: receipt, batch)
            return answer
        }
        let id = order.id ?? UUIDv7.text(time: batch.now, random: (entropy.next(), entropy.next()))
        let deadline = order.definition.deadline.map { batch.now.advanced(by: $0).milliseconds }
        let start = SagaStart(
            definition: order.definition.name, version: order.definition.version, input: order.input, key: order.key,
            inline: order.inline, types: order.types, deadline: deadline)
        var turn = SagaTurn(starting: id, order.definition, start, at: batch.now)
        do { try advance(&turn, batch) } catch {
            tell(id, cannotGoOn: error, batch)
            throw Fault(.internal, "the saga cannot be run: \(error); nothing was stored")
        }
        let (answer, receipt) = started(turn.state, existing: false, call)
        if let key = order.businessKey { batch.takeBusinessKey(key, Array(id.utf8)) }
        join(turn, nil, cause: Self.cause(call, of: id), receipt: receipt, batch)
        return answer
    }

    private func started(_ state: SagaState, existing: Bool, _ call: RequestCall) -> (Answer, Receipt) {
        let body = JSONText.bytes { text in
            text.raw(#"{"id":"#)
            text.append(state.id)
            text.raw(#","state":"#)
            text.append(state.shownState)
            text.raw(#","existing":"#)
            text.append(existing)
            text.raw("}")
        }
        return answered(body, call)
    }

    private static func cause(_ call: RequestCall, of id: String) -> Cause {
        var cause = call.cause
        cause.correlation = id
        return cause
    }

    /// The saga that this start means, if there is one: by id, else by business key.
    private func existing(_ order: SagaOrder, _ known: LoadedSaga?, _ batch: Batch) throws -> LoadedSaga? {
        if let known {
            guard order.isStart(of: known.state.start) else {
                throw Fault(
                    .idReused,
                    "the saga id '\(known.state.id)' belongs to another start; the same id needs the same definition, input and key"
                )
            }
            return known
        }
        guard let key = order.key, let row = order.businessKey, let bytes = try batch.businessKey(row),
            let saga = try loadSaga(String(decoding: bytes, as: UTF8.self), batch)
        else { return nil }
        let mayFollow = [.compensated, .terminated].contains(saga.state.status) || Mutant.againAlways.isActive
        if order.again, mayFollow { return nil }
        guard saga.state.start.input == order.input else {
            throw Fault(
                .idReused, "the key '\(key)' belongs to the saga \(saga.state.id), started with another input",
                JSONObject(uniqueKeysWithValues: [("saga", .string(saga.state.id))]))
        }
        return saga
    }

    func cancelSaga(_ call: RequestCall, _ batch: Batch) throws -> Answer {
        try act(call, batch) { saga, reason in
            if saga.state.isPastPivot, saga.state.status == .running {
                let end = saga.state.isStuck ? "is stuck there: repair it with retry, or terminate it" : "will be completed"
                throw Self.illegal("past_pivot", "the saga is past its point of no return and \(end)")
            }
            if saga.state.status == .compensating || saga.state.cancelRequest != nil { return nil }
            return .cancelRequested(reason: reason, actor: call.cause.actor)
        }
    }

    func terminateSaga(_ call: RequestCall, _ batch: Batch) throws -> Answer {
        try act(call, batch) { _, reason in .terminated(reason: reason, actor: call.cause.actor) }
    }

    func repairSaga(_ call: RequestCall, _ batch: Batch) throws -> Answer {
        let step = try call.arguments.string("step")
        let action = try call.arguments.string("do")
        guard ["retry", "waive"].contains(action) else {
            throw Fault(.badRequest, "saga.repair: 'do' must be 'retry' or 'waive', not '\(action)'")
        }
        return try act(call, batch) { saga, reason in
            guard let index = saga.state.definition.index(of: step) else {
                let names = saga.state.definition.steps.map(\.name)
                let hint = Suggestion.nearest(to: step, among: names).map { "; did you mean '\($0)'?" } ?? ""
                throw Fault(.notFound, "the saga has no step '\(step)'\(hint)", ["step": .string(step)])
            }
            if saga.state.isHalted, action == "retry" {
                crashes.forget(saga.state.id)
                return .repaired(step: step, action: action, reason: reason, actor: call.cause.actor)
            }
            guard !saga.state.isHalted else {
                throw Self.illegal("halted", "the whole saga is stuck, not one undo; repair it with 'retry', or terminate it")
            }
            let isUndo = saga.state.steps[index].undo.status == .failed
            if action == "waive" {
                guard reason.contains(where: { !$0.isWhitespace }) else {
                    throw Fault(.badRequest, "saga.repair: a waiver needs a 'reason', which is kept in the saga's history")
                }
                guard saga.state.canWaive(index, at: batch.now) else {
                    throw Self.illegal(
                        "not_failed",
                        "the undo of '\(step)' is not one that fails or waits, and no other can be waived; terminate ends the saga as it is"
                    )
                }
                return .undoWaived(step: step, reason: reason, actor: call.cause.actor)
            }
            if isUndo, saga.state.steps[index].undo.command == nil {
                throw Self.illegal(
                    "no_undo_input", "the undo of '\(step)' has nothing to send, its input could not be made; waive it")
            }
            let isStuckStep =
                saga.state.isStuck && saga.state.status == .running && saga.state.steps[index].status == .failed
                && !saga.state.definition.steps[index].isOptional
            guard isUndo || isStuckStep else {
                throw Self.illegal(
                    "not_failed",
                    saga.state.isStuck
                        ? "'\(step)' is not what the saga is stuck on; `saga show` names it"
                        : "the saga is not stuck: it goes on by itself, and what fails is tried again; `saga show` says when, or for whom it waits"
                )
            }
            return .repaired(step: step, action: action, reason: reason, actor: call.cause.actor)
        }
    }

    static func illegal(_ reason: String, _ message: String) -> Fault {
        Fault(.illegalState, message, JSONObject(uniqueKeysWithValues: [("reason", .string(reason))]))
    }

    /// One act of a person on a live saga: recorded with who and why, then the saga goes as far as it can; answers the view.
    private func act(
        _ call: RequestCall, _ batch: Batch, _ decide: (LoadedSaga, _ reason: String) throws -> SagaEvent?
    ) throws -> Answer {
        let id = try call.arguments.string("id")
        let reason = try call.arguments.optionalString("reason") ?? ""
        guard let saga = try loadSaga(id, batch) else { throw Fault(.notFound, "there is no saga '\(id)'") }
        guard !saga.state.isEnded else { throw Self.illegal("ended", "the saga has ended: \(saga.state.shownState)") }
        var turn = SagaTurn(saga, at: batch.now)
        if let event = try decide(saga, reason) {
            try turn.record(event)
            try advance(&turn, batch)
        }
        let (answer, receipt) = answered(turn.state.view(at: batch.now), call)
        join(turn, saga, cause: Self.cause(call, of: id), receipt: receipt, batch)
        return answer
    }
}
