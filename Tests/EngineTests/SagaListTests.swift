import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct SagaListTests {
    /// s0 … s11: napping, completed, compensated in turn; every fourth of them another definition; all with a key.
    private func harness() throws -> EngineHarness {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        for index in 0..<12 {
            let steps: [(String, JSON)] =
                switch index % 3 {
                case 0: [("nap", Sagas.sleep("1m"))]
                case 1: [("a", Sagas.add("c"))]
                default: [("a", Sagas.pass("no"))]
                }
            let name = index % 4 == 0 ? "other" : "test"
            let definition = Sagas.definition(steps, name: name, [("key", "${ input.key }")])
            try harness.start(definition, input: ["key": .string("k\(index)")], id: "s\(index)")
        }
        return harness
    }

    private func list(_ harness: EngineHarness, _ arguments: JSON) throws -> (ids: [String], next: Int64?) {
        let answer = try harness.request("saga.list", arguments)
        return (answer["sagas"]!.arrayValue!.compactMap { $0["id"]?.stringValue }, answer["next"]?.intValue)
    }

    @Test func `sagas are listed oldest first, by state, definition and key`() throws {
        let harness = try harness()
        #expect(try list(harness, [:]).ids == (0..<12).map { "s\($0)" })
        #expect(try list(harness, ["state": "running"]).ids == ["s0", "s3", "s6", "s9"])
        #expect(try list(harness, ["state": "compensated"]).ids == ["s2", "s5", "s8", "s11"])
        #expect(try list(harness, ["state": "stuck"]).ids == [])
        #expect(try list(harness, ["definition": "other"]).ids == ["s0", "s4", "s8"])
        #expect(try list(harness, ["definition": "other", "state": "completed"]).ids == ["s4"])
        #expect(try list(harness, ["key": "k7"]).ids == ["s7"])
        #expect(try list(harness, ["key": "k7", "state": "running"]).ids == [])
        #expect(try list(harness, ["key": "k8", "definition": "other", "backwards": true]).ids == ["s8"])
        #expect(try list(harness, ["key": "k1", "definition": "other", "backwards": true]).ids == [])
        #expect(try harness.answer("saga.list", ["state": "dreaming"]).code == "bad_request")
    }

    @Test(
        arguments: 1...13,
        [[:], ["state": "running"], ["definition": "test"], ["definition": "test", "state": "completed"]] as [JSON])
    func `pages of any size join without gap or repeat, in both orders`(limit: Int64, filter: JSON) throws {
        let harness = try harness()
        let whole = try list(harness, filter).ids
        #expect(try join(harness, filter, limit) == whole)
        var arguments = filter.objectValue!
        arguments["backwards"] = true
        #expect(try join(harness, .object(arguments), limit) == whole.reversed())
    }

    /// All pages of so many.
    private func join(_ harness: EngineHarness, _ filter: JSON, _ limit: Int64) throws -> [String] {
        var arguments = filter.objectValue!
        arguments["limit"] = .int(limit)
        var joined: [String] = []
        var pages = 0
        while true {
            let page = try list(harness, .object(arguments))
            joined += page.ids
            pages += 1
            guard let next = page.next, pages < 50 else { break }
            arguments["after"] = .int(next)
        }
        #expect(pages <= 13)
        return joined
    }

    @Test func `a list follows a saga from state to state, also over a restart`() throws {
        let harness = try harness()
        try harness.request("saga.cancel", ["id": "s3", "reason": "r"])
        try harness.request("saga.terminate", ["id": "s6", "reason": "r"])
        for _ in 0..<2 {
            #expect(try list(harness, ["state": "running"]).ids == ["s0", "s9"])
            #expect(try list(harness, ["state": "compensated"]).ids == ["s2", "s3", "s5", "s8", "s11"])
            #expect(try list(harness, ["state": "terminated"]).ids == ["s6"])
            try harness.restart()
        }
    }

    @Test func `what is overdue is found among all that live, in both orders and in pages of any size`() throws {
        let harness = try harness()
        try harness.gate("held", backOpen: false)
        let soon = ("attention", JSON.string("1s"))
        for index in 0..<3 {
            let nap = Sagas.definition([("nap", Sagas.sleep("1m"))], name: "late", [soon])
            try harness.start(nap, id: "nap\(index)")
            let retry = Sagas.everySecond("forever", only: "locked")
            let back = [("a", Sagas.pass("held", undoRetry: retry)), ("b", Sagas.pass("no", needs: ["a"]))]
            try harness.start(Sagas.definition(back, name: "back", [soon]), id: "back\(index)")
        }
        #expect(try list(harness, ["overdue": true]).ids == [])
        harness.clock.advance(5_000)
        try harness.process([])
        let all = ["nap0", "back0", "nap1", "back1", "nap2", "back2"]
        #expect(try list(harness, ["state": "compensating"]).ids == ["back0", "back1", "back2"])
        for limit: Int64 in 1...7 {
            #expect(try join(harness, ["overdue": true], limit) == all)
            #expect(try join(harness, ["overdue": true, "backwards": true], limit) == all.reversed())
            #expect(try join(harness, ["overdue": true, "definition": "late"], limit) == ["nap0", "nap1", "nap2"])
        }
        #expect(try list(harness, ["overdue": true, "state": "running"]).ids == ["nap0", "nap1", "nap2"])
        #expect(try list(harness, ["overdue": true, "state": "completed"]).ids == [])
    }

    @Test func `a list shows views without their steps`() throws {
        let saga = try #require(try harness().request("saga.list", ["key": "k1"])["sagas"]?.arrayValue?.first)
        #expect(saga["state"] == "completed" && saga["definition"] == "test" && saga["input"] == ["key": "k1"])
        #expect(saga["steps"] == nil)
    }

    @Test func `a list stops near one mebibyte and goes on`() throws {
        let harness = try EngineHarness()
        let note = JSON.string(String(repeating: "x", count: 400_000))
        for index in 0..<5 {
            try harness.start(Sagas.definition([("a", Sagas.add("c"))]), input: ["note": note], id: "s\(index)")
        }
        let first = try list(harness, [:])
        #expect(first.ids == ["s0", "s1", "s2"])
        let second = try list(harness, ["after": .int(try #require(first.next))])
        #expect(second.ids == ["s3", "s4"] && second.next == nil)
    }

    @Test func `a history is paged, oldest first`() throws {
        let harness = try harness()
        let whole = try #require(try harness.request("saga.history", ["id": "s2"])["events"]?.arrayValue)
        #expect(whole.map { $0["version"] } == [1, 2, 3, 4, 5])
        let page = try harness.request("saga.history", ["id": "s2", "from": 2, "limit": 2])
        #expect(page["events"]?.arrayValue == Array(whole[1...2]) && page["next"] == 4)
        #expect(try harness.answer("saga.history", ["id": "none"]).code == "not_found")
        #expect(try harness.answer("saga.get", ["id": "none"]).code == "not_found")
    }
}
