import Kernel
import Wire

/// Handing out attempts.
extension Script {
    /// A do of its own, with the input that can be done.
    func newDo(_ input: JSON? = nil) -> Operation {
        Operation(doing: subject.action, input ?? options.input, saga: check.newSaga())
    }

    /// Hands out one attempt, as soon as the worker has credit for it.
    func give(_ operation: Operation, attempt: UInt64, epoch: UInt64) throws(CheckFailure) -> GivenTask {
        var worker = try check.worker(for: operation.action)
        let action = operation.action
        let isFree = try stand.run(for: options.patience + worker.pause(for: action)) {
            worker = stand.worker(for: action) ?? worker
            return worker.room(for: action) > stand.held(by: worker.peer) && stand.now >= worker.begun + worker.pause(for: action)
        }
        guard isFree else { throw .notRun("the worker gave no credit for it") }
        let given = stand.give(
            { operation.task($0, attempt: attempt, epoch: epoch, deadline: options.patience) }, to: worker.peer,
            patience: options.patience)
        guard let given else { throw .notRun("no worker for \(action)") }
        return given
    }

    func give(_ operation: Operation) throws(CheckFailure) -> GivenTask {
        try give(operation, attempt: operation.nextAttempt(), epoch: stand.epoch)
    }

    /// One attempt and its answer.
    func ask(_ operation: Operation) throws(CheckFailure) -> Outcome { try check.outcome(of: give(operation)) }

    /// Asks until somebody knows, as a saga does: a few attempts, with the pauses that were asked for.
    func settle(_ operation: Operation) throws(CheckFailure) -> Outcome {
        var outcome = try ask(operation)
        for _ in 1..<Self.attempts where outcome.isOpen {
            if case .notNow(let after) = outcome { try stand.run(for: min(after, options.patience)) }
            outcome = try ask(operation)
        }
        return outcome
    }

    private static var attempts: Int { 4 }

    /// Counts the effects of an operation, where that can be seen.
    func count(
        _ operation: Operation, _ expected: Int, _ judging: inout Judging, what: String = "effects"
    ) throws(CheckFailure) {
        guard let count = try check.effects(of: operation) else {
            judging.isByAnswers = true
            return
        }
        judging.expect(count == expected, count == expected ? "\(what) \(count)" : "\(what) \(count), not \(expected)")
    }

    /// What later checks go on from; without it they cannot be run.
    func needed<Value>(_ value: Value?, _ what: Check) throws(CheckFailure) -> Value {
        guard let value else { throw .notRun("'\(what.title)' has to be ok first") }
        return value
    }
}
