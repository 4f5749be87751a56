import Kernel
import Testing
import Wire

@testable import Engine

/// Texts that look alike and differ in their bytes: composed and decomposed letters, which Swift's own equality takes for one.
@Suite struct LookAlikeTests {
    private static let composed = "caf\u{E9}"
    private static let decomposed = "cafe\u{301}"

    private func adds(_ key: String) -> JSON { Sagas.definition([("a", Sagas.add(key))]) }

    private func code(_ harness: EngineHarness, _ operation: String, _ arguments: JSON) throws -> String? {
        try harness.answer(operation, arguments).code
    }

    @Test func `two keys are two aggregates: in one batch, in the next, after a restart, and in every read`() throws {
        let harness = try EngineHarness()
        let (one, other) = (Self.composed, Self.decomposed)
        try harness.process([
            harness.message("counter/\(one)", "add", ["n": 1]), harness.message("counter/\(other)", "add", ["n": 10]),
            harness.message("counter/\(one)", "add", ["n": 2]),
        ])
        #expect(try harness.command("counter/\(other)", "add", ["n": 20], expected: 1).version == 2)
        #expect(try harness.command("counter/\(one)", "add", ["n": 4], expected: 2).version == 3)
        for _ in 0..<2 {
            #expect(try harness.counter(one) == 7 && harness.counter(other) == 30)
            for (key, versions) in [(one, [1, 2, 3] as [JSON]), (other, [1, 2] as [JSON])] {
                let events = try harness.events([("aggregate", "counter"), ("key", .string(key))])
                #expect(events.allSatisfy { $0["key"] == .string(key) })
                #expect(events.compactMap { $0["version"] } == versions)
            }
            try harness.restart()
        }
        #expect(try harness.command("counter/\(other)", "add", ["n": 1], expected: 2).version == 3)
        #expect(try harness.command("counter/\(one)", "add", ["n": 1], expected: 3).version == 4)
    }

    @Test func `two ids are two commands, each with its own result`() throws {
        let harness = try EngineHarness()
        for (id, n) in [("i-\u{E9}", 1), ("i-e\u{301}", 2)] as [(String, JSON)] {
            #expect(try harness.command("counter/c", "add", ["n": n], id: id).version != nil)
        }
        try harness.restart()
        let results = try ["i-\u{E9}", "i-e\u{301}"].map { id in
            try harness.request("command.result", ["id": .string(id)])["ok"]?["result"]
        }
        #expect(results == [["value": 1], ["value": 3]])
    }

    @Test func `two inline definitions are two: each saga acts on its own aggregate`() throws {
        let harness = try EngineHarness()
        try harness.start(adds(Self.composed), id: "one")
        try harness.start(adds(Self.decomposed), id: "two")
        #expect(try harness.counter(Self.composed) == 1 && harness.counter(Self.decomposed) == 1)
        try harness.restart()
        try harness.start(adds(Self.decomposed), id: "three")
        try harness.start(adds(Self.composed), id: "four")
        #expect(try harness.counter(Self.composed) == 2 && harness.counter(Self.decomposed) == 2)
    }

    @Test func `a definition under a known version is other content, with a diff, whoever brings it`() throws {
        let harness = try EngineHarness()
        let (one, other) = (adds(Self.composed).text, adds(Self.decomposed).text)
        try harness.request("def.register", ["source": .string(one)])
        let answer = try harness.answer("def.register", ["source": .string(other)])
        #expect(answer.code == "conflict")
        #expect(answer.fault?.details["diff"] == .string("-1: \(one)\n+1: \(other)"))
        guard case .refused = try harness.engine.install(other) else {
            Issue.record("other content was installed")
            return
        }
        #expect(try harness.request("def.get", ["name": "test"])["source"] == .string(one))
    }

    @Test func `another input under a saga's id or its key is another start`() throws {
        let harness = try EngineHarness()
        let definition = Sagas.definition([("a", Sagas.add("c"))], [("key", "${ input.key }")])
        func order(_ key: String, _ name: String, id: String? = nil) -> JSON {
            let input: JSON = ["key": .string(key), "name": .string(name)]
            return ["inline": definition, "input": input, "id": .optional(id)]
        }
        #expect(try harness.request("saga.start", order("k", Self.composed, id: "s"))["existing"] == false)
        #expect(try code(harness, "saga.start", order("k", Self.decomposed, id: "s")) == "id_reused")
        #expect(try code(harness, "saga.start", order("k", Self.decomposed)) == "id_reused")
        #expect(try harness.request("saga.start", order("k", Self.composed))["existing"] == true)
    }

    @Test func `two business keys are two sagas, and lists tell them apart`() throws {
        let harness = try EngineHarness()
        for (id, key) in [("one", Self.composed), ("two", Self.decomposed)] {
            let order: JSON = ["inline": adds("c"), "input": [:], "key": .string(key), "id": .string(id)]
            #expect(try harness.request("saga.start", order)["existing"] == false)
        }
        for (id, key) in [("one", Self.composed), ("two", Self.decomposed)] {
            let sagas = try harness.request("saga.list", ["key": .string(key)])["sagas"]?.arrayValue
            #expect(sagas?.map { $0["id"] } == [.string(id)])
        }
    }

    @Test func `a saga in memory is found by its own id alone: the Kelvin sign is no K`() throws {
        let harness = try EngineHarness()
        try harness.start(Sagas.definition([("a", Sagas.sleep("1m"))]), id: "K")
        #expect(try code(harness, "saga.cancel", ["id": "\u{212A}"]) == "not_found")
        #expect(try harness.state("K") == "running")
    }
}
