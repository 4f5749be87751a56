import Kernel
import SagaModel
import Testing

@Suite struct SagaEventTests {
    private static let call = StepCall(key: "city", input: ["n": 1], expected: 7)
    private static let undo = UndoCommand(aggregate: "a.b", key: "k", name: "release", body: ["r": "r-1"])
    private static let error = Failure(code: "declined", message: "over the limit")

    static let all: [SagaEvent] = [
        .started(
            SagaStart(definition: "d", version: 2, input: ["a": [1, 2.5, nil]], key: "k", inline: ["saga": "d"], deadline: 99)),
        .started(SagaStart(definition: "d", version: 1, input: [:], key: nil, inline: nil, deadline: nil)),
        .started(
            SagaStart(
                definition: "d", version: 2, input: [:], key: nil, inline: ["saga": "d"], types: ["a", "b.c"], deadline: nil)),
        .stepStarted(step: "a", attempt: 1, call: call, due: nil),
        .stepStarted(step: "a", attempt: 2, call: nil, due: nil),
        .stepStarted(step: "a", attempt: 1, call: StepCall(key: "k", input: [:], expected: nil), due: nil),
        .stepStarted(step: "nap", attempt: 1, call: nil, due: 5_000),
        .stepCompleted(step: "a", attempt: 3, result: ["r": "x"], version: 4, undo: undo, undoError: nil),
        .stepCompleted(step: "a", attempt: 1, result: .null, version: nil, undo: nil, undoError: error),
        .stepFailed(step: "a", attempt: 1, error: error, certainty: .none, undo: nil, undoError: nil),
        .stepFailed(step: "a", attempt: 1, error: error, certainty: .maybe, undo: undo, undoError: nil),
        .stepFailed(step: "a", attempt: 1, error: error, certainty: .maybe, undo: nil, undoError: error),
        .stepRetrying(step: "a", attempt: 1, error: error, due: 12, definite: true),
        .stepRetrying(step: "a", attempt: 1, error: error, due: 12, definite: false),
        .stepUnknown(step: "a", attempt: 1, error: error, due: 12),
        .stepProbed(step: "a", attempt: 2, due: 40), .stepProbed(step: "a", attempt: 1, due: nil),
        .stepSkipped(step: "a"), .stepCancelled(step: "a"),
        .compensating(reason: .stepFailed, error: SagaError(step: "a", failure: error)),
        .compensating(reason: .deadline, error: SagaError(step: nil, failure: error)),
        .compensating(reason: .cancelled, error: nil),
        .undoStarted(step: "a", attempt: 2), .undoStarted(step: "a", attempt: 2, due: 60),
        .undoCompleted(step: "a", attempt: 2, result: ["x": 1]),
        .undoRetrying(step: "a", attempt: 2, error: error, due: 12, ending: .refused),
        .undoRetrying(step: "a", attempt: 2, error: error, due: 12, ending: .postponed),
        .undoRetrying(step: "a", attempt: 2, error: error, due: 12, ending: .unknown),
        .undoFailed(step: "a", attempt: 2, error: error, isDefinite: true),
        .undoFailed(step: "a", attempt: 2, error: error, isDefinite: false),
        .undoBypassed(step: "a"),
        .undoWaived(step: "a", reason: "paid by hand", actor: "ops"), .undoWaived(step: "a", reason: "", actor: nil),
        .completed(output: ["o": 1], outputError: nil), .completed(output: .null, outputError: error),
        .compensated,
        .terminated(reason: "enough", actor: "ops"), .terminated(reason: "", actor: nil),
        .stuck(step: "a", error: error), .stuck(step: nil, error: error),
        .cancelRequested(reason: "no", actor: "ops"), .cancelRequested(reason: "no", actor: nil),
        .repaired(step: "a", action: "retry", reason: "fixed", actor: "ops"),
        .repaired(step: "a", action: "retry", reason: "fixed", actor: nil),
        .attemptExtended(step: "a", direction: .do, attempt: 1, due: 60),
        .attemptExtended(step: "a", direction: .undo, attempt: 2, due: 60),
        .attemptExtended(step: "a", direction: .probe, attempt: 3, due: 60),
        .answerIgnored(step: "a", operation: "s/a/do~2", attempt: 3, outcome: "not_now"),
    ]

    @Test(arguments: all)
    func `every event is read back from its stored form as it was`(event: SagaEvent) throws {
        #expect(try SagaEvent(name: event.name, body: try JSON.parse(event.body.bytes)) == event)
    }

    @Test func `the names of the events are those of the language`() {
        var names: [String] = []
        for event in Self.all where names.last != event.name { names.append(event.name) }
        #expect(
            names == [
                "saga.started", "step.started", "step.completed", "step.failed", "step.retrying", "step.unknown", "step.probed",
                "step.skipped", "step.cancelled", "saga.compensating", "undo.started", "undo.completed", "undo.retrying",
                "undo.failed",
                "undo.bypassed", "undo.waived", "saga.completed", "saga.compensated", "saga.terminated", "saga.stuck",
                "saga.cancel_requested", "saga.repaired", "attempt.extended", "answer.ignored",
            ])
    }

    @Test(
        arguments: [
            ("step.vanished", ["step": "a"]), ("step.completed", [:]), ("saga.exploded", [:]), ("step.failed", ["step": "a"]),
            ("step.retrying", ["step": "a", "error": ["code": "c"]]), ("undo.failed", ["step": "a"]),
            ("saga.started", ["version": 1]),
            ("saga.compensating", ["reason": "boredom"]),
            ("step.failed", ["step": "a", "error": ["code": "c"], "certainty": "hardly"]),
        ] as [(String, JSON)])
    func `DX-18 an event that cannot be read is refused by name`(name: String, body: JSON) {
        #expect { try SagaEvent(name: name, body: body) } throws: { ($0 as? UnreadableSagaEvent)?.name == name }
    }

    @Test(
        arguments: [
            ("step.completed", ["step": "a", "attempt": 1, "version": -1]),
            ("step.started", ["step": "a", "attempt": 1, "key": "k", "input": [:], "expected": -4]),
        ] as [(String, JSON)])
    func `a negative version in a damaged event is refused, not a trap`(name: String, body: JSON) {
        #expect { try SagaEvent(name: name, body: body) } throws: { ($0 as? UnreadableSagaEvent)?.name == name }
    }

    @Test func `AK-15 a field that a later server adds does not hinder reading`() throws {
        let event = try SagaEvent(name: "step.skipped", body: ["step": "a", "colour": "red"])
        #expect(event == .stepSkipped(step: "a"))
    }
}
