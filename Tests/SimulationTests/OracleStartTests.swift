import Simulation
import Testing

private let nap = definition(hasKey: true, sleep("nap", 50))

private func start(_ saga: String, key: String? = nil, flag: Bool = true, again: Bool = false) -> ClientOperation.Act {
    .start(SagaOrder(definition: "d", saga: saga, key: key, flag: flag, again: again))
}

@Test func `without a version the highest is started, and a saga keeps the definition it began with`() throws {
    var script = OracleScript(definition(step("a", .add(1))))
    #expect(try script.send(.register(definition(version: 2, sleep("nap", 50)))) == .registered)
    try script.start(order: ["do:nap"])
    #expect(script.saga.version == 2)
    #expect(try script.send(.start(SagaOrder(definition: "d", version: 3))) == fault("not_found"))
    #expect(try script.send(.start(SagaOrder(definition: "e"))) == fault("not_found"))
}

@Test func `a registered version never changes`() throws {
    var script = OracleScript(nap)
    #expect(try script.send(.register(nap)) == .registered)
    #expect(try script.send(.register(definition(sleep("nap", 51)))) == fault("conflict"))
}

@Test func `a definition that was refused leaves its id free`() throws {
    var script = OracleScript(nap)
    let refused = ClientOperation(id: "a", .register(definition(sleep("nap", 51))))
    #expect(try script.send([refused]) == [fault("conflict")])
    #expect(try script.send([ClientOperation(id: "a", .register(definition(version: 2, sleep("nap", 51))))]) == [.registered])
    #expect(try script.send([refused]) == [fault("id_reused")])
}

@Test func `an inline definition runs and is not registered`() throws {
    var script = OracleScript()
    let inline = definition(step("a", .add(1)))
    #expect(
        try script.send(.start(SagaOrder(definition: "d", inline: inline, saga: "s")), order: ["do:a"])
            == .started(saga: "s", state: "completed", existing: false))
    #expect(try script.send(.start(SagaOrder(definition: "d", saga: "t"))) == fault("not_found"))
}

@Test func `a saga's id gives the same saga for the same input, else it was reused`() throws {
    var script = OracleScript(definition(sleep("nap", 50)))
    try script.start(order: ["do:nap"])
    #expect(try script.send(start("s"), at: 60, order: ["wake:nap"]) == .started(saga: "s", state: "completed", existing: true))
    #expect(try script.send(start("s", flag: false)) == fault("id_reused"))
    #expect(try script.send(start("s", key: "k")) == fault("id_reused"))
}

@Test func `a saga's id with another version or text of the definition was reused; with none it means the saga`() throws {
    var script = OracleScript(definition(sleep("nap", 50)))
    try script.start(order: ["do:nap"])
    try script.send(.register(definition(version: 2, sleep("nap", 60))))
    func order(version: Int? = nil, inline: SimulatedDefinition? = nil) -> ClientOperation.Act {
        .start(SagaOrder(definition: "d", version: version, inline: inline, saga: "s"))
    }
    let known = ClientReply.started(saga: "s", state: "running", existing: true)
    #expect(try script.send(order()) == known)
    #expect(try script.send(order(version: 1)) == known)
    #expect(try script.send(order(version: 2)) == fault("id_reused"))
    #expect(try script.send(order(inline: definition(sleep("nap", 50)))) == fault("id_reused"))
}

@Test func `a business key has one saga`() throws {
    var script = OracleScript(nap)
    #expect(try script.send(start("s", key: "k"), order: ["do:nap"]) == .started(saga: "s", state: "running", existing: false))
    #expect(script.saga.key == "k")
    #expect(try script.send(start("t", key: "k")) == .started(saga: "s", state: "running", existing: true))
    #expect(try script.send(start("t", key: "k", flag: false)) == fault("id_reused"))
    #expect(try script.send(start("t", key: "k", again: true)) == .started(saga: "s", state: "running", existing: true))
}

@Test func `again follows a saga that was compensated or terminated`() throws {
    var script = OracleScript(nap)
    try script.send(start("first", key: "k"), order: ["do:nap"], of: "first")
    try script.send(.cancel(saga: "first"))
    #expect(try script.send(start("x", key: "k")) == .started(saga: "first", state: "compensated", existing: true))
    #expect(
        try script.send(start("second", key: "k", flag: false, again: true), order: ["do:nap"], of: "second")
            == .started(saga: "second", state: "running", existing: false))
    try script.send(.terminate(saga: "second"))
    #expect(
        try script.send(start("third", key: "k", again: true), order: ["do:nap"], of: "third")
            == .started(saga: "third", state: "running", existing: false))
    #expect(try script.send(start("y", key: "k")) == .started(saga: "third", state: "running", existing: true))
}

@Test func `again does not follow a saga that completed`() throws {
    var script = OracleScript(nap)
    try script.send(start("s", key: "k"), order: ["do:nap"])
    try script.wait(until: 50, order: ["wake:nap"])
    #expect(
        try script.send(start("t", key: "k", again: true), at: 60) == .started(saga: "s", state: "completed", existing: true))
}

@Test func `a key means nothing where the definition has none`() throws {
    var script = OracleScript(definition(sleep("nap", 50)))
    try script.send(start("s", key: "k"), order: ["do:nap"])
    #expect(script.saga.key == nil)
    #expect(
        try script.send(start("t", key: "k"), order: ["do:nap"], of: "t")
            == .started(saga: "t", state: "running", existing: false))
}

@Test func `a saga without an id of the client's gets the one that the server made up`() throws {
    var oracle = Oracle()
    oracle.install(definition(sleep("nap", 50)))
    let start = ClientOperation(id: "a", .start(SagaOrder(definition: "d")))
    let command = ClientOperation(id: "b", .command(cell: "x", .touch, expected: nil))
    let replies = try oracle.process(
        OracleBatch(now: 0, operations: [command, start], started: [1: "made-up"], order: ["made-up": ["do:nap"]]))
    #expect(replies[1] == .started(saga: "made-up", state: "running", existing: false))
    #expect(throws: Disagreement.self) { try oracle.process(OracleBatch(now: 0, operations: [start])) }
}
