import Engine
import EventLog
import Kernel
import Testing
import Wire

/// Commands on aggregates that workers decide for.
@Suite struct RemoteCommandTests {
    @Test func `a worker decides, and the answer leaves with the commit of events and receipt`() throws {
        let harness = try RemoteHarness.ready()
        let tag = try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))[0]
        #expect(harness.answers[tag] == nil)
        let task = try harness.decide()
        #expect(task.aggregate == AggregateID("tally", "a") && task.version == 0 && task.name == "add" && task.epoch > 0)
        #expect(try JSON.parse(task.body) == ["state": nil, "command": ["n": 5]])
        try harness.answer(task)
        #expect(harness.answers[tag]?.version == 1 && harness.answers[tag]?.position == 1)
        #expect(harness.answers[tag]?.result == ["sum": 5])
        let receipt = try harness.engine.receipt("c1")
        #expect(try harness.events("a") == [5])
        #expect(receipt?.version == 1)
        _ = try harness.command("a", "burst")
        #expect(try harness.command("a", "look").version == 4, "no events is a legal answer")
        #expect(try harness.command("a", "look").result == ["sum": 11])
    }

    @Test func `SS-17 a resend before, during and after the decision, and after a restart, gets the same answer`() throws {
        let harness = try RemoteHarness()
        try harness.ready(credit: 0)
        let first = try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))
        let before = try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))
        try harness.ready(credit: 4)
        let during = try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))
        try harness.work()
        let after = try harness.command("a", "add", ["n": 5], id: "c1")
        try harness.restart()
        let later = try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))
        for tag in first + before + during + later { #expect(harness.answers[tag] == after) }
        #expect(try harness.events("a") == [5])
    }

    @Test func `an id that waits is refused to anything else`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        try harness.send(harness.message("a", "add", ["n": 5], id: "c1"))
        let others = try harness.send(
            harness.message("a", "add", ["n": 6], id: "c1"), harness.engine.message("counter/c", "add", ["n": 1], id: "c1"),
            harness.request("saga.start", ["definition": "x", "input": [:]], id: "c1"))
        #expect(others.map { harness.answers[$0]?.code } == ["id_reused", "id_reused", "id_reused"])
    }

    @Test func `ES-04 a command on an aggregate that must exist is not found, and leaves no trace`() throws {
        let harness = try RemoteHarness.ready()
        let entries = try harness.engine.entries()
        #expect(try harness.command("a", "need", id: "c1").code == "not_found")
        #expect(try harness.command("a", "nothing", id: "c2").code == "unknown_command")
        #expect(try harness.engine.entries() == entries)
        _ = try harness.command("a")
        #expect(try harness.command("a", "need", id: "c1").version == 1, "asked anew")
    }

    @Test func `SS-05 a refusal is remembered with its reason and changes nothing`() throws {
        let harness = try RemoteHarness.ready()
        let refused = try harness.command("a", "spend", ["n": 5], id: "c1")
        #expect(refused.fault?.code == .rejected && refused.fault?.details["reason"] == "too_little")
        _ = try harness.command("a", "add", ["n": 10])
        #expect(try harness.command("a", "spend", ["n": 5], id: "c1").code == "rejected")
        #expect(try harness.events("a") == [10])
    }

    @Test func `SS-14 another version than expected is a conflict that no worker is asked about`() throws {
        let harness = try RemoteHarness.ready()
        _ = try harness.command("a")
        let tag = try harness.send(harness.message("a", expected: 0))[0]
        #expect(harness.answers[tag]?.fault?.details["actual"] == 1 && harness.tasks.isEmpty)
        let next = try harness.send(harness.message("a", expected: 1))[0]
        let task = try harness.decide()
        #expect(try JSON.parse(task.body)["expected"] == 1)
        #expect(harness.answers[next] == nil)
    }

    @Test func `SS-20 two commands sent at once are judged one after the other`() throws {
        let harness = try RemoteHarness.ready()
        _ = try harness.command("a", "add", ["n": 5])
        let tags = try harness.send(harness.message("a", "spend", ["n": 5]), harness.message("a", "spend", ["n": 5]))
        #expect(harness.tasks.count == 1, "one at a time")
        try harness.work()
        #expect(tags.map { harness.answers[$0]?.code } == [nil, "rejected"])
    }

    @Test func `SS-06 SS-09 many keys are decided at once, each in the order sent`() throws {
        let harness = try RemoteHarness.ready(credit: 8)
        try harness.ready(worker: 2, credit: 8)
        var dice = SplitMix(state: 11)
        var sent: [String: [Int64]] = [:]
        var tags: [String: [Int]] = [:]
        for number in 1...400 {
            let key = "k\(dice.next() % 12)"
            sent[key, default: []].append(Int64(number))
            tags[key, default: []] += try harness.send(harness.message(key, "add", ["n": .int(Int64(number))]))
            while dice.next() % 3 == 0, let task = harness.tasks.randomElement(using: &dice) {
                guard case .decide(let decide) = task.push else { continue }
                try harness.answer(try harness.decide(decide.aggregate.key), worker: task.worker)
            }
        }
        try harness.work()
        for key in sent.keys.sorted() {
            #expect(try harness.events(key) == sent[key])
            let order = harness.answered.filter { tags[key]?.contains($0) ?? false }
            #expect(order == tags[key], "answers in the order sent")
        }
        #expect(harness.answers.values.allSatisfy { $0.version != nil })
    }

    @Test func `SS-10 a slow decision delays no other key`() throws {
        let harness = try RemoteHarness.ready()
        let slow = try harness.send(harness.message("slow"))[0]
        let task = try harness.decide("slow")
        #expect(try harness.command("fast").version == 1)
        #expect(harness.answers[slow] == nil)
        try harness.answer(task)
        #expect(harness.answers[slow]?.version == 1)
    }

    @Test func `a type that nobody has offered is unknown, and an offered one is known for ever`() throws {
        let harness = try RemoteHarness()
        #expect(try harness.command("a").code == "unknown_aggregate")
        try harness.ready()
        try harness.lose()
        try harness.restart()
        let tag = try harness.send(harness.message("a"))[0]
        #expect(harness.answers[tag] == nil)
        try harness.ready()
        try harness.work()
        #expect(harness.answers[tag]?.version == 1)
    }

    @Test func `headers and causes are kept with the events`() throws {
        let harness = try RemoteHarness.ready()
        try harness.send(harness.message("a", id: "c1", headers: [Header("correlation", "order-7"), Header("x-who", "me")]))
        try harness.work()
        let event = try #require(try harness.engine.events([("aggregate", "tally"), ("key", "a")]).first)
        #expect(event["command"] == "c1" && event["correlation"] == "order-7" && event["headers"] == ["x-who": "me"])
    }
}
