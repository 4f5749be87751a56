import Simulation
import Testing

/// Stuck at time 100: `b` has failed, and the undo of `a` is refused because `x` is full.
private func stuckOnUndo() throws -> OracleScript {
    var script = OracleScript(
        definition(
            step("a", .take(1), undo: undo(.add(1))), step("b", .take(1), on: "y", needs: [0], retry: tries(2, only: "empty"))))
    try script.fill("x", 100)
    try script.start(order: ["do:a", "do:b"])
    try script.fill("x", 1)
    try script.wait(until: 100, order: ["do:b", "undo:a"])
    return script
}

@Test func `waive settles a failed undo`() throws {
    var script = try stuckOnUndo()
    #expect(script.saga.stuckStep == "a")
    #expect(try script.send(.waive(saga: "s", step: "b")) == fault("illegal_state", "not_failed"))
    #expect(try script.send(.waive(saga: "s", step: "?")) == fault("not_found"))
    #expect(try script.send(.waive(saga: "?", step: "a")) == fault("not_found"))
    #expect(try script.send(.waive(saga: "s", step: "a")) == .acted(state: "compensated"))
    #expect(script.undos == ["waived", "none"])
    #expect(!script.saga.isStuck)
    #expect(script.saga.stuckStep == nil)
    #expect(try script.send(.waive(saga: "s", step: "?")) == fault("illegal_state", "ended"))
}

@Test func `waive settles an undo that is tried again`() throws {
    var script = OracleScript(
        definition(
            step("a", .take(1), undo: undo(.add(1), forever(only: "full"))),
            step("b", .take(1), on: "y", needs: [0], retry: tries(2, only: "empty"))))
    try script.fill("x", 100)
    try script.start(order: ["do:a", "do:b"])
    try script.fill("x", 1)
    try script.wait(until: 100, order: ["do:b", "undo:a"])
    #expect(script.undos == ["undo_retrying", "none"])
    #expect(try script.send(.waive(saga: "s", step: "a")) == .acted(state: "compensated"))
    #expect(script.undos == ["waived", "none"])
}

@Test func `a step that failed before the pivot is not tried again`() throws {
    var script = try stuckOnUndo()
    #expect(try script.send(.retry(saga: "s", step: "b"), at: 110) == fault("illegal_state", "not_failed"))
    #expect(try script.send(.retry(saga: "s", step: "?"), at: 110) == fault("not_found"))
    #expect(script.saga.isStuck)
}

@Test func `retry tries a failed undo again at once`() throws {
    var script = try stuckOnUndo()
    #expect(try script.send(.retry(saga: "s", step: "a"), at: 110, order: ["undo:a"]) == .acted(state: "stuck"))
    try script.send(.command(cell: "x", .take(1), expected: nil), at: 110)
    #expect(try script.send(.retry(saga: "s", step: "a"), at: 120, order: ["undo:a"]) == .acted(state: "compensated"))
    #expect(script.saga.steps[0].undoAttempts == 3)
}

@Test func `retry tries the step that the saga is stuck on`() throws {
    var script = OracleScript(definition(pivot("p", .touch), step("a", .take(1), needs: [0]), step("b", .add(1), needs: [0])))
    try script.start(order: ["do:p", "do:a", "do:b"])
    #expect(script.saga.stuckStep == "a")
    #expect(try script.send(.retry(saga: "s", step: "b")) == fault("illegal_state", "not_failed"))
    #expect(try script.send(.waive(saga: "s", step: "a")) == fault("illegal_state", "not_failed"))
    #expect(try script.send(.retry(saga: "s", step: "a"), order: ["do:a"]) == .acted(state: "completed"))
    #expect(script.saga.steps[1].attempts == 2)
}

