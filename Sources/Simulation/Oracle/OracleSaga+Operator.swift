/// What a person may do to a saga. Each gives the fault, or nil when it was taken; a turn follows.
extension OracleSaga {
    mutating func cancel() -> ClientReply? {
        if hasEnded { return Self.illegal("ended") }
        if picture.status == "compensating" { return nil }
        if hasPassedPivot { return Self.illegal("past_pivot") }
        picture.isCancelRequested = true
        return nil
    }

    mutating func terminate() -> ClientReply? {
        if hasEnded { return Self.illegal("ended") }
        picture.status = "terminated"
        picture.reason = "terminated"
        picture.error = picture.error ?? "terminated"
        (picture.isStuck, picture.stuckStep) = (false, nil)
        return nil
    }

    mutating func retry(_ name: String, at now: Int64) -> ClientReply? {
        if hasEnded { return Self.illegal("ended") }
        guard let step = index(of: name) else { return .fault(code: "not_found", reason: nil) }
        if picture.steps[step].undo == "undo_failed" {
            picture.steps[step].undo = "undo_retrying"
        } else if picture.status == "running", picture.isStuck, isFailedForGood(step) {
            picture.steps[step].status = "retrying"
        } else {
            return Self.illegal("not_failed")
        }
        trials[step] = Trial(due: now)
        freeFromStuck()
        return nil
    }

    mutating func waive(_ name: String) -> ClientReply? {
        if hasEnded { return Self.illegal("ended") }
        guard let step = index(of: name) else { return .fault(code: "not_found", reason: nil) }
        let undo = picture.steps[step].undo
        guard ["undo_failed", "undo_retrying"].contains(undo) else { return Self.illegal("not_failed") }
        picture.steps[step].undo = "waived"
        if undo == "undo_failed" { freeFromStuck() }
        return nil
    }

    private mutating func freeFromStuck() {
        // What it was stuck on behind the pivot is mended, and was never a failure of the saga.
        if picture.isStuck, picture.status == "running" { picture.error = nil }
        (picture.isStuck, picture.stuckStep) = (false, nil)
    }

    private func index(of name: String) -> Int? { definition.steps.firstIndex { $0.name == name } }

    private static func illegal(_ reason: String) -> ClientReply { .fault(code: "illegal_state", reason: reason) }
}
