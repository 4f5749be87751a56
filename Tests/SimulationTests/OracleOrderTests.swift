import Simulation
import Testing

@Test func `independent steps run in the order that the engine took`() throws {
    for order in [["do:a", "do:b"], ["do:b", "do:a"]] {
        var script = OracleScript(definition(step("a", .add(1)), step("b", .add(2))))
        try script.start(order: order)
        #expect(script.saga.steps[0].value == (order[0] == "do:a" ? 1 : 3))
        #expect(script.value("x") == 3)
    }
}

@Test func `a step that the engine began too early is a disagreement`() throws {
    var script = OracleScript(definition(step("a", .add(1)), step("b", .add(2), needs: [0])))
    #expect(
        throws: Disagreement(saga: "s", step: "do:b", why: "the engine began it, but it is not ready; ready: do:a")
    ) { try script.start(order: ["do:b", "do:a"]) }
}

@Test func `a step that the engine did not begin is a disagreement`() throws {
    var script = OracleScript(definition(step("a", .add(1)), step("b", .add(2))))
    #expect(throws: Disagreement(saga: "s", step: "do:b", why: "ready, but the engine did not begin it")) {
        try script.start(order: ["do:a"])
    }
}

@Test func `a step that the engine began beyond the model is a disagreement`() throws {
    var script = OracleScript(definition(step("a", .add(1))))
    #expect(throws: Disagreement(saga: "s", step: "do:a", why: "the engine began it, but nothing is ready")) {
        try script.start(order: ["do:a", "do:a"])
    }
    #expect(throws: Disagreement.self) { try script.send(.terminate(saga: "?"), order: ["do:a"], of: "?") }
}

@Test func `in a red batch nothing changes`() throws {
    var script = OracleScript(definition(step("a", .take(1), retry: forever(only: "empty"))))
    try script.start(order: ["do:a"])
    let before = script.oracle.sagas
    try script.wait(until: 1_000, space: .red)
    #expect(script.oracle.sagas == before)
    #expect(script.oracle.wakeUp == 100)
    #expect(throws: Disagreement.self) { try script.wait(until: 1_000, space: .red, order: ["do:a"]) }
}

@Test func `due sagas run before the operations, the earliest first, then by id`() throws {
    var oracle = Oracle()
    let taken = SimulatedStep(
        name: "a", action: .command(.take(1), cell: "x"), undo: .waived, retry: forever(only: "empty"))
    oracle.install(definition(taken))
    func start(_ saga: String) -> ClientOperation {
        ClientOperation(id: saga, .start(SagaOrder(definition: "d", saga: saga)))
    }
    func command(_ id: String, _ command: CellCommand) -> ClientOperation {
        ClientOperation(id: id, .command(cell: "x", command, expected: nil))
    }
    let once = ["do:a"]
    _ = try oracle.process(OracleBatch(now: 0, operations: [start("b"), start("B")], order: ["b": once, "B": once]))
    _ = try oracle.process(OracleBatch(now: 1, operations: [start("A"), command("two", .add(2))], order: ["A": once]))
    let replies = try oracle.process(
        OracleBatch(now: 101, operations: [command("rest", .take(1))], order: ["A": once, "B": once, "b": once]))
    #expect(oracle.sagas["B"]?.steps[0].value == 1)
    #expect(oracle.sagas["b"]?.steps[0].value == 0)
    #expect(oracle.sagas["A"]?.status == "running")
    #expect(replies == [.fault(code: "rejected", reason: "empty")])
}

@Test func `the oracle is a value that can be gone back to`() throws {
    var script = OracleScript(definition(sleep("nap", 50)))
    let before = script.oracle
    try script.start(order: ["do:nap"])
    #expect(script.oracle.sagas.count == 1)
    #expect(before.sagas.isEmpty)
}
