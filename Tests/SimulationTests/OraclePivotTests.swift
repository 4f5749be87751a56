import Simulation
import Testing

@Test func `a refused pivot rolls back`() throws {
    var script = OracleScript(definition(step("a", .add(1), undo: undo(.take(1))), pivot("p", .refuse, needs: [0])))
    try script.start(order: ["do:a", "do:p", "undo:a"])
    #expect(script.saga.status == "compensated")
    #expect(script.undos == ["undone", "none"])
}

@Test func `behind the pivot a definite no makes the saga stuck at once, and the others go on`() throws {
    var script = OracleScript(
        definition(
            step("a", .add(1), undo: undo(.take(1))), pivot("p", .touch, needs: [0]), step("b", .refuse, needs: [1]),
            step("c", .add(2), needs: [1])))
    #expect(
        try script.start(order: ["do:a", "do:p", "do:b", "do:c"]) == .started(saga: "s", state: "stuck", existing: false))
    #expect(script.saga.status == "running")
    #expect(script.saga.stuckStep == "b")
    #expect(script.saga.reason == nil)
    #expect(script.statuses == ["completed", "completed", "failed", "completed"])
    #expect(script.undos == ["none", "none", "none", "none"])
}

@Test func `behind the pivot an optional step may fail`() throws {
    var script = OracleScript(definition(pivot("p", .touch), step("a", .refuse, needs: [0], optional: true)))
    try script.start(order: ["do:p", "do:a"])
    #expect(script.saga.status == "completed")
}

@Test func `behind the pivot neither the deadline nor a cancel counts`() throws {
    var script = OracleScript(definition(deadline: 40, pivot("p", .touch), sleep("nap", 50, needs: [0])))
    try script.start(order: ["do:p", "do:nap"])
    #expect(script.oracle.wakeUp == 50)
    #expect(try script.send(.cancel(saga: "s"), at: 45) == fault("illegal_state", "past_pivot"))
    #expect(!script.saga.isCancelRequested)
    try script.wait(until: 50, order: ["wake:nap"])
    #expect(script.saga.status == "completed")
}

@Test func `behind the pivot retries have no end`() throws {
    var script = OracleScript(definition(pivot("p", .touch), step("a", .take(1), needs: [0], retry: tries(1, only: "empty"))))
    try script.start(order: ["do:p", "do:a"])
    #expect(script.statuses == ["completed", "retrying"])
    #expect(script.oracle.wakeUp == 100)
}

@Test func `a skipped pivot counts as passed`() throws {
    var script = OracleScript(definition(deadline: 40, pivot("p", .touch, when: .flag), step("a", .refuse, needs: [0])))
    try script.start(flag: false, order: ["skip:p", "do:a"])
    #expect(script.saga.status == "running")
    #expect(script.saga.stuckStep == "a")
    #expect(script.oracle.wakeUp == nil)
}

@Test func `a cancel reaches a pivot that waits for a retry`() throws {
    var script = OracleScript(
        definition(step("a", .add(1), undo: undo(.take(1))), pivot("p", .take(1), needs: [0], retry: tries(3, only: "empty"))))
    try script.start(order: ["do:a", "do:p"])
    #expect(script.statuses == ["completed", "retrying"])
    #expect(try script.send(.cancel(saga: "s"), at: 10, order: ["undo:a"]) == .acted(state: "compensated"))
    #expect(script.statuses == ["completed", "failed"])
}
