import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct EventReadTests {
    /// 1-3 c, 4 d, 5-9 c, 10 gate, 11 d
    private func mixed() throws -> EngineHarness {
        let harness = try EngineHarness()
        try harness.process([
            harness.message("counter/c", "burst", ["n": 3]), harness.message("counter/c", "burst", ["n": 0]),
            harness.message("counter/d", "add", ["n": 1]), harness.message("counter/c", "burst", ["n": 5]),
            harness.message("gate/g", "pass", id: "p"), harness.message("counter/d", "add", ["n": 1]),
        ])
        return harness
    }

    private func page(_ harness: EngineHarness, _ arguments: JSON) throws -> (places: [Int64], next: Int64?) {
        let answer = try harness.request("event.read", arguments)
        let field = arguments["key"] == nil ? "position" : "version"
        return (answer["events"]!.arrayValue!.map { $0[field]!.intValue! }, answer["next"]?.intValue)
    }

    @Test func `ES-12 CB-08 an event says who, what, where, when and why`() throws {
        let harness = try EngineHarness()
        let message = harness.message(
            "gate/g", "pass", ["note": "hi"], id: "p", headers: [Header("correlation", "mine"), Header("x-a", "1")])
        try harness.process([message], actor: "alice")
        let event = try harness.events()[0]
        #expect(
            event == [
                "position": 1, "aggregate": "gate", "key": "g", "version": 1, "name": "passed", "body": ["note": "hi"],
                "time": .string(harness.clock.now().description), "id": "store-1", "command": "p", "correlation": "mine",
                "causation": .null, "actor": "alice", "schema": 1, "headers": ["x-a": "1"],
            ])
        #expect(event.objectValue?.keys.first == "position")
    }

    @Test func `AK-04 events are read by key from a version on, by type and over all, forwards`() throws {
        let harness = try mixed()
        #expect(try page(harness, [:]).places == Array(1...11))
        #expect(try page(harness, ["from": 7]).places == [7, 8, 9, 10, 11])
        #expect(try page(harness, ["aggregate": "counter"]).places == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
        #expect(try page(harness, ["aggregate": "gate"]).places == [10])
        #expect(try page(harness, ["aggregate": "gate", "from": 11]).places == [])
        #expect(try page(harness, ["aggregate": "counter", "key": "c", "from": 2]).places == [2, 3, 4, 5, 6, 7, 8])
        #expect(try page(harness, ["aggregate": "counter", "key": "none"]).places == [])
        #expect(try page(harness, ["from": 12]).places == [])
        #expect(try page(harness, ["from": 0]).places == Array(1...11))
    }

    @Test func `AK-12 events are read backwards from the newest or from a place on`() throws {
        let harness = try mixed()
        #expect(try page(harness, ["backwards": true]).places == Array(1...11).reversed())
        #expect(try page(harness, ["backwards": true, "from": 6]).places == [6, 5, 4, 3, 2, 1])
        #expect(
            try page(harness, ["aggregate": "counter", "backwards": true, "from": 10]).places == [9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(try page(harness, ["aggregate": "counter", "key": "c", "backwards": true]).places == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(try page(harness, ["aggregate": "counter", "key": "c", "backwards": true, "from": 4]).places == [4, 3, 2, 1])
        #expect(try page(harness, ["aggregate": "counter", "key": "c", "backwards": true, "from": 99]).places.count == 8)
    }

    @Test(arguments: 1...6, [[:], ["aggregate": "counter"], ["aggregate": "counter", "key": "c"]] as [JSON])
    func `pages of any size join without gap or repeat, both ways, also inside an entry of many events`(
        limit: Int64, filter: JSON
    ) throws {
        let harness = try mixed()
        for backwards in [false, true] {
            var arguments = filter.objectValue!
            arguments["backwards"] = .bool(backwards)
            let whole = try page(harness, .object(arguments)).places
            arguments["limit"] = .int(limit)
            var joined: [Int64] = []
            var next: Int64?
            repeat {
                arguments["from"] = next.map { .int($0) }
                let part = try page(harness, .object(arguments))
                #expect(part.places.count == Int(limit) || part.next == nil)
                joined += part.places
                next = part.next
            } while next != nil
            #expect(joined == whole)
        }
    }

    @Test func `a page holds a hundred events unless it is said, and never more than a thousand`() throws {
        let harness = try EngineHarness()
        for _ in 0..<2 { try harness.command("counter/c", "burst", ["n": 1000]) }
        #expect(try page(harness, [:]).places.count == 100)
        #expect(try page(harness, ["limit": 5_000]).places.count == 1_000)
        #expect(try page(harness, ["limit": 5_000]).next == 1_001)
        #expect(try harness.answer("event.read", ["limit": 0]).code == "bad_request")
    }

    @Test func `a page stops near one mebibyte`() throws {
        let harness = try EngineHarness()
        let note = JSON.string(String(repeating: "x", count: 300_000))
        for _ in 0..<6 { try harness.command("gate/g", "pass", ["note": note]) }
        let first = try page(harness, [:])
        #expect(first.places == [1, 2, 3, 4] && first.next == 5)
        #expect(try page(harness, ["from": 5]).places == [5, 6])
    }

    @Test func `a filter that matches little gives short pages that go on, however many answers without events lie between`()
        throws
    {
        let harness = try EngineHarness()
        try harness.command("gate/g", "pass")
        for _ in 0..<9 {
            try harness.process((0..<2_500).map { _ in harness.message("counter/c", "burst", ["n": 0]) })
        }
        try harness.command("gate/g", "pass")
        for filter in [[:], ["aggregate": "gate"]] as [JSON] {
            for backwards in [false, true] {
                var places: [Int64] = []
                var arguments = filter.objectValue!
                arguments["backwards"] = .bool(backwards)
                for _ in 0..<4 {
                    let part = try page(harness, .object(arguments))
                    places += part.places
                    guard let next = part.next else { break }
                    arguments["from"] = .int(next)
                }
                #expect(places == (backwards ? [2, 1] : [1, 2]))
            }
        }
    }

    @Test func `ES-11 AK-10 what was read once is read the same again, whatever is appended, and a correction is a new event`()
        throws
    {
        let harness = try mixed()
        let before = try harness.events()
        try harness.command("counter/c", "add", ["n": -8, "note": "correction"])
        for _ in 0..<200 { try harness.command("counter/c", "add", ["n": 1]) }
        try harness.restart()
        #expect(try Array(harness.events().prefix(before.count)) == before)
        for operation in ["event.append", "event.delete", "event.write"] {
            #expect(try harness.answer(operation, [:]).code == "unknown_operation")
        }
    }

    @Test func `ES-18 reading changes no version, position or entry`() throws {
        let harness = try mixed()
        try harness.start(Sagas.definition([("a", Sagas.add("c"))]))
        let head = try harness.log.read { $0.head }
        for operation in Queries.operations {
            for arguments in [[:], ["id": "s"], ["aggregate": "counter", "key": "c"], ["source": "x"], ["name": "x"]] as [JSON] {
                _ = try harness.answer(operation, arguments)
            }
        }
        #expect(try harness.log.read { $0.head } == head)
    }

    @Test func `the system's events are read with the others unless a type is given`() throws {
        let harness = try mixed()
        try harness.start(Sagas.definition([("a", Sagas.add("c"))]))
        let all = try harness.events()
        #expect(all.contains { $0["aggregate"] == "$saga" })
        #expect(try harness.events([("aggregate", "$saga"), ("key", "s")]).map { $0["version"]?.intValue } == [1, 2, 3, 4])
        #expect(try harness.answer("event.read", ["key": "c"]).code == "bad_request")
    }
}
