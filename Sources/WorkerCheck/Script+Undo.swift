import Kernel
import Wire

/// Undos, with and without their do.
extension Script {
    /// What undoes `operation`: what its answer says, else what the caller named.
    private func undo(of operation: Operation, done answer: Outcome?) throws(CheckFailure) -> Operation {
        var result: JSON?
        if case .done(let known, let given) = answer {
            if let call = given?.objectValue?["call"]?.stringValue {
                return Operation(.undo, of: operation, by: call, with: given?.objectValue?["with"] ?? [:], result: known)
            }
            if given != nil { throw .notRun("its answer names a command of an aggregate as the undo") }
            result = known
        }
        guard let name = subject.undo else { throw .notRun("no undo was named: --undo \(subject.action)=UNDO") }
        return Operation(
            .undo, of: operation, by: name, with: ["input": operation.input, "result": result ?? .null], result: result)
    }

    func undo(_ judging: inout Judging) throws(CheckFailure) {
        let operation = try undo(of: try needed(first, .done), done: firstAnswer)
        let outcome = try settle(operation)
        judging.expect(outcome.isDone, outcome.text)
        try count(operation, 1, &judging)
        if outcome.isDone { undo = operation }
    }

    func undoTwice(_ judging: inout Judging) throws(CheckFailure) {
        let operation = try needed(undo, .undo)
        let outcome = try settle(operation)
        judging.expect(outcome.isDone, outcome.text)
        try count(operation, 1, &judging)
    }

    func late(_ judging: inout Judging) throws(CheckFailure) {
        _ = try needed(undo, .undo)
        let operation = try needed(first, .done)
        let outcome = try settle(operation)
        judging.expect(outcome.isRefused, outcome.isDone ? "\(outcome.text), though it is undone" : outcome.text)
        try count(operation, 1, &judging, what: "effects of the do")
    }

    func undoBeforeDo(_ judging: inout Judging) throws(CheckFailure) {
        let operation = newDo()
        let undo = try undo(of: operation, done: nil)
        let outcome = try settle(undo)
        guard outcome.isDone else { return judging.problem("the undo: \(outcome.text)") }
        judging.saw("the undo: \(outcome.text)")
        try count(undo, 0, &judging, what: "its effects")
        let late = try settle(operation)
        judging.expect(late.isRefused, "its do: \(late.text)")
        try count(operation, 0, &judging, what: "its effects")
    }

    /// A do that is done and not undone.
    private func standing() throws(CheckFailure) -> (Operation, Outcome) {
        if let second, let secondAnswer { return (second, secondAnswer) }
        _ = try needed(first, .done)
        let operation = newDo()
        let answer = try settle(operation)
        guard answer.isDone else { throw .notRun("a do before it: \(answer.text)") }
        return (operation, answer)
    }

    func probe(_ judging: inout Judging) throws(CheckFailure) {
        guard let name = subject.probe else { throw .notRun("no probe was named: --probe \(subject.action)=PROBE") }
        let (operation, answer) = try standing()
        let known = try ask(Operation(.probe, of: operation, by: name, with: operation.input))
        if !known.isSame(as: answer) { judging.problem("of a done one: \(known.text), not \(answer.text)") }
        let other = newDo()
        let unknown = try ask(Operation(.probe, of: other, by: name, with: other.input))
        try count(other, 0, &judging, what: "effects of a probe")
        let outcome = try settle(other)
        switch unknown {
        case .notNow:
            judging.expect(outcome.isDone, "of one never done: \(unknown.text), then its do: \(outcome.text)")
            try count(other, 1, &judging)
        case .refused:
            // Its no holds for ever: a do that is under way still must not run behind it.
            let lie = "of one never done: \(unknown.text), then its do: \(outcome.text); say retry while it may still come"
            judging.expect(outcome.isRefused, outcome.isRefused ? "of one never done: \(unknown.text), as its do" : lie)
        default: judging.problem("of one never done: \(unknown.text)")
        }
    }
}
