import Kernel
import SagaModel

/// Definitions as literals, short enough to read beside the facts they are for.
enum Sketch {
    static let patient = Retry(attempts: nil, first: 100, factor: 2, cap: 1_000, jitter: .none)

    static func tries(_ attempts: Int, only: [String]? = nil, total: Int64? = nil) -> Retry {
        Retry(attempts: attempts, first: 100, factor: 2, cap: 1_000, jitter: .none, total: total, only: only)
    }

    /// A command on `thing/<name>`, undone by `thing.undo` unless said otherwise.
    static func step(
        _ name: String, needs: [Int] = [], if condition: Expression? = nil, undo: Undo? = nil, pivot: Bool = false,
        optional: Bool = false, retry: Retry = .once, key: Template? = nil, body: Template? = nil, expect: Template? = nil
    ) -> Step {
        let command = CommandTemplate(
            aggregate: "thing", name: "do", key: key ?? .literal(.string(name)), body: body)
        return Step(
            name: name, needs: needs, condition: condition, action: .command(command),
            undo: undo ?? (pivot ? .nothing : reverse()), isPivot: pivot, isOptional: optional, retry: retry, timeout: nil,
            expect: expect)
    }

    /// The worker's action `far.<name>`, undone by `far.back` unless said otherwise.
    static func call(
        _ name: String, needs: [Int] = [], undo: Undo? = nil, pivot: Bool = false, optional: Bool = false, retry: Retry = .once,
        timeout: Int64? = 5_000, body: Template? = nil, probe: Probe? = nil
    ) -> Step {
        Step(
            name: name, needs: needs, condition: nil, action: .call(CallTemplate(action: "far.\(name)", body: body)),
            undo: undo ?? (pivot ? .nothing : back()), isPivot: pivot, isOptional: optional, retry: retry, timeout: timeout,
            expect: nil, probe: probe)
    }

    static func back(_ retry: Retry = patient, timeout: Int64? = 3_000) -> Undo {
        .action(UndoAction(.call(CallTemplate(action: "far.back", body: nil)), retry: retry, timeout: timeout))
    }

    static func probe(_ retry: Retry = tries(3), body: Template? = nil) -> Probe {
        Probe(call: CallTemplate(action: "far.look", body: body), retry: retry, timeout: 1_000)
    }

    static func sleep(_ name: String, _ milliseconds: Int64, needs: [Int] = []) -> Step {
        Step(
            name: name, needs: needs, condition: nil, action: .sleep(milliseconds), undo: .nothing, isPivot: false,
            isOptional: false, retry: .once, timeout: nil, expect: nil)
    }

    static func reverse(_ retry: Retry = patient, body: Template? = nil, key: Template? = nil) -> Undo {
        .action(
            UndoAction(
                command: CommandTemplate(aggregate: "thing", name: "undo", key: key, body: body), retry: retry, timeout: nil))
    }

    static func definition(_ steps: [Step], deadline: Int64? = nil, output: Template? = nil) -> Definition {
        Definition(
            name: "sketch", version: 1, summary: nil, key: nil, deadline: deadline, attention: Definition.defaultAttention,
            input: nil, steps: steps, output: output)
    }
}

extension Failure {
    static let no = Failure(code: "no", message: "a definite no")
    static let later = Failure(code: "busy", message: "not now")
    static let lost = Failure(code: "timeout", message: "nobody knows")
}

extension StepOutcome {
    static let done = StepOutcome.done(result: ["ok": true], version: 1)
    static let no = StepOutcome.rejected(.no)
    static let later = StepOutcome.notNow(.later, after: 0)
    static let lost = StepOutcome.unknown(.lost)
}
