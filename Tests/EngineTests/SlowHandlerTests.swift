import Kernel
import Testing

@testable import Engine

@Suite struct SlowHandlerTests {
    @Test func `a handler slower than 10 ms is told by name, a faster one is not`() throws {
        let clock = ManualClock()
        func handler(_ type: String, taking time: Int64) -> AggregateHandler {
            let counter = AggregateHandler(Sleepy.self)
            return AggregateHandler(
                type: type, commandNames: [], schema: 1, snapshotInterval: 100, initial: counter.initial,
                decide: { call, state in
                    clock.advance(time)
                    return counter.decide(call, state)
                }, evolve: counter.evolve, encode: counter.encode, decode: counter.decode, fields: counter.fields)
        }
        let harness = try EngineHarness([handler("slow", taking: 10), handler("quick", taking: 9)], clock: clock)
        try harness.command("slow/a", "doze")
        try harness.command("quick/a", "doze")
        #expect(harness.warnings == ["slow.doze took 10 ms to decide; everything else waited for it"])
    }
}

private enum Sleepy: Aggregate {
    static let type = "sleepy"
    struct State: Codable, Sendable {}
    enum Command: Codable, Sendable { case doze }
    enum Event: Codable, Sendable { case dozed }
    static let initial = State()

    static func decide(_ command: Command, _ state: State, _ context: CommandContext) throws -> Decision<Event> { .event(.dozed) }
    static func evolve(_ state: inout State, _ event: Event) {}
}
