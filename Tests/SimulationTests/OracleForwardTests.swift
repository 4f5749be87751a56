import Simulation
import Testing

@Test func `a saga runs its steps after their needs and completes with its output`() throws {
    var script = OracleScript(definition(output: [1, 0], step("b", .add(2), needs: [1]), step("a", .add(1))))
    #expect(try script.start(order: ["do:a", "do:b"]) == .started(saga: "s", state: "completed", existing: false))
    #expect(script.saga.output == ["a": "completed", "b": "completed"])
    #expect(script.saga.steps.map(\.value) == [3, 1])
    #expect(script.saga.steps.map(\.attempts) == [1, 1])
    #expect(script.undos == ["none", "none"])
    #expect(script.oracle.cells["x"] == CellPicture(value: 3, version: 2))
}

@Test func `a step whose condition is false is skipped, and its dependants still run`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), when: .flag), step("b", .add(2), needs: [0], when: .status(step: 0, is: "completed")),
            step("c", .add(4), needs: [1], when: .status(step: 1, is: "skipped"))))
    try script.start(flag: false, order: ["skip:a", "skip:b", "do:c"])
    #expect(script.saga.status == "completed")
    #expect(script.statuses == ["skipped", "skipped", "completed"])
    #expect(script.value("x") == 4)
}

@Test func `an optional step's failure is recorded and the saga goes on`() throws {
    var script = OracleScript(
        definition(
            step("a", .refuse, optional: true), step("b", .add(1), needs: [0], when: .status(step: 0, is: "failed"))))
    try script.start(order: ["do:a", "do:b"])
    #expect(script.saga.status == "completed")
    #expect(script.statuses == ["failed", "completed"])
    #expect(script.saga.steps[0].error == "no")
    #expect(script.saga.error == nil)
}

@Test func `a sleep ends by itself when its time is over`() throws {
    var script = OracleScript(definition(sleep("nap", 50), step("a", .add(1), needs: [0])))
    try script.start(at: 1_000, order: ["do:nap"])
    #expect(script.statuses == ["running", "pending"])
    #expect(script.oracle.wakeUp == 1_050)
    try script.wait(until: 1_049)
    try script.wait(until: 1_050, order: ["wake:nap", "do:a"])
    #expect(script.saga.status == "completed")
    #expect(script.saga.steps[0].attempts == 1)
    #expect(script.oracle.wakeUp == nil)
}

@Test func `only a named code is retried, later each time, up to the cap`() throws {
    var script = OracleScript(definition(step("a", .add(1), retry: forever(only: "full"))))
    try script.fill("x", 100)
    try script.start(order: ["do:a"])
    #expect(script.statuses == ["retrying"])
    for due: Int64 in [100, 300, 700, 1_200, 1_700] {
        #expect(script.oracle.wakeUp == due)
        try script.wait(until: due, order: ["do:a"])
    }
    try script.send(.command(cell: "x", .take(1), expected: nil), at: 1_800)
    try script.wait(until: 2_200, order: ["do:a"])
    #expect(script.saga.status == "completed")
    #expect(script.saga.steps[0].attempts == 7)
}

@Test func `when the attempts are used up the step has failed`() throws {
    var script = OracleScript(definition(step("a", .take(1), retry: tries(2, only: "empty"))))
    try script.start(order: ["do:a"])
    try script.wait(until: 100, order: ["do:a"])
    #expect(script.statuses == ["failed"])
    #expect(script.saga.status == "compensated")
    #expect(script.saga.reason == "step_failed")
    #expect(script.saga.error == "empty")
}

@Test func `expect is checked once, and then the saga notices a write from outside`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), expect: 1), sleep("nap", 50, needs: [0]), step("b", .add(1), needs: [0]),
            step("c", .add(1), needs: [1, 2])))
    try script.fill("x", 1)
    try script.start(order: ["do:a", "do:b", "do:nap"])
    #expect(script.statuses == ["completed", "running", "completed", "pending"])
    try script.send(.command(cell: "x", .add(1), expected: nil), at: 10)
    try script.wait(until: 50, order: ["wake:nap", "do:c"])
    #expect(script.saga.steps[3].error == "conflict")
    #expect(script.saga.status == "compensated")
}

@Test func `a cell that is not as expected is a definite no`() throws {
    var script = OracleScript(definition(step("a", .add(1), expect: 7)))
    try script.start(order: ["do:a"])
    #expect(script.saga.status == "compensated")
    #expect(script.saga.error == "conflict")
    #expect(script.value("x") == 0)
}
