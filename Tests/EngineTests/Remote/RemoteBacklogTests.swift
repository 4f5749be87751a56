import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// What a long time without workers costs, and whom.
@Suite struct RemoteBacklogTests {
    private func places(_ harness: RemoteHarness) -> Int {
        let remote = harness.engine.engine.remote
        return remote.lines.values.reduce(0) { $0 + $1.all.count } + remote.queues.values.reduce(0) { $0 + $1.waiting.all.count }
    }

    @Test func `what nobody waits for any more holds no place in any line`() throws {
        let harness = try RemoteHarness.ready()
        _ = try harness.command("read")
        try harness.ready(credit: 0)
        for number in 0..<300 {
            let soon = [Header("deadline_ms", "1")]
            let read = OperationRequest(
                id: WireID("read-\(number)")!, operation: "aggregate.get", headers: soon,
                arguments: (["aggregate": "tally", "key": "read", "version": 1] as JSON).bytes)
            try harness.send(harness.message("k\(number % 7)", headers: soon), .request(read))
            harness.engine.clock.advance(2)
            try harness.process([.message(.heartbeat, PeerID(number: 1))])
        }
        #expect(harness.answers.count >= 600 && harness.engine.engine.remote.waiters.isEmpty)
        #expect(places(harness) <= 100)
    }

    @Test func `commands that time out behind one that lasts leave no place behind`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        let order: JSON = ["id": "s1", "aggregate": "tally", "key": "a", "name": "add", "body": ["n": 1]]
        _ = try harness.ask("command.submit", order)
        for _ in 0..<300 {
            try harness.send(harness.message("a", headers: [Header("deadline_ms", "1")]))
            harness.engine.clock.advance(2)
            try harness.process([.message(.heartbeat, PeerID(number: 1))])
        }
        #expect(places(harness) <= 100)
        try harness.ready()
        try harness.work()
        #expect(try harness.events("a") == [1])
    }

    @Test func `commands of clients that wait for workers keep no saga's step waiting`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        _ = try harness.ask("def.register", ["source": .string(RemoteSagaTests.move)])
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for number in 0..<256 {
            let command = CommandRequest(
                id: WireID("c\(number)")!, aggregate: AggregateID("nobodys", "a"), name: "add", body: large)
            harness.engine.engine.remote.add(RemoteCommand(command, Cause(command: "c\(number)"), [], inbox: 1))
        }
        #expect(harness.engine.engine.remote.isFull)
        try harness.send(harness.request("saga.start", ["definition": "move", "input": [:], "id": "s"]))
        try harness.ready()
        #expect(try harness.decide("from").name == "spend")
    }
}
