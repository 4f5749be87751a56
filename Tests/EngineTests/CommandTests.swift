import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct CommandTests {
    @Test func `ES-08 an accepted command writes its events and answers version and position`() throws {
        let harness = try EngineHarness()
        try harness.command("account/alice", "open", ["owner": "Alice"])
        let answer = try harness.command("account/alice", "deposit", ["amount": 5])
        #expect(answer.version == 2)
        #expect(answer.position == 2)
        #expect(answer.result == ["balance": 5])
    }

    @Test func `SS-17 the same id again gives the same answer and no event, also after a restart`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1], id: "a")
        let first = try harness.command("counter/c", "add", ["n": 1], id: "b")
        let again = try harness.command("counter/c", "add", ["n": 1], id: "b")
        try harness.restart()
        let later = try harness.command("counter/c", "add", ["n": 1], id: "b")
        #expect(first == again && first == later)
        #expect(try harness.request("aggregate.get", ["aggregate": "counter", "key": "c"])["version"] == 2)
    }

    @Test func `ES-05 after a restart the next decision is the same as without`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 41])
        try harness.restart()
        #expect(try harness.command("counter/c", "add", ["n": 1]).result == ["value": 42])
    }
}
