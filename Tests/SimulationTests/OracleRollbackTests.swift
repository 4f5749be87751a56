import Simulation
import Testing

@Test func `after a failure no step starts, and what was done is undone in reverse order`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.take(1))), step("b", .add(2), needs: [0], undo: undo(.take(2))),
            step("c", .refuse, needs: [1]), step("d", .add(4), needs: [2])))
    try script.start(order: ["do:a", "do:b", "do:c", "undo:b", "undo:a"])
    #expect(script.saga.status == "compensated")
    #expect(script.saga.reason == "step_failed")
    #expect(script.saga.error == "no")
    #expect(script.statuses == ["completed", "completed", "failed", "pending"])
    #expect(script.undos == ["undone", "undone", "none", "none"])
    #expect(script.oracle.cells["x"] == CellPicture(value: 0, version: 4))
}

@Test func `the engine may not undo a step before one that depends on it through others`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.take(1))), step("b", .add(1), needs: [0], when: .flag),
            step("c", .add(2), needs: [1], undo: undo(.take(2))), step("d", .refuse, needs: [2])))
    #expect(throws: Disagreement.self) {
        try script.start(flag: false, order: ["do:a", "do:c", "do:d", "undo:a", "undo:c"])
    }
}

@Test func `a failure ends sleeps and waiting retries at once`() throws {
    var script = OracleScript(
        definition(sleep("nap", 50), step("a", .take(1), retry: forever(only: "empty")), step("b", .refuse)))
    try script.start(order: ["do:nap", "do:a", "do:b"])
    #expect(script.saga.status == "compensated")
    #expect(script.statuses == ["cancelled", "failed", "failed"])
    #expect(script.saga.steps[1].error == "empty")
    #expect(script.saga.error == "no")
    #expect(script.oracle.wakeUp == nil)
}

@Test func `the decision to turn back comes before any other step that is ready`() throws {
    var script = OracleScript(definition(step("a", .refuse), step("b", .add(1))))
    #expect(throws: Disagreement(saga: "s", step: "do:b", why: "the engine began it, but nothing is ready")) {
        try script.start(order: ["do:a", "do:b"])
    }
}

@Test func `a step without undo is bypassed in its place`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.take(1))), step("b", .add(2), needs: [0]),
            step("c", .add(4), needs: [1], undo: undo(.take(4))), step("d", .refuse, needs: [2])))
    try script.start(order: ["do:a", "do:b", "do:c", "do:d", "undo:c", "undo:a"])
    #expect(script.undos == ["undone", "bypassed", "undone", "none"])
    #expect(script.saga.status == "compensated")
    #expect(script.value("x") == 2)
}

@Test func `an undo waits for its retry, and the steps before it wait for it`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), on: "y", undo: undo(.take(1))),
            step("b", .take(1), needs: [0], undo: undo(.add(1), forever(only: "full"))), step("t", .touch, needs: [1]),
            step("c", .take(1), on: "z", needs: [2], retry: tries(2, only: "empty"))))
    try script.fill("x", 100)
    try script.start(order: ["do:a", "do:b", "do:t", "do:c"])
    try script.fill("x", 1)
    try script.wait(until: 100, order: ["do:c", "undo:b"])
    #expect(script.saga.status == "compensating")
    #expect(script.undos == ["undo_pending", "undo_retrying", "bypassed", "none"])
    #expect(script.oracle.wakeUp == 200)
    try script.send(.command(cell: "x", .take(5), expected: nil), at: 150)
    try script.wait(until: 200, order: ["undo:b", "undo:a"])
    #expect(script.saga.status == "compensated")
    #expect(script.saga.steps[1].undoAttempts == 2)
    #expect(script.value("x") == 96)
}

@Test func `a step without undo is not passed over before its dependants are undone`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1)), step("b", .take(1), on: "y", needs: [0], undo: undo(.add(1), forever(only: "full"))),
            sleep("nap", 50, needs: [1])))
    try script.fill("y", 100)
    try script.start(order: ["do:a", "do:b", "do:nap"])
    try script.fill("y", 1)
    try script.send(.cancel(saga: "s"), order: ["undo:b"])
    #expect(script.undos == ["undo_pending", "undo_retrying", "none"])
}

@Test func `a refused undo leaves the others running and makes the saga stuck`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.take(1))), step("b", .add(1), on: "y", needs: [0], undo: undo(.refuse)),
            step("c", .refuse, needs: [1])))
    #expect(
        try script.start(order: ["do:a", "do:b", "do:c", "undo:b", "undo:a"])
            == .started(saga: "s", state: "stuck", existing: false))
    #expect(script.saga.status == "compensating")
    #expect(script.saga.isStuck)
    #expect(script.saga.stuckStep == "b")
    #expect(script.undos == ["undone", "undo_failed", "none"])
}

@Test func `a cancel rolls back`() throws {
    var script = OracleScript(definition(step("a", .add(1), undo: undo(.take(1))), sleep("nap", 50)))
    try script.start(order: ["do:nap", "do:a"])
    #expect(try script.send(.cancel(saga: "s"), at: 10, order: ["undo:a"]) == .acted(state: "compensated"))
    #expect(script.saga.reason == "cancelled")
    #expect(script.saga.error == "cancelled")
    #expect(script.saga.isCancelRequested)
    #expect(script.statuses == ["completed", "cancelled"])
}

@Test func `a deadline that has passed rolls back, also when it is seen late`() throws {
    var script = OracleScript(definition(deadline: 40, step("a", .add(1), undo: undo(.take(1))), sleep("nap", 50)))
    try script.start(at: 1_000, order: ["do:a", "do:nap"])
    #expect(script.oracle.wakeUp == 1_040)
    try script.wait(until: 1_060, space: .red)
    #expect(script.saga.status == "running")
    try script.wait(until: 1_070, space: .amber, order: ["undo:a"])
    #expect(script.saga.status == "compensated")
    #expect(script.saga.reason == "deadline")
    #expect(script.saga.error == "deadline")
    #expect(script.statuses == ["completed", "cancelled"])
}

@Test func `a deadline has passed at its very millisecond, not before`() throws {
    var script = OracleScript(definition(deadline: 40, sleep("nap", 50)))
    try script.start(order: ["do:nap"])
    try script.wait(until: 39)
    #expect(script.saga.status == "running")
    try script.wait(until: 40)
    #expect(script.saga.status == "compensated")
}

@Test func `undo never expects a version`() throws {
    var script = OracleScript(definition(step("a", .add(5), undo: undo(.take(5)), expect: 0), sleep("nap", 50, needs: [0])))
    try script.start(order: ["do:a", "do:nap"])
    try script.fill("x", 1)
    #expect(try script.send(.cancel(saga: "s"), order: ["undo:a"]) == .acted(state: "compensated"))
    #expect(script.value("x") == 1)
}