@Test func `attempts made before a repair are forgiven`() throws {
    var script = OracleScript(
        definition(
            step("a", .take(1), undo: undo(.add(1), tries(2, only: "full"))),
            step("b", .take(1), on: "y", needs: [0], retry: tries(2, only: "empty"))))
    try script.fill("x", 100)
    try script.start(order: ["do:a", "do:b"])
    try script.fill("x", 1)
    try script.wait(until: 100, order: ["do:b", "undo:a"])
    try script.wait(until: 200, order: ["undo:a"])
    #expect(script.saga.stuckStep == "a")
    #expect(try script.send(.retry(saga: "s", step: "a"), at: 1_000, order: ["undo:a"]) == .acted(state: "compensating"))
    #expect(script.oracle.wakeUp == 1_100)
    try script.wait(until: 1_100, order: ["undo:a"])
    #expect(script.saga.isStuck)
    #expect(script.saga.steps[0].undoAttempts == 4)
}

@Test func `an undo that is repaired waits for those that depend on it`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.refuse)),
            step("b", .take(1), on: "y", needs: [0], undo: undo(.add(1), tries(2, only: "full"))),
            step("c", .take(1), on: "z", needs: [1], retry: tries(2, only: "empty"))))
    try script.fill("y", 100)
    try script.start(order: ["do:a", "do:b", "do:c"])
    try script.fill("y", 1)
    try script.wait(until: 100, order: ["do:c", "undo:b"])
    try script.wait(until: 200, order: ["undo:b", "undo:a"])
    #expect(script.undos == ["undo_failed", "undo_failed", "none"])
    #expect(script.saga.stuckStep == "a")
    #expect(try script.send(.retry(saga: "s", step: "b"), at: 300, order: ["undo:b"]) == .acted(state: "compensating"))
    #expect(try script.send(.retry(saga: "s", step: "a"), at: 310) == .acted(state: "compensating"))
    #expect(script.undos == ["undo_retrying", "undo_retrying", "none"])
    #expect(script.oracle.wakeUp == 400)
    try script.wait(until: 400, order: ["undo:b", "undo:a"])
    #expect(script.saga.isStuck)
}

@Test func `a repair may leave the saga stuck on another step`() throws {
    var script = OracleScript(definition(pivot("p", .touch), step("a", .take(1), needs: [0]), step("b", .refuse, needs: [0])))
    try script.start(order: ["do:p", "do:a", "do:b"])
    #expect(script.saga.stuckStep == "a")
    try script.fill("x", 1)
    #expect(try script.send(.retry(saga: "s", step: "a"), order: ["do:a"]) == .acted(state: "stuck"))
    #expect(script.statuses == ["completed", "completed", "failed"])
    #expect(script.saga.stuckStep == "b")
}

@Test func `terminate ends a saga and undoes nothing`() throws {
    var script = OracleScript(definition(step("a", .add(1), undo: undo(.take(1))), sleep("nap", 50)))
    try script.start(order: ["do:a", "do:nap"])
    #expect(try script.send(.terminate(saga: "s")) == .acted(state: "terminated"))
    #expect(script.saga.reason == "terminated")
    #expect(script.saga.error == "terminated")
    #expect(script.value("x") == 1)
    #expect(script.oracle.wakeUp == nil)
    #expect(try script.send(.terminate(saga: "s")) == fault("illegal_state", "ended"))
    #expect(try script.send(.cancel(saga: "s")) == fault("illegal_state", "ended"))
    #expect(try script.send(.terminate(saga: "?")) == fault("not_found"))
}

@Test func `a stuck saga can be terminated and keeps its first error`() throws {
    var script = try stuckOnUndo()
    #expect(try script.send(.cancel(saga: "s")) == .acted(state: "stuck"))
    #expect(!script.saga.isCancelRequested)
    #expect(try script.send(.terminate(saga: "s")) == .acted(state: "terminated"))
    #expect(script.saga.reason == "terminated")
    #expect(script.saga.error == "empty")
    #expect(script.undos == ["undo_failed", "none"])
}
