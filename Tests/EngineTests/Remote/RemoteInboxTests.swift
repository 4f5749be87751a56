import Engine
import EventLog
import Kernel
import Testing
import Wire

/// Commands that are accepted before anybody can decide them.
@Suite struct RemoteInboxTests {
    private func order(_ id: String, _ n: Int64 = 1, _ name: String = "add") -> JSON {
        [
            "id": .string(id), "aggregate": "tally", "key": "a", "name": .string(name), "body": ["n": .int(n)],
        ]
    }

    private func result(_ id: String, _ harness: RemoteHarness) throws -> JSON {
        try harness.engine.request("command.result", ["id": .string(id)])
    }

    @Test func `SS-11 SS-12 accepted at once, pending until decided, and then the same result every time`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        #expect(try harness.ask("command.submit", order("s1")) == ["id": "s1", "state": "accepted"])
        #expect(try harness.ask("command.submit", order("s1"))["state"] == "accepted")
        #expect(try result("s1", harness) == ["state": "pending"])
        try harness.pass(3_600_000)
        try harness.ready()
        try harness.work()
        let done: JSON = ["state": "done", "ok": ["version": 1, "position": 2, "result": ["sum": 1]]]
        #expect(try result("s1", harness) == done)
        #expect(try harness.ask("command.submit", order("s1"))["state"] == "done")
        #expect(try harness.events("a") == [1])
    }

    @Test func `SS-03 what was accepted is decided in order after a restart, once`() throws {
        let harness = try RemoteHarness.ready()
        for number in 1...9 { _ = try harness.ask("command.submit", order("s\(number)", Int64(number))) }
        let before = try harness.events("a")
        try harness.ready(credit: 0)
        for number in 10...14 { _ = try harness.ask("command.submit", order("s\(number)", Int64(number))) }
        try harness.restart()
        #expect(try result("s10", harness) == ["state": "pending"])
        try harness.ready()
        try harness.work()
        #expect(try before == Array(1...9) && harness.events("a") == Array(1...14))
        try harness.restart()
        try harness.ready()
        #expect(harness.tasks.isEmpty, "nothing is left")
    }

    @Test func `SS-03 a result is there whatever the worker says`() throws {
        let harness = try RemoteHarness.ready()
        for (id, name) in [("s1", "need"), ("s2", "nothing"), ("s3", "spend")] {
            _ = try harness.ask("command.submit", order(id, 1, name))
            try harness.work()
        }
        let codes = try ["s1", "s2", "s3"].map { try result($0, harness)["error"]?["code"] }
        #expect(codes == ["not_found", "unknown_command", "rejected"])
    }

    @Test func `a submitted command shares id, place and answer with one that was sent`() throws {
        let harness = try RemoteHarness.ready(credit: 0)
        let first = try harness.send(harness.message("a", "add", ["n": 1], id: "s1", headers: [Header("deadline_ms", "1000")]))[0]
        #expect(try harness.ask("command.submit", order("s1"))["state"] == "accepted")
        let other = try harness.send(harness.request("command.submit", order("s1", 2)))[0]
        #expect(harness.answers[other]?.code == "id_reused")
        let second = try harness.send(harness.message("a", "add", ["n": 2]))[0]
        try harness.pass(1_000)
        #expect(harness.answers[first]?.code == "timeout", "whoever waited is told, the command stays")
        let again = try harness.send(harness.message("a", "add", ["n": 1], id: "s1"))[0]
        try harness.ready()
        try harness.work()
        #expect(harness.answers[again]?.version == 1 && harness.answers[second]?.version == 2)
    }

    @Test func `a full disk takes nothing in and leaves nothing behind`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try RemoteHarness(EngineHarness(log: log))
        try harness.ready()
        log.failNextCommit(.full("no space"))
        let tag = try harness.send(harness.request("command.submit", order("s1")))[0]
        #expect(harness.answers[tag]?.code == "read_only" && harness.tasks.isEmpty)
        try harness.pass(5_000)
        #expect(harness.tasks.isEmpty)
        #expect(try harness.engine.answer("command.result", ["id": "s1"]).code == "not_found")
        #expect(try harness.ask("command.submit", order("s1"))["state"] == "accepted")
        try harness.work()
        #expect(try result("s1", harness)["ok"]?["version"] == 1)
    }

    @Test func `a decision that cannot be written is asked again, and whoever waits goes on waiting`() throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try RemoteHarness(EngineHarness(log: log))
        try harness.ready()
        let tags = try harness.send(harness.message("a", "add", ["n": 1]), harness.message("a", "add", ["n": 2]))
        let task = try harness.decide()
        log.failNextCommit(.full("no space"))
        try harness.answer(task)
        #expect(harness.answers.isEmpty && harness.tasks.isEmpty)
        try harness.pass(1_000)
        try harness.work()
        #expect(tags.map { harness.answers[$0]?.version } == [1, 2])
        #expect(try harness.events("a") == [1, 2])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `SS-17 SS-03 whatever happens, each command takes effect once and has one answer`(seed: UInt64) throws {
        let log = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
        let harness = try RemoteHarness(EngineHarness(log: log))
        var dice = SplitMix(state: seed)
        try harness.ready(credit: 3)
        var told: [Int: (number: Int64, tag: Int)] = [:]
        var submitted: Set<Int64> = []
        for number in 1...150 as ClosedRange<Int64> {
            let key = "k\(number % 4)"
            if dice.next() % 3 == 0 {
                var order = order("c\(number)", number).objectValue!
                order["key"] = .string(key)
                let tag = try harness.send(harness.request("command.submit", .object(order)))[0]
                if case .answer = harness.answers[tag] { submitted.insert(number) }
            } else {
                let tag = try harness.send(harness.message(key, "add", ["n": .int(number)], id: "c\(number)"))[0]
                told[tag] = (number, tag)
            }
            switch dice.next() % 12 {
            case 0:
                try harness.restart()
                try harness.ready(credit: 3)
            case 1: log.failNextCommit(.full("no space"))
            case 2:
                try harness.lose()
                try harness.ready(credit: 3)
            case 3: try harness.pass(1_000)
            default: while dice.next() % 3 > 0, let task = try? harness.decide() { try harness.answer(task) }
            }
        }
        // A commit may still be told to fail, and an aggregate be parked because three workers were lost over it.
        for _ in 0..<3 {
            try harness.pass(61_000)
            try harness.work()
        }
        let before = try (0..<4).flatMap { try harness.events("k\($0)") }
        var accepted: Set<Int64> = []
        for (tag, sent) in told.sorted(by: { $0.key < $1.key }) {
            let again = try harness.command("k\(sent.number % 4)", "add", ["n": .int(sent.number)], id: "c\(sent.number)")
            if let first = harness.answers[tag], first.version != nil { #expect(first == again) }
            if again.version != nil { accepted.insert(sent.number) }
        }
        for number in submitted.sorted() {
            let result = try result("c\(number)", harness)
            #expect(result["state"] == "done")
            if result["ok"] != nil { accepted.insert(number) }
        }
        let all = try (0..<4).flatMap { try harness.events("k\($0)") }
        #expect(all.sorted() == accepted.sorted() && Set(before).isSubset(of: accepted))
        #expect(accepted.count > 120, "few were refused by a full disk or lost with three workers")
    }
}
