import Wire

/// The same operation more than once.
extension Script {
    func speaks(_ judging: inout Judging) throws(CheckFailure) {
        let worker: ConnectedWorker
        do throws(CheckFailure) { worker = try check.worker(for: subject.action) } catch {
            guard case .notRun = error else { throw error }
            return judging.problem("ready, but nobody offers \(subject.action)\(offers)")
        }
        judging.saw("ready with a credit of \(worker.ready.credit)")
        judging.expect(worker.ready.credit > 0, worker.ready.credit > 0 ? "offers it" : "a credit of 0 takes no tasks")
        for name in [subject.undo, subject.probe].compactMap({ $0 }) {
            let isThere = try stand.run(for: options.patience) { stand.worker(for: name) != nil }
            judging.expect(isThere, isThere ? "offers \(name)" : "nobody offers \(name)\(offers)")
        }
        if !worker.ready.dedupes { judging.saw("says dedupes: false") }
        let before = stand.heartbeats
        let isKept = try stand.run(for: worker.silence) { stand.heartbeats > before }
        judging.expect(isKept, isKept ? "heartbeats kept" : "no heartbeat in \(Outcome.seconds(worker.silence))")
    }

    private var offers: String {
        guard let ready = stand.workers.last?.ready else { return "" }
        return ready.actions.isEmpty ? "; no action is offered" : "; offered: \(ready.actions.prefix(8).joined(separator: ", "))"
    }

    func done(_ judging: inout Judging) throws(CheckFailure) {
        let operation = newDo()
        let outcome = try settle(operation)
        guard outcome.isDone else {
            return judging.problem("\(outcome.text); give an input that can be done: --input")
        }
        judging.saw(outcome.text)
        try count(operation, 1, &judging)
        (first, firstAnswer) = (operation, outcome)
    }

    func duplicate(_ judging: inout Judging) throws(CheckFailure) {
        let (operation, answer) = (try needed(first, .done), try needed(firstAnswer, .done))
        let outcome = try settle(operation)
        compare(outcome, with: answer, &judging)
        try count(operation, 1, &judging)
    }

    func twoAtOnce(_ judging: inout Judging) throws(CheckFailure) {
        _ = try needed(first, .done)
        let worker = try check.worker(for: subject.action)
        guard worker.room(for: subject.action) >= 2 else { throw .notRun("the worker takes one at a time") }
        let operation = newDo()
        let tasks = [try give(operation), try give(operation)]
        var answers: [Outcome] = []
        for task in tasks { answers.append(try check.outcome(of: task)) }
        let after = try settle(operation)
        guard after.isDone else {
            judging.problem("\(answers.map(\.text).joined(separator: " and ")); asked once more: \(after.text)")
            return try count(operation, 1, &judging)
        }
        for answer in answers where answer.isOpen { judging.saw(answer.text) }
        for answer in answers where !answer.isOpen { compare(answer, with: after, &judging) }
        try count(operation, 1, &judging)
        (second, secondAnswer) = (operation, after)
    }

    func stale(_ judging: inout Judging) throws(CheckFailure) {
        _ = try needed(first, .done)
        let operation = newDo()
        _ = operation.nextAttempt(skipping: 1)
        let answer = try settle(operation)
        guard answer.isDone else { return judging.problem(answer.text) }
        let old = try check.outcome(of: give(operation, attempt: 1, epoch: stand.epoch - 1))
        if old.isOpen { judging.saw(old.text) } else { compare(old, with: answer, &judging) }
        try count(operation, 1, &judging)
    }

    func wrongInput(_ judging: inout Judging) throws(CheckFailure) {
        let operation = newDo(options.wrong)
        let outcome = try ask(operation)
        switch outcome {
        case .refused, .unknown: judging.saw(outcome.text)
        case .done: judging.problem("\(outcome.text); if that is right, give an input it cannot take: --wrong")
        case .notNow: judging.problem("\(outcome.text): it would be sent again and again")
        case .silent, .lost, .unreadable: judging.problem(outcome.text)
        }
        try count(operation, outcome.isDone ? 1 : 0, &judging)
        let next = try settle(second ?? first ?? newDo())
        switch next {
        case .silent, .lost, .unreadable: judging.problem("the task after it: \(next.text)")
        default: judging.saw("lives")
        }
    }

    /// An answer that stands already is given again.
    func compare(_ outcome: Outcome, with answer: Outcome, _ judging: inout Judging) {
        if outcome.isSame(as: answer) { return judging.saw(outcome.text) }
        switch outcome {
        case .refused: judging.problem("\(outcome.text): a definite no to what was \(answer.text)")
        case .done: judging.problem("\(outcome.text), not \(answer.text)")
        default: judging.problem(outcome.text)
        }
    }
}
