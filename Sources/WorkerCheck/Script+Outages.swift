/// The worker goes, or the server does.
extension Script {
    /// When the worker is killed, in milliseconds from the task: before and amid the work, and, with nil, behind its answer.
    private static let kills: [Int64?] = [0, 5, nil]

    func crash(_ judging: inout Judging) throws(CheckFailure) {
        _ = try needed(first, .done)
        // What a person kills has answered long since.
        let delays = options.start == nil ? [nil] : Self.kills
        guard options.start != nil || options.isAttended else {
            throw .notRun("the worker is not ours to kill: --start \"COMMAND\"")
        }
        for delay in delays {
            let operation = newDo()
            let task = try give(operation)
            try stand.run(for: delay ?? options.patience) { delay == nil && task.outcome != nil }
            try replace()
            // What it said with its last breath counts; what it held is unknown.
            let before = task.outcome
            let outcome = try settle(operation)
            if let before, before.isDone {
                compare(outcome, with: before, &judging)
            } else {
                judging.expect(outcome.isDone, outcome.text)
            }
            try count(operation, 1, &judging)
        }
    }

    /// Another process in the place of the worker's, which ends hard.
    private func replace() throws(CheckFailure) {
        stand.expectsLoss = true
        defer { stand.expectsLoss = false }
        if options.start != nil {
            check.process?.kill()
            // What it had sent is on its way still.
            try stand.run(for: 20)
            stand.loseAll("it was killed")
        } else {
            let greetings = stand.greetings
            check.tell("now kill the worker hard (kill -9), and start it again")
            try stand.run(for: options.arrival) { stand.greetings > greetings }
            guard stand.greetings > greetings else { throw .notRun("the worker was not started again") }
        }
        _ = try check.worker(for: subject.action)
    }

    func silence(_ judging: inout Judging) throws(CheckFailure) {
        let worker = try check.worker(for: subject.action)
        let operation = newDo()
        let task = try give(operation)
        let greetings = stand.greetings
        stand.isSilent = true
        defer { stand.isSilent = false }
        try stand.run(for: worker.silence + max(options.patience, worker.silence)) { stand.greetings > greetings }
        guard stand.greetings > greetings else {
            return judging.problem("no ready after \(Outcome.seconds(worker.silence)) of the server's silence")
        }
        judging.saw("ready again, holding \(stand.lastHolding)")
        let outcome = try check.outcome(of: task)
        switch outcome {
        case .silent, .lost: judging.problem("it forgot the task it held: \(outcome.text)")
        default: judging.saw(outcome.text)
        }
    }

    func drain(_ judging: inout Judging) throws(CheckFailure) {
        guard options.start != nil else { throw .notRun("the worker is not ours to stop: --start \"COMMAND\"") }
        _ = try check.worker(for: subject.action)
        guard let process = check.process else { throw .notRun("no worker runs") }
        let byes = stand.byes
        stand.expectsLoss = true
        defer { stand.expectsLoss = false }
        process.terminate()
        try stand.run(for: options.patience) { !process.isAlive() }
        // Its last words may come behind its end.
        try stand.run(for: 200) { stand.byes > byes }
        judging.expect(stand.byes > byes, stand.byes > byes ? "bye" : "no bye")
        switch process.ending {
        case .exited(0): judging.saw("exit 0")
        case let ending?: judging.problem(ending.text)
        case nil:
            judging.problem("it runs still, \(Outcome.seconds(options.patience)) after SIGTERM")
            process.kill()
        }
        stand.loseAll("it was stopped")
    }
}
