/// Back: undo what was done, each step after all that depend on it.
extension OracleSaga {
    /// Nothing new starts, nothing waits any more, and every completed command owes its undo.
    mutating func turnBack(_ reason: String, error: String?) {
        picture.status = "compensating"
        picture.reason = reason
        picture.error = error
        for step in steps {
            trials[step].due = nil
            switch (picture.steps[step].status, definition.steps[step].action) {
            case ("running", _): picture.steps[step].status = "cancelled"
            case ("retrying", _): picture.steps[step].status = "failed"
            case ("completed", .command): picture.steps[step].undo = "undo_pending"
            default: break
            }
        }
    }

    /// All that depend on the step owe no undo, or have ended it.
    func isFreeToUndo(_ step: Int) -> Bool { !dependants[step].contains(where: owesUndo) }

    func mayUndo(_ step: Int, at now: Int64) -> Bool {
        guard picture.status == "compensating", isFreeToUndo(step) else { return false }
        switch picture.steps[step].undo {
        case "undo_pending": return true
        case "undo_retrying": return isDue(step, at: now)
        default: return false
        }
    }

    /// One move without a choice: pass over a step without undo, end, get stuck.
    mutating func settleBack() -> Bool {
        for step in steps where picture.steps[step].undo == "undo_pending" && isFreeToUndo(step) {
            if case .command = definition.steps[step].undo { continue }
            picture.steps[step].undo = "bypassed"
            return true
        }
        if picture.isStuck || steps.contains(where: owesUndo) { return false }
        if let failed = steps.first(where: { picture.steps[$0].undo == "undo_failed" }) {
            getStuck(on: failed)
        } else {
            picture.status = "compensated"
        }
        return true
    }

    /// One attempt.
    mutating func undo(_ step: Int, at now: Int64, on cells: inout OracleCells) {
        guard case .command(_, let cell) = definition.steps[step].action,
            case .command(let command, let retry) = definition.steps[step].undo
        else { return }
        picture.steps[step].undoAttempts += 1
        trials[step].undoAttempts += 1
        trials[step].due = nil
        let made = trials[step].undoAttempts
        switch cells.run(command, on: cell, expected: nil) {
        case .accepted:
            picture.steps[step].undo = "undone"
        case .refused(let code) where retry.allowsAnother(after: code, attempts: made, limit: retry.attempts):
            picture.steps[step].undo = "undo_retrying"
            trials[step].due = now + retry.delay(afterAttempts: made)
        case .refused:
            picture.steps[step].undo = "undo_failed"
        }
    }

    private func owesUndo(_ step: Int) -> Bool {
        picture.steps[step].undo == "undo_pending" || picture.steps[step].undo == "undo_retrying"
    }
}
