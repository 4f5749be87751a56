import Engine
import Kernel
import Testing
import Wire

/// Aggregates of workers when there is hardly any memory for them.
@Suite struct RemoteMemoryTests {
    private func harness(_ memory: Int) throws -> RemoteHarness {
        RemoteHarness(try EngineHarness(configuration: EngineConfiguration(memory: memory)))
    }

    private func play(_ memory: Int) throws -> (answers: [Answer], tasks: Int) {
        let harness = try harness(memory)
        try harness.ready(credit: 1)
        var answers: [Answer] = []
        for turn in 0..<30 { answers.append(try harness.command("k\(turn % 3)", "add", ["n": .int(Int64(turn))])) }
        try harness.restart()
        try harness.ready(credit: 1)
        // Folds of each are in flight while the others' are answered.
        let tags = try harness.send(all: (0..<3).map { harness.message("k\($0)", "look") })
        try harness.work()
        answers += try tags.map { try #require(harness.answers[$0]) }
        answers.append(.answer(try harness.get("k1").bytes))
        return (answers, harness.given.count)
    }

    @Test func `decisions are the same when nothing is kept from one batch to the next`() throws {
        let (rich, poor) = (try play(256 << 20), try play(0))
        #expect(rich.answers == poor.answers && rich.answers.last?.code == nil)
        #expect(poor.tasks > rich.tasks, "it folds anew what the other has kept")
    }

    @Test func `what has been folded is decided next, so that a state not kept for long is of use`() throws {
        let harness = try harness(0)
        try harness.ready(credit: 1)
        for key in ["a", "b"] { _ = try harness.command(key) }
        let before = harness.given.count
        try harness.send(all: ["a", "b", "a", "b"].map { harness.message($0) })
        try harness.work()
        #expect(harness.given.count - before <= 8, "each is folded and decided once")
        #expect(try harness.get("a")["version"] == 3)
    }

    @Test func `states of workers weigh on the budget`() throws {
        let harness = try harness(1 << 30)
        try harness.ready()
        _ = try harness.command("a")
        let memory = harness.engine.engine.memory
        #expect(memory.remoteAggregates.count == 1 && memory.remoteAggregates.bytes > 0)
        #expect(memory.held == memory.remoteAggregates.bytes)
    }
}
