import DemoDomain
import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct HydrationTests {
    private static func stateOf(_ harness: EngineHarness) throws -> [UInt8] { try harness.aggregate("account/a").bytes }

    /// An account with a history longer than two snapshots.
    private func busy() throws -> EngineHarness {
        let harness = try EngineHarness()
        try harness.command("account/a", "open", ["owner": "A"])
        for turn in 0..<120 {
            try harness.command("account/a", "deposit", ["amount": .int(Int64(turn + 2))])
            try harness.command("account/a", "hold", ["hold": .string("h\(turn % 7)"), "amount": 1])
            if turn % 3 == 0 { try harness.command("account/a", "release", ["hold": .string("h\(turn % 7)")]) }
        }
        return harness
    }

    private func snapshot(_ harness: EngineHarness) throws -> [UInt8]? {
        try harness.log.read { try $0.value(.snapshots, Array("account/a".utf8)) }
    }

    private func write(_ bytes: [UInt8]?, _ harness: EngineHarness) throws {
        var commit = Commit()
        commit.writes = [TableWrite(.snapshots, key: Array("account/a".utf8), value: bytes)]
        try harness.log.commit(commit)
    }

    @Test func `ES-06 AK-02 the state is the same from the cache, from a snapshot and its tail, and from all events`() throws {
        let harness = try busy()
        let version = try #require(try harness.aggregate("account/a")["version"]?.intValue)
        let stored = try #require(try snapshot(harness).flatMap(Snapshot.init(bytes:)))
        #expect(stored.head.version >= 100 && stored.head.version < version, "a snapshot with a tail behind it")
        let handler = try #require(harness.registry["account"])
        let cached = try #require(harness.engine.aggregates[AggregateID("account", "a")])
        let hot = try handler.encode(cached.loaded.state).bytes
        let fromSnapshot = try #require(try harness.aggregate("account/a")["state"]).bytes
        try write(nil, harness)
        let fromEvents = try #require(try harness.aggregate("account/a")["state"]).bytes
        #expect(hot == fromSnapshot && hot == fromEvents)
    }

    @Test func `ES-06 a snapshot is used, so that hydration does not read the events before it`() throws {
        let harness = try busy()
        let good = try #require(try snapshot(harness).flatMap(Snapshot.init(bytes:)))
        var state = try #require(good.state.objectValue)
        state["owner"] = "from the snapshot"
        try write(Snapshot(head: good.head, schema: good.schema, state: .object(state)).bytes, harness)
        #expect(try harness.aggregate("account/a")["state"]?["owner"] == "from the snapshot")
    }

    @Test func `a snapshot of a stream that the index does not have is damage, not an empty aggregate`() throws {
        let bytes = try snapshot(try busy())
        let harness = try EngineHarness()
        try write(bytes, harness)
        let answer = try harness.command("account/a", "open", ["owner": "B"])
        #expect(answer.code == "internal" && answer.message?.contains("account/a has a snapshot") == true)
        #expect(try harness.entries() == 0, "nothing is decided upon what is not there")
    }

    @Test func `ES-06 CB-09 a snapshot that is damaged, cut, of another schema or not decodable is passed over`() throws {
        let harness = try busy()
        let right = try Self.stateOf(harness)
        let good = try #require(try snapshot(harness))
        let parsed = try #require(Snapshot(bytes: good))
        for index in stride(from: 0, to: good.count, by: 7) {
            var bad = good
            bad[index] ^= 0x10
            try write(bad, harness)
            #expect(try Self.stateOf(harness) == right, "byte \(index)")
        }
        var other = try #require(parsed.state.objectValue)
        other["owner"] = "of another shape"
        for bad in [
            [], Array(good.prefix(3)), Array(good.dropLast()),
            Snapshot(head: parsed.head, schema: 9, state: .object(other)).bytes,
            Snapshot(head: parsed.head, schema: parsed.schema, state: ["balance": "much"]).bytes,
        ] {
            try write(bad, harness)
            #expect(try Self.stateOf(harness) == right)
        }
        try harness.restart()
        #expect(try harness.command("account/a", "close").code == "rejected")
    }

    @Test func `AK-01 replay sends nothing out and writes nothing`() throws {
        let harness = try busy()
        let before = try harness.log.read { $0.head }
        try harness.restart()
        let output = try harness.engine.process([])
        _ = try harness.aggregate("account/a")
        #expect(output.answers.isEmpty && output.settledSagas.isEmpty && !output.didCommit)
        #expect(try harness.log.read { $0.head } == before)
    }

    @Test func `AK-02 two stores fed the same commands hold the same states and events`() throws {
        let one = try busy()
        let other = try busy()
        #expect(try Self.stateOf(one) == Self.stateOf(other))
        #expect(try one.events() == other.events())
    }

    @Test func `ES-08 SS-02 a reader beside the writer never sees a state ahead of or behind its version`() async throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1])
        let queries = harness.queries
        let reader = Task.detached {
            var seen: [(version: Int64, value: Int64)] = []
            while seen.last?.version ?? 0 < 400 {
                let request = OperationRequest(
                    id: WireID("q")!, operation: "aggregate.get",
                    arguments: (["aggregate": "counter", "key": "c"] as JSON).bytes)
                guard case .answer(let body) = queries.answer(request) else { continue }
                let view = try JSON.parse(body)
                seen.append((view["version"]?.intValue ?? 0, view["state"]?["value"]?.intValue ?? 0))
                await Task.yield()
            }
            return seen
        }
        while try harness.counter("c")! < 400 { try harness.command("counter/c", "burst", ["n": 3]) }
        let seen = try await reader.value
        #expect(seen.allSatisfy { $0.version == $0.value })
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.version <= $1.version })
    }

    // MARK: time travel

    @Test func `AK-11 a version that is still to come is not found, and the last one is told`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1])
        let answer = try harness.answer("aggregate.get", ["aggregate": "counter", "key": "c", "version": 9])
        #expect(answer.code == "not_found" && answer.fault?.details["expected"] == 9 && answer.fault?.details["actual"] == 1)
    }

    @Test func `ES-19 AK-11 the state at every past version is the fold of that prefix, snapshots or not`() throws {
        let harness = try busy()
        let handler = try #require(harness.registry["account"])
        var state = handler.initial
        for (index, event) in try harness.events([("aggregate", "account"), ("key", "a")]).enumerated() {
            try handler.evolve(
                &state, StoredEvent(name: event["name"]!.stringValue!, schema: 1, body: event["body"]!))
            let past = try harness.request(
                "aggregate.get", ["aggregate": "account", "key": "a", "version": .int(Int64(index + 1))])
            #expect(past["version"]?.intValue == Int64(index + 1))
            #expect(past["state"] == (try handler.encode(state)))
        }
    }

    @Test func `ES-19 AK-11 a position or a time means the longest prefix up to it`() throws {
        let harness = try EngineHarness()
        let begin = harness.clock.now()
        for turn in 1...3 {
            harness.clock.advance(1_000)
            try harness.command("counter/other", "add", ["n": 1])
            try harness.command("counter/c", "burst", ["n": .int(Int64(turn))])
        }
        func value(_ bound: String, _ at: JSON) throws -> JSON {
            let members: [(String, JSON)] = [("aggregate", "counter"), ("key", "c"), (bound, at)]
            return try harness.request("aggregate.get", .object(JSONObject(uniqueKeysWithValues: members)))
        }
        // other 1, c 2, other 3, c 4-5, other 6, c 7-9
        let expected: [Int64] = [0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 6]
        for (position, version) in expected.enumerated() {
            #expect(try value("position", .int(Int64(position)))["version"]?.intValue == version)
        }
        #expect(try value("position", 1)["state"] == .null)
        #expect(try value("position", 5)["state"] == ["value": 3])
        for (milliseconds, version) in [(0, 0), (999, 0), (1_000, 1), (1_999, 1), (2_000, 3), (9_000, 6)] as [(Int64, Int64)] {
            let time = begin.advanced(by: milliseconds).description
            #expect(try value("time", .string(time))["version"]?.intValue == version)
        }
    }

    @Test func `the edges of aggregate.get`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1])
        func get(_ more: JSON) throws -> Answer {
            var arguments = JSONObject(uniqueKeysWithValues: [("aggregate", "counter"), ("key", "c")] as [(String, JSON)])
            for member in more.objectValue!.members { arguments[member.key] = member.value }
            return try harness.answer("aggregate.get", .object(arguments))
        }
        let nothing = Answer.answer((["aggregate": "counter", "key": "c", "version": 0, "state": .null] as JSON).bytes)
        #expect(try get(["version": 0]) == nothing)
        #expect(try get(["time": "1999-01-01T00:00:00.000Z"]) == nothing)
        #expect(try get(["version": 2]).code == "not_found")
        #expect(try get(["key": "none"]).code == "not_found")
        #expect(try get(["key": "none", "version": 0]).code == "not_found")
        #expect(try get(["aggregate": "countre"]).code == "unknown_aggregate")
        #expect(try get(["version": 1, "position": 1]).code == "bad_request")
        #expect(try get(["time": "yesterday"]).code == "bad_request")
        #expect(try get(["version": -1]).code == "bad_request")
        #expect(try get(["version": "1"]).code == "bad_request")
        #expect(try get(["aggregate": "$saga"]).code == "bad_request")
    }

    // MARK: bugs in a fold

    @Test func `DX-05 a bug in a fold parks that aggregate with its name; the rest goes on, and the next release mends it`()
        throws
    {
        let harness = try EngineHarness()
        try harness.command("gate/bad", "pass", ["note": "poison"])
        try harness.command("gate/good", "pass", ["note": "fine"])
        let broken = try EngineHarness([TestDomain.broken { $0.body["note"] == "poison" }], log: harness.log)
        for _ in 0..<2 {
            let answer = try broken.command("gate/bad", "pass")
            #expect(answer.code == "internal" && answer.message?.contains("gate/bad is parked: its event 1 'passed'") == true)
            #expect(try broken.command("gate/good", "pass").version != nil)
            #expect(try broken.answer("aggregate.get", ["aggregate": "gate", "key": "bad"]).code == "internal")
        }
        #expect(broken.warnings.contains { $0.contains("gate/bad") })
        #expect(try broken.events([("aggregate", "gate")]).count == 4, "its events can still be read")
        let mended = try EngineHarness(log: harness.log)
        #expect(try mended.command("gate/bad", "pass", ["note": "again"]).version == 2)
    }
}
