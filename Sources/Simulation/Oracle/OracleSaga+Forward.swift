/// Forward: start what is ready, skip what is not wanted, and know when to turn back.
extension OracleSaga {
    func isFinished(_ step: Int) -> Bool {
        switch picture.steps[step].status {
        case "completed", "skipped": true
        case "failed": definition.steps[step].isOptional
        default: false
        }
    }

    var hasPassedPivot: Bool { steps.contains { definition.steps[$0].isPivot && isFinished($0) } }

    /// One move without a choice: complete, turn back, get stuck.
    mutating func settleForward(at now: Int64) -> Bool {
        if steps.allSatisfy(isFinished) {
            complete()
            return true
        }
        if !hasPassedPivot, let cause = causeToTurnBack(at: now) {
            turnBack(cause.reason, error: cause.error)
            return true
        }
        // Only behind the pivot: in front of it the saga has just turned back.
        if !picture.isStuck, let failed = steps.first(where: isFailedForGood) {
            getStuck(on: failed)
            return true
        }
        return false
    }

    /// One attempt.
    mutating func start(_ step: Int, at now: Int64, on cells: inout OracleCells) {
        picture.steps[step].status = "running"
        picture.steps[step].attempts += 1
        trials[step].attempts += 1
        switch definition.steps[step].action {
        case .sleep(let duration):
            trials[step].due = now + duration
        case .command(let command, let cell):
            trials[step].due = nil
            switch cells.run(command, on: cell, expected: tracked[cell] ?? definition.steps[step].expect) {
            case .accepted(let after): complete(step, on: cell, after)
            case .refused(let code): fail(step, code, at: now)
            }
        }
    }

    /// The time of a sleep is over.
    mutating func wake(_ step: Int) {
        picture.steps[step].status = "completed"
        trials[step].due = nil
    }

    func isFailedForGood(_ step: Int) -> Bool {
        picture.steps[step].status == "failed" && !definition.steps[step].isOptional
    }

    func isDue(_ step: Int, at now: Int64) -> Bool { trials[step].due.map { $0 <= now } ?? false }

    private mutating func complete(_ step: Int, on cell: String, _ after: CellPicture) {
        picture.steps[step].status = "completed"
        picture.steps[step].value = after.value
        picture.steps[step].error = nil
        if tracked[cell] != nil || definition.steps[step].expect != nil { tracked[cell] = after.version }
    }

    private mutating func fail(_ step: Int, _ code: String, at now: Int64) {
        let retry = definition.steps[step].retry
        let made = trials[step].attempts
        picture.steps[step].error = code
        if retry.allowsAnother(after: code, attempts: made, limit: isBehindPivot(step) ? nil : retry.attempts) {
            picture.steps[step].status = "retrying"
            trials[step].due = now + retry.delay(afterAttempts: made)
        } else {
            picture.steps[step].status = "failed"
        }
    }

    private mutating func complete() {
        picture.status = "completed"
        for step in definition.output { picture.output[definition.steps[step].name] = picture.steps[step].status }
    }

    private func causeToTurnBack(at now: Int64) -> (reason: String, error: String?)? {
        if let failed = steps.first(where: isFailedForGood) { return ("step_failed", picture.steps[failed].error) }
        if picture.isCancelRequested { return ("cancelled", "cancelled") }
        if let deadline, deadline <= now { return ("deadline", "deadline") }
        return nil
    }

    func isWanted(_ step: Int) -> Bool {
        switch definition.steps[step].condition {
        case nil: true
        case .flag: flag
        case .status(let other, let status): picture.steps[other].status == status
        }
    }

    private func isBehindPivot(_ step: Int) -> Bool {
        steps.contains { definition.steps[$0].isPivot && dependants[$0].contains(step) }
    }
}
