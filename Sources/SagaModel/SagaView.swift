public import Kernel

/// A saga as PROTOCOL section 5 shows it.
extension SagaState {
    /// The whole view. `now` decides `overdue`.
    public func view(at now: Timestamp) -> JSON {
        var view = summary(at: now)
        let offers = isEnded ? [] : SagaPlan.offers(self, at: now)
        view.append("steps", .array(steps.indices.map { index in stepView(index, offers.first { $0.step == index }) }))
        return .object(view)
    }

    /// The view without its steps, for lists.
    public func summary(at now: Timestamp) -> JSONObject {
        var view = JSONObject()
        view.append("id", .string(id))
        view.append("definition", .string(definition.name))
        view.append("version", .int(Int64(definition.version)))
        view.append("key", .optional(start.key))
        view.append("state", .string(shownState))
        if isStuck {
            view.append("stuck_while", .string(status.rawValue))
            view.append("stuck_on", stuckError?.json ?? .null)
        }
        view.append("paused", false)
        view.append("overdue", .bool(isOverdue(at: now)))
        view.append("reason", .optional(reason?.rawValue))
        // Noted, and not decided yet: the pivot is under way, or a person must help first. Behind the pivot it is void.
        if let cancelRequest, reason == nil, !isEnded, !isPastPivot { view.append("cancel_requested", .string(cancelRequest.message)) }
        view.append("input", start.input)
        view.append("output", output)
        if let outputError { view.append("output_error", outputError.json) }
        view.append("error", (error ?? stuckError)?.json ?? .null)
        view.append("started", .string(startedAt.description))
        view.append("ended", .optional(endedAt?.description))
        return view
    }

    /// Longer than the definition's `attention` in one step, or with something that nobody has taken up.
    public func isOverdue(at now: Timestamp) -> Bool {
        guard !isEnded else { return false }
        let isLong = steps.contains { step in
            guard step.status.isOpen || step.undo.status.isOpen else { return false }
            return isOver(since: (step.undo.status.isOpen ? step.undo.firstStartedAt : step.firstStartedAt) ?? startedAt, at: now)
        }
        if isLong { return true }
        return isOver(since: updatedAt, at: now) && !SagaPlan.offers(self, at: now).isEmpty
    }

    private func isOver(since: Timestamp, at now: Timestamp) -> Bool {
        now.milliseconds - since.milliseconds > definition.attention
    }

    private func stepView(_ index: Int, _ offer: SagaAttempt?) -> JSON {
        let step = steps[index]
        var view = JSONObject()
        view.append("name", .string(definition.steps[index].name))
        view.append("state", .string(step.status.rawValue))
        view.append("attempts", .int(Int64(step.attempts)))
        view.append("result", step.result)
        view.append("error", step.error?.json ?? .null)
        view.append("certainty", .optional(step.certainty?.rawValue))
        if let due = step.due { view.append("due", .string(Timestamp(milliseconds: due).description)) }
        if let offer, offer.direction != .undo { view.append("waiting_for", .string(offer.participant.waitedFor)) }
        view.append("undo", undoView(index, offer))
        return .object(view)
    }

    private func undoView(_ index: Int, _ offer: SagaAttempt?) -> JSON {
        let undo = steps[index].undo
        guard undo.status != .none || undo.command != nil && !isEnded && !isPastPivot else { return .null }
        let status = undo.status == .none ? UndoStatus.pending : undo.status
        var view = JSONObject()
        view.append("state", .string(status.rawValue))
        view.append("attempts", .int(Int64(undo.attempts)))
        view.append("command", undo.command.map { .string($0.name) } ?? .null)
        view.append("input", undo.command?.body ?? .null)
        view.append("error", undo.error?.json ?? .null)
        if let due = undo.due { view.append("due", .string(Timestamp(milliseconds: due).description)) }
        if let offer, offer.direction == .undo { view.append("waiting_for", .string(offer.participant.waitedFor)) }
        if let waiver = undo.waiver { view.append("waived_because", .string(waiver)) }
        return .object(view)
    }
}
