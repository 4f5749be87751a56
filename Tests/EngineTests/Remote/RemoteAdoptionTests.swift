import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// What was accepted for workers of a type that the next server has compiled in.
@Suite struct RemoteAdoptionTests {
    @Test func `SS-03 a command accepted for workers is decided by the handler that came with a restart`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let before = try RemoteHarness(EngineHarness([], log: log))
        try before.ready(credit: 0, aggregates: ["gate"])
        for (id, name) in [("s1", "pass"), ("s2", "jump")] {
            let order: JSON = ["id": .string(id), "aggregate": "gate", "key": "g", "name": .string(name)]
            #expect(try before.ask("command.submit", order)["state"] == "accepted")
        }
        let harness = try EngineHarness(log: log)
        #expect(harness.engine.isDue)
        try harness.process([])
        #expect(try harness.request("command.result", ["id": "s1"])["ok"]?["result"] == ["inside": 1])
        #expect(try harness.request("command.result", ["id": "s2"])["error"]?["code"] == "unknown_command")
        #expect(!harness.engine.isDue && !harness.engine.isRemote("gate"))
        let ready = Ready(aggregates: ["gate"], credit: 1)
        let output = try harness.run([EngineInput(tag: 0, .message(.ready(WireID("r")!, ready), PeerID(number: 1)))])
        guard case .error(_, let code, _, _) = try WorkerPush.parse(try #require(output.frames.first).bytes) else {
            Issue.record("it is welcome")
            return
        }
        #expect(code == "forbidden")
    }

    @Test func `more than there is room for is busy and took no place`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for number in 0..<256 {
            let command = CommandRequest(
                id: WireID("c\(number)")!, aggregate: AggregateID("tally", "a"), name: "add", body: large)
            let full = harness.engine.engine.remote.isFull
            #expect(!full)
            harness.engine.engine.remote.add(RemoteCommand(command, Cause(command: "c\(number)"), [], inbox: 1))
        }
        let order: JSON = ["id": "s1", "aggregate": "tally", "key": "b", "name": "add"]
        let tags = try harness.send(harness.message("b"), harness.request("command.submit", order))
        #expect(tags.map { harness.answers[$0]?.code } == ["busy", "busy"])
        #expect(harness.engine.engine.remote.queues[AggregateID("tally", "b")] == nil)
        for number in harness.engine.engine.remote.commands.keys { harness.engine.engine.remote.remove(number) }
        #expect(!harness.engine.engine.remote.isFull)
    }

    @Test func `nothing is held of commands that are over`() throws {
        let harness = try RemoteHarness.ready()
        for key in 0..<50 { _ = try harness.command("k\(key)") }
        _ = try harness.get("k1", [("version", 1)])
        let remote = harness.engine.engine.remote
        #expect(remote.commands.isEmpty && remote.queues.isEmpty && remote.waiters.isEmpty && remote.flights.isEmpty)
        #expect(remote.readings.isEmpty && remote.patience.count == 0 && remote.tasks.count == 0 && remote.pauses.count == 0)
        #expect(harness.engine.engine.pool.leaseCount == 0 && harness.engine.engine.pool.creditInUse == 0)
    }
}
