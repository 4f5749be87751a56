import Kernel
import Testing

private func handler(_ type: String, commands: [String] = []) -> AggregateHandler {
    AggregateHandler(
        type: type, commandNames: commands, schema: 1, snapshotInterval: 1, initial: 0,
        decide: { _, _ in .unknownCommand }, evolve: { _, _ in }, encode: { _ in .null }, decode: { _ in 0 }, fields: { _ in nil }
    )
}

@Suite struct `Registering aggregates` {
    @Test func `handlers are found by type, and types are sorted`() throws {
        let registry = try Registry([handler("b"), handler("a.x"), handler("a")])
        #expect(registry["a"]?.type == "a")
        #expect(registry["c"] == nil)
        #expect(registry.types == ["a", "a.x", "b"])
        #expect(registry.handlers.map(\.type) == ["b", "a.x", "a"])
    }

    @Test func `ES-03: a second handler for a type is refused and the first stays`() throws {
        var registry = try Registry([handler("a", commands: ["first"])])
        #expect(throws: RegistryError.repeated("a")) { try registry.register(handler("a")) }
        #expect(registry["a"]?.commandNames == ["first"])
    }

    @Test func `ES-03: a command listed twice is refused`() {
        #expect(throws: RegistryError.repeatedCommand("a", "x")) { try Registry([handler("a", commands: ["x", "y", "x"])]) }
    }

    @Test(arguments: ["", "A", "1a", "a b", "ä", "-a", String(repeating: "a", count: 64)])
    func `CB-01: a name that is empty or not well formed is refused`(name: String) {
        #expect(throws: RegistryError.invalidName(name)) { try Registry([handler(name)]) }
        #expect(throws: RegistryError.invalidCommand("a", name)) { try Registry([handler("a", commands: [name])]) }
    }

    @Test func `types of the system cannot be taken`() {
        #expect(throws: RegistryError.system("$saga")) { try Registry([handler("$saga")]) }
        #expect(
            "\(RegistryError.system("$saga"))" == "the aggregate type '$saga' begins with '$', which is kept for the system's own"
        )
    }
}
