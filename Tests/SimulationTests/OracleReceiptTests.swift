import Simulation
import Testing

private func add(_ id: String, _ number: Int64) -> ClientOperation {
    ClientOperation(id: id, .command(cell: "x", .add(number), expected: nil))
}

@Test func `the same id with the same content gets the same reply and changes nothing`() throws {
    var script = OracleScript()
    #expect(try script.send([add("a", 1), add("b", 1)]) == [.accepted(version: 1, value: 1), .accepted(version: 2, value: 2)])
    #expect(try script.send([add("a", 1), add("a", 1)]) == [.accepted(version: 1, value: 1), .accepted(version: 1, value: 1)])
    #expect(try script.send([add("a", 1)], space: .red) == [.accepted(version: 1, value: 1)])
    #expect(script.value("x") == 2)
}

@Test func `the same id twice in one batch takes effect once`() throws {
    var script = OracleScript()
    #expect(try script.send([add("a", 1), add("a", 1)]) == [.accepted(version: 1, value: 1), .accepted(version: 1, value: 1)])
    #expect(script.value("x") == 1)
}

@Test func `the same id with other content is refused`() throws {
    var script = OracleScript()
    try script.send([add("a", 1)])
    #expect(
        try script.send([add("a", 2), ClientOperation(id: "a", .cancel(saga: "s"))]) == [fault("id_reused"), fault("id_reused")])
}

@Test func `an id is new once its receipt is gone`() throws {
    var script = OracleScript()
    try script.send([add("a", 1)])
    #expect(try script.send([add("a", 2)], forgotten: ["a"]) == [.accepted(version: 2, value: 3)])
    #expect(try script.send([add("a", 2)]) == [.accepted(version: 2, value: 3)])
}

@Test func `a refused command is remembered, and what was not judged is not`() throws {
    var script = OracleScript()
    let refused = [
        ClientOperation(id: "no", .command(cell: "x", .take(1), expected: nil)),
        ClientOperation(id: "stale", .command(cell: "x", .touch, expected: 1)),
        ClientOperation(id: "bug", .command(cell: "x", .break, expected: nil)),
    ]
    let replies = [fault("rejected", "empty"), fault("conflict"), fault("handler_failed")]
    #expect(try script.send(refused) == replies)
    #expect(try script.send([add("later", 1)], space: .amber) == [fault("read_only")])
    #expect(try script.send([add("later", 1)]) == [.accepted(version: 1, value: 1)])
    #expect(try script.send(refused) == replies)
}

@Test func `a request that was refused is judged anew under its id`() throws {
    var script = OracleScript()
    let start = ClientOperation(id: "a", .start(SagaOrder(definition: "d", saga: "s")))
    #expect(try script.send([start]) == [fault("not_found")])
    script.oracle.install(definition(sleep("nap", 50)))
    #expect(try script.send([start], order: ["do:nap"]) == [.started(saga: "s", state: "running", existing: false)])
    try script.wait(until: 50, order: ["wake:nap"])
    #expect(script.saga.status == "completed")
    #expect(try script.send([start]) == [.started(saga: "s", state: "running", existing: false)])
}

@Test func `a submit shares its inner id with commands, and leaves none of its own`() throws {
    var script = OracleScript()
    let submit = ClientOperation(id: "out", .submit(id: "in", cell: "x", .add(1), expected: nil))
    #expect(try script.send([submit, submit]) == [.submitted(state: "accepted"), .submitted(state: "done")])
    #expect(try script.send([add("in", 1), add("in", 2)]) == [.accepted(version: 1, value: 1), fault("id_reused")])
    #expect(try script.send([add("out", 1)]) == [.accepted(version: 2, value: 2)])
    let known = ClientOperation(id: "again", .submit(id: "out", cell: "x", .add(1), expected: nil))
    let other = ClientOperation(id: "again", .submit(id: "out", cell: "x", .add(2), expected: nil))
    #expect(try script.send([known, other]) == [.submitted(state: "done"), fault("id_reused")])
}

@Test func `a submit is accepted even when its command is refused`() throws {
    var script = OracleScript()
    let submit = ClientOperation(id: "out", .submit(id: "in", cell: "x", .take(1), expected: nil))
    #expect(try script.send([submit]) == [.submitted(state: "accepted")])
    #expect(
        try script.send([ClientOperation(id: "in", .command(cell: "x", .take(1), expected: nil))]) == [fault("rejected", "empty")]
    )
}
