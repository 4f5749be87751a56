import Simulation
import Testing

@Test func `the oracle counts a cell's events in its version`() throws {
    var script = OracleScript()
    #expect(try script.send(.command(cell: "x", .add(5), expected: nil)) == .accepted(version: 1, value: 5))
    #expect(try script.send(.command(cell: "x", .split(3), expected: nil)) == .accepted(version: 4, value: 8))
    #expect(try script.send(.command(cell: "x", .take(8), expected: nil)) == .accepted(version: 5, value: 0))
    #expect(try script.send(.command(cell: "x", .touch, expected: nil)) == .accepted(version: 5, value: 0))
    #expect(script.oracle.cells == ["x": CellPicture(value: 0, version: 5)])
}

@Test func `a cell that was only touched or refused has no event`() throws {
    var script = OracleScript()
    #expect(try script.send(.command(cell: "x", .touch, expected: 0)) == .accepted(version: 0, value: 0))
    #expect(try script.send(.command(cell: "y", .refuse, expected: nil)) == fault("rejected", "no"))
    #expect(script.oracle.cells.isEmpty)
}

@Test func `the oracle refuses over 100, below 0, and a bug`() throws {
    var script = OracleScript()
    try script.fill("x", 99)
    #expect(try script.send(.command(cell: "x", .add(1), expected: nil)) == .accepted(version: 2, value: 100))
    #expect(try script.send(.command(cell: "x", .add(1), expected: nil)) == fault("rejected", "full"))
    #expect(try script.send(.command(cell: "x", .split(1), expected: nil)) == fault("rejected", "full"))
    #expect(try script.send(.command(cell: "x", .take(101), expected: nil)) == fault("rejected", "empty"))
    #expect(try script.send(.command(cell: "x", .break, expected: nil)) == fault("handler_failed"))
    #expect(script.oracle.cells["x"] == CellPicture(value: 100, version: 2))
}

@Test func `an expected version that differs is a conflict, whatever the command`() throws {
    var script = OracleScript()
    try script.fill("x", 1)
    #expect(try script.send(.command(cell: "x", .add(1), expected: 0)) == fault("conflict"))
    #expect(try script.send(.command(cell: "x", .break, expected: 2)) == fault("conflict"))
    #expect(try script.send(.command(cell: "x", .add(1), expected: 1)) == .accepted(version: 2, value: 2))
}

@Test func `a command needs green space, and an operator's act does not`() throws {
    var script = OracleScript(definition(sleep("nap", 500)))
    try script.start(order: ["do:nap"])
    for space in [OracleSpace.amber, .red] {
        #expect(try script.send(.command(cell: "x", .add(1), expected: nil), space: space) == fault("read_only"))
        #expect(try script.send(.submit(id: "in", cell: "x", .touch, expected: nil), space: space) == fault("read_only"))
        #expect(try script.send(.register(definition(sleep("nap", 1))), space: space) == fault("read_only"))
        #expect(try script.send(.start(SagaOrder(definition: "?")), space: space) == fault("read_only"))
    }
    #expect(try script.send(.cancel(saga: "?"), space: .red) == fault("read_only"))
    #expect(try script.send(.cancel(saga: "?"), space: .amber) == fault("not_found"))
    #expect(try script.send(.cancel(saga: "s"), space: .amber) == .acted(state: "compensated"))
}
