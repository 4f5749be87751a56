import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct CommandTests {
    @Test func `ES-08 SS-04 an accepted command writes its events and answers version and position`() throws {
        let harness = try EngineHarness()
        try harness.command("account/alice", "open", ["owner": "Alice"])
        let answer = try harness.command("account/alice", "deposit", ["amount": 5])
        #expect(answer.version == 2)
        #expect(answer.position == 2)
        #expect(answer.result == ["balance": 5])
    }

    @Test func `ES-05 after a restart the next decision is the same as without`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 41])
        try harness.restart()
        #expect(try harness.command("counter/c", "add", ["n": 1]).result == ["value": 42])
    }

    @Test func `ES-02 an unknown aggregate or command is refused by name, with what is near, and nothing is stored`() throws {
        let harness = try EngineHarness()
        let command = try harness.command("counter/c", "ad", ["n": 1], id: "a")
        let type = try harness.command("countre/c", "add", ["n": 1], id: "b")
        #expect(command.code == "unknown_command" && command.message?.contains("'ad'; did you mean 'add'?") == true)
        #expect(type.code == "unknown_aggregate" && type.message?.contains("'countre'; did you mean 'counter'?") == true)
        #expect(try harness.entries() == 0)
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "a").version == 1, "its id was not used up")
    }

    @Test func `ES-03 each command of a type leads to one handler, and a second handler is refused`() throws {
        let harness = try EngineHarness()
        #expect(try harness.command("hotel/h", "stock", ["rooms": 1]).version == 1)
        #expect(try harness.command("hotel/h", "add", ["n": 1]).code == "unknown_command")
        #expect(throws: RegistryError.repeated("gate")) {
            try EngineHarness([AggregateHandler(Gate.self), AggregateHandler(Gate.self)])
        }
    }

    @Test func `ES-04 a command that needs its aggregate says not found, and writes no event`() throws {
        let harness = try EngineHarness(TestDomain.handlers)
        #expect(try harness.command("lax/l", "need", id: "a").code == "not_found")
        #expect(try harness.entries() == 0)
        try harness.command("lax/l", "add", ["n": 3])
        #expect(try harness.command("lax/l", "need", id: "a").result == ["value": 3])
    }

    @Test func `ES-07 SS-05 a broken rule is rejected with its reason; version, events and state stay`() throws {
        let harness = try EngineHarness()
        try harness.command("account/a", "open", ["owner": "A"])
        let before = try harness.aggregate("account/a")
        let events = try harness.events().count
        let answer = try harness.command("account/a", "withdraw", ["amount": 1])
        #expect(answer.code == "rejected" && answer.fault?.details["reason"] == "insufficient_funds")
        #expect(try harness.aggregate("account/a") == before)
        #expect(try harness.events().count == events)
        #expect(try harness.command("account/a", "deposit", ["amount": 1]).version == 2)
    }

    @Test func `ES-09 a command that changes nothing keeps version and position and writes no event`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/other", "add", ["n": 1])
        try harness.command("hotel/h", "stock", ["rooms": 1])
        try harness.command("counter/other", "add", ["n": 1])
        let answer = try harness.command("hotel/h", "release", ["reservation": "r-9"])
        #expect(answer.version == 1 && answer.position == 2 && answer.result == [:])
        #expect(try harness.command("card/none", "refund", ["charge": "c-1"]).position == 0)
        #expect(try harness.events().count == 3)
    }

    @Test func `ES-10 AK-03 the events of one command lie together, versions contiguous, times equal, all or none`() throws {
        let harness = try EngineHarness()
        let answers = try harness.process([
            harness.message("counter/c", "burst", ["n": 3], id: "a"), harness.message("counter/d", "add", ["n": 1]),
            harness.message("counter/c", "burst", ["n": 2], id: "b"), harness.message("counter/c", "burst", ["n": 0]),
        ])
        #expect(answers.map(\.version) == [3, 1, 5, nil])
        #expect(answers.map(\.position) == [3, 4, 6, nil])
        let events = try harness.events([("aggregate", "counter"), ("key", "c")])
        #expect(events.map { $0["version"] } == [1, 2, 3, 4, 5])
        #expect(events.map { $0["position"] } == [1, 2, 3, 5, 6])
        #expect(events.map { $0["command"] } == ["a", "a", "a", "b", "b"])
        #expect(Set(events.map { $0["time"]?.stringValue }).count == 1)
    }

    @Test func `SS-06 a thousand commands sent to one key at once take effect in the order sent`() throws {
        let harness = try EngineHarness()
        let messages = (1...1_000).map { harness.message("counter/c", "add", ["n": 1, "note": .string("c\($0)")]) }
        for batch in [messages[..<10], messages[10..<700], messages[700...]] { try harness.process(Array(batch)) }
        let notes = try harness.events([("aggregate", "counter"), ("key", "c")]).map { $0["body"]?["note"]?.stringValue }
        #expect(notes == (1...1_000).map { "c\($0)" })
    }

    @Test func `SS-07 SS-09 DX-01 DX-02 sixteen clients on one key share one order without gap or repeat`() throws {
        let harness = try EngineHarness()
        let random = SeededEntropy(seed: 5)
        var sent = Array(repeating: 0, count: 16)
        var answers: [Answer] = []
        while sent.contains(where: { $0 < 1_000 }) {
            var batch: [ClientMessage] = []
            for _ in 0..<400 {
                let client = Int(random.next() % 16)
                guard sent[client] < 1_000 else { continue }
                sent[client] += 1
                batch.append(harness.message("counter/c", "add", ["n": 1, "note": .string("\(client) \(sent[client])")]))
            }
            answers += try harness.process(batch)
        }
        #expect(answers.compactMap(\.version).sorted() == Array(1...16_000))
        #expect(try harness.counter("c") == 16_000)
        var last = Array(repeating: 0, count: 16)
        for event in try harness.events([("aggregate", "counter")]) {
            let words = try #require(event["body"]?["note"]?.stringValue).split(separator: " ").compactMap { Int($0) }
            #expect(words[1] == last[words[0]] + 1)
            last[words[0]] = words[1]
        }
    }

    @Test func `SS-19 DX-05 a bug in a handler fails its command alone`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1])
        let answer = try harness.command("counter/c", "crash", id: "boom")
        #expect(answer.code == "handler_failed" && answer.message == "counter.crash failed: Bug(); nothing was stored")
        #expect(try harness.command("counter/c", "crash", id: "boom") == Answer(harness.receipt("boom")!))
        try harness.command("counter/d", "crash")
        #expect(harness.warnings.count == 1)
        let told = try #require(harness.warnings.first)
        #expect(told.contains("counter.crash on counter/c, nothing was stored") && told.contains("`skald command result boom`"))
        #expect(!told.contains("Bug"), "an error may hold what the command held, and the log is read by others")
        harness.clock.advance(60_000)
        try harness.command("counter/c", "crash")
        #expect(harness.warnings.count == 2)
        #expect(try harness.command("counter/c", "add", ["n": 1]).version == 2)
    }

    @Test func `SS-20 the second of two conflicting commands is judged on the first one's result`() throws {
        let harness = try EngineHarness()
        try harness.command("account/a", "open", ["owner": "A"])
        try harness.command("account/a", "deposit", ["amount": 10])
        let answers = try harness.process([
            harness.message("account/a", "withdraw", ["amount": 10]), harness.message("account/a", "withdraw", ["amount": 10]),
        ])
        #expect(answers.map(\.code) == [nil, "rejected"])
    }

    @Test(arguments: [
        "null", "[1]", "\"x\"", "{\"n\": ", "{\"n\":1,\"n\":2}", "{\"n\":\"1\"}", "{\"n\":1.5}", "{\"n\":92233720368547758080}",
        "{}",
    ])
    func `DX-18 a body that cannot be read is refused once and never processed`(body: String) throws {
        let harness = try EngineHarness()
        let message = ClientMessage.command(
            CommandRequest(
                id: WireID("a")!, aggregate: AggregateID("counter", "c"), expected: nil, name: "add", headers: [],
                body: Array(body.utf8)))
        #expect(try harness.process([message])[0].code == "bad_request")
        #expect(try harness.entries() == 0)
    }

    @Test func `an event that its own aggregate cannot fold is refused before anything is stored`() throws {
        let harness = try EngineHarness([TestDomain.broken { $0.body["note"] == "poison" }])
        let answer = try harness.command("gate/g", "pass", ["note": "poison"])
        #expect(answer.code == "handler_failed")
        #expect(try harness.command("gate/g", "pass", ["note": "fine"]).version == 1)
    }

    @Test func `a command that makes too much is refused and leaves no trace`() throws {
        let harness = try EngineHarness(TestDomain.handlers)
        let big = JSON.string(String(repeating: "x", count: EngineLimits.body))
        #expect(try harness.command("gate/g", "pass", ["note": big]).code == "too_large")
        #expect(try harness.entries() == 0)
    }

    @Test func `a command refused for its size leaves the state that the batch before it had reached`() throws {
        let harness = try EngineHarness(TestDomain.handlers)
        try harness.command("gate/g", "pass")
        let big = JSON.string(String(repeating: "x", count: EngineLimits.body))
        let notes: [JSON] = ["small", big, "small"]
        let answers = try harness.process(notes.map { harness.message("gate/g", "pass", ["note": $0]) })
        #expect(answers.map(\.code) == [nil, "too_large", nil])
        #expect(answers.map(\.result) == [["inside": 2], nil, ["inside": 3]])
        #expect(answers.map(\.version) == [2, nil, 3])
        try harness.restart()
        #expect(try harness.command("gate/g", "pass").result == ["inside": 4])
    }

    @Test func `an event whose own coding cannot be read back is refused before anything is stored`() throws {
        let harness = try EngineHarness([AggregateHandler(OneWay.self)])
        let answer = try harness.command("one_way/o", "go")
        #expect(answer.code == "handler_failed")
        #expect(answer.message?.contains("cannot fold the event 'gone'") == true)
        #expect(try harness.events().isEmpty)
        #expect(try harness.command("one_way/o", "go").code == "handler_failed", "and again, not once only")
    }

    @Test func `event time never goes back, whatever the clock does`() throws {
        let harness = try EngineHarness()
        try harness.command("counter/c", "add", ["n": 1])
        harness.clock.advance(-5_000)
        try harness.command("counter/c", "add", ["n": 1])
        let times = try harness.events().map { $0["time"]?.stringValue }
        #expect(times[0] == times[1])
    }

    @Test func `a client's correlation is kept, but may not name a saga`() throws {
        let harness = try EngineHarness()
        try harness.start(Sagas.definition([("nap", Sagas.sleep("1s"))]))
        let named = harness.message("counter/c", "add", ["n": 1], headers: [Header("correlation", "s")])
        let free = harness.message(
            "counter/c", "add", ["n": 1],
            headers: [
                Header("correlation", "mine"), Header("x-trace", "7"), Header("causation", "that"), Header("deadline_ms", "5"),
            ])
        let answers = try harness.process([named, free])
        #expect(answers.map(\.code) == ["bad_request", nil])
        let event = try #require(try harness.events([("aggregate", "counter")]).last)
        #expect(event["correlation"] == "mine" && event["causation"] == "that" && event["headers"] == ["x-trace": "7"])
    }
}
