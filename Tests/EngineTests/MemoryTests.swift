import DemoDomain
import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// One budget for all that the engine keeps in memory.
@Suite struct MemoryTests {
    private func harness(_ memory: Int) throws -> EngineHarness {
        try EngineHarness(configuration: EngineConfiguration(memory: memory))
    }

    /// So many accounts with holds of so many bytes.
    private func fill(_ harness: EngineHarness, accounts: Int, holds: Int, bytes: Int = 1_000) throws {
        for account in 0..<accounts {
            var messages = [harness.message("account/\(account)", "open", ["owner": "A"])]
            messages.append(harness.message("account/\(account)", "deposit", ["amount": 1_000_000]))
            for hold in 0..<holds {
                let name = String(repeating: "x", count: bytes) + String(hold)
                messages.append(harness.message("account/\(account)", "hold", ["hold": .string(name), "amount": 1]))
            }
            #expect(try harness.process(messages).allSatisfy { $0.code == nil })
        }
    }

    /// What the cache has added up is what a look at each would find.
    private func isExact(_ harness: EngineHarness, accounts: Int) -> Bool {
        let found = (0..<accounts).compactMap { harness.engine.aggregates[AggregateID("account", "\($0)")]?.weight }
        let memory = harness.engine.memory.aggregates
        return found.count == memory.count && found.reduce(0, +) == memory.bytes
    }

    @Test func `an aggregate weighs what its state takes`() throws {
        let harness = try harness(1 << 30)
        try fill(harness, accounts: 1, holds: 97)
        let grown = harness.engine.memory.aggregates
        #expect(grown.count == 1 && grown.bytes > 97 * 1_000 * Weight.stateByte && grown.bytes < 97 * 1_100 * Weight.stateByte)
        for hold in 0..<97 {
            let name = String(repeating: "x", count: 1_000) + String(hold)
            try harness.command("account/0", "release", ["hold": .string(name)])
        }
        for _ in 0..<10 { try harness.command("account/0", "deposit", ["amount": 1]) }
        #expect(isExact(harness, accounts: 1))
        #expect(harness.engine.memory.aggregates.bytes < Weight.aggregate + 2 * Weight.unweighed * Weight.stateByte)
    }

    @Test func `a small state weighs little, however much its events bring`() throws {
        let harness = try harness(4 << 20)
        let note = JSON.string(String(repeating: "n", count: 100))
        for _ in 0..<50 {
            let messages = (0..<200).map { harness.message("counter/\($0)", "add", ["n": 1, "note": note]) }
            #expect(try harness.process(messages).allSatisfy { $0.code == nil })
        }
        #expect(harness.engine.memory.rotations == 0)
        try harness.restart()
        for counter in 0..<200 { try harness.command("counter/\(counter)", "add", ["n": 1]) }
        #expect(harness.engine.memory.held < 200 * (Weight.aggregate + Weight.unweighed * Weight.stateByte))
    }

    @Test func `what is loaded again weighs as much as before`() throws {
        let harness = try harness(1 << 30)
        try fill(harness, accounts: 3, holds: 40)
        let before = harness.engine.memory.aggregates
        try harness.restart()
        #expect(harness.engine.memory.aggregates.bytes == 0)
        for account in 0..<3 { try harness.command("account/\(account)", "withdraw", ["amount": 100_000_000]) }
        #expect(harness.engine.memory.aggregates == before)
    }

    @Test(arguments: [4 << 20, 300_000, 60_000, 0])
    func `between two batches no more is held than the budget, whatever one of them has touched`(budget: Int) throws {
        let harness = try harness(budget)
        for _ in 0..<3 {
            for account in 0..<40 {
                let answers = try harness.process([
                    harness.message("account/\(account)", "open", ["owner": .string(String(repeating: "o", count: 4_000))]),
                    harness.message("account/\(account)", "deposit", ["amount": 1]),
                ])
                #expect(answers[1].code == nil)
                harness.engine.trim()
                #expect(harness.engine.memory.held <= budget)
            }
            #expect(isExact(harness, accounts: 40))
        }
        let memory = harness.engine.memory
        #expect(memory.budget == budget && (memory.rotations > 0) == (budget < 4 << 20))
        // Nothing much of the budget is wasted.
        if budget == 300_000 { #expect(memory.held > budget / 3) }
    }

    @Test func `what is used stays, however much else passes by`() throws {
        let harness = try harness(300_000)
        try harness.command("counter/hot", "add", ["n": 1])
        for account in 0..<100 {
            try harness.command("account/new-\(account)", "open", ["owner": .string(String(repeating: "o", count: 4_000))])
            try harness.command("counter/hot", "add", ["n": 1])
            #expect(harness.engine.resident(AggregateID("counter", "hot"))?.version == UInt64(account + 2))
        }
        #expect(harness.engine.memory.rotations > 3)
        #expect(harness.engine.resident(AggregateID("account", "new-0")) == nil)
    }

    @Test func `live sagas weigh on the same budget, and are gone from it when they end`() throws {
        let harness = try EngineHarness(configuration: EngineConfiguration(memory: 1 << 30))
        let definition = Sagas.definition([("nap", Sagas.sleep("5s"))])
        for saga in 0..<10 { try harness.start(definition, id: "s\(saga)") }
        let memory = harness.engine.memory
        #expect(memory.sagas.count == 10 && memory.sagas.bytes > 10 * Weight.saga)
        #expect(memory.held == memory.aggregates.bytes + memory.sagas.bytes)
        harness.clock.advance(5_000)
        try harness.runTimers()
        #expect(harness.engine.memory.sagas == MemoryUse.Share(count: 0, bytes: 0))
    }

    @Test func `a saga loaded again weighs as much as before`() throws {
        let harness = try EngineHarness(configuration: EngineConfiguration(memory: 1 << 30))
        try harness.start(Sagas.definition([("a", Sagas.pass("a")), ("nap", Sagas.sleep("5s", needs: ["a"]))]))
        let before = harness.engine.memory.sagas
        try harness.restart()
        #expect(try harness.engine.log.read { try harness.engine.sagaReader.load("s", $0)?.weight } == before.bytes)
    }

    @Test func `nothing of a batch that was not written is held`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try EngineHarness(log: log)
        try harness.command("counter/c", "add", ["n": 1])
        log.failNextCommit(.full("full"))
        try harness.command("counter/c", "add", ["n": 1])
        #expect(harness.engine.memory.held == 0)
        #expect(try harness.command("counter/c", "add", ["n": 1]).version == 2)
        let memory = harness.engine.memory
        #expect(memory.aggregates.count == 1 && memory.held == Weight.aggregate + 2 * Weight.stateByte * #"{"n":1}"#.utf8.count)
    }
}
