import Kernel
import Testing
import Wire

@testable import Engine

/// One saga per id and per business key.
@Suite struct SagaKeyTests {
    private func definition(_ steps: [(String, JSON)]? = nil, name: String = "test", version: Int64 = 1) -> JSON {
        Sagas.definition(steps ?? [("a", Sagas.add("c"))], name: name, version: version, [("key", "${ input.key }")])
    }

    private func start(_ harness: EngineHarness, _ more: JSON, _ definition: JSON? = nil) throws -> JSON {
        var arguments = JSONObject(uniqueKeysWithValues: [("inline", definition ?? self.definition())])
        for member in more.objectValue!.members { arguments[member.key] = member.value }
        return try harness.request("saga.start", .object(arguments))
    }

    private func code(_ harness: EngineHarness, _ more: JSON, _ definition: JSON? = nil) -> String? {
        do {
            _ = try start(harness, more, definition)
            return nil
        } catch { return (error as? Fault)?.code.rawValue }
    }

    @Test func `DX-16 SG-12 the same key and input is the first saga, over versions, forms and restarts`() throws {
        let harness = try EngineHarness()
        let first = try start(harness, ["input": ["key": "k", "n": 1]])
        let again: JSON = ["id": first["id"]!, "state": "completed", "existing": true]
        #expect(try start(harness, ["input": ["n": 1, "key": "k"]]) == again)
        try harness.restart()
        #expect(try start(harness, ["input": ["key": "k", "n": 1]], definition(version: 2)) == again)
        try harness.request("def.register", ["source": .string(definition(version: 3).text)])
        #expect(try harness.request("saga.start", ["definition": "test", "input": ["key": "k", "n": 1]]) == again)
    }

    @Test func `the same key with another input is refused and names the saga that has it`() throws {
        let harness = try EngineHarness()
        let first = try start(harness, ["input": ["key": "k", "n": 1]])
        do {
            _ = try start(harness, ["input": ["key": "k", "n": 2]])
            Issue.record("another input was taken")
        } catch let fault as Fault {
            #expect(fault.code == .idReused && fault.details["saga"] == first["id"])
        }
        #expect(try start(harness, ["input": ["key": "other", "n": 2]])["existing"] == false)
        #expect(try start(harness, ["input": ["key": "k", "n": 2]], definition(name: "sister"))["existing"] == false)
    }

    @Test func `SG-12 the same id is the first saga, or another start when anything differs`() throws {
        let harness = try EngineHarness()
        #expect(try start(harness, ["input": ["key": "k"], "id": "one"])["existing"] == false)
        #expect(try start(harness, ["input": ["key": "k"], "id": "one"])["existing"] == true)
        #expect(code(harness, ["input": ["key": "l"], "id": "one"]) == "id_reused")
        #expect(code(harness, ["input": ["key": "k"], "id": "one"], definition(name: "sister")) == "id_reused")
        #expect(code(harness, ["input": ["key": "k"], "id": "no good"]) == "bad_request")
    }

    @Test func `the same id with another version, key or text of the definition is another start`() throws {
        let harness = try EngineHarness()
        for version in [1, 2] as [Int64] {
            try harness.request("def.register", ["source": .string(definition(version: version).text)])
        }
        func code(_ more: JSON) throws -> String? {
            let input: JSON = ["key": "k"]
            var order = JSONObject(uniqueKeysWithValues: [("definition", "test"), ("input", input), ("id", "one")])
            for member in more.objectValue!.members { order[member.key] = member.value }
            return try harness.answer("saga.start", .object(order)).code
        }
        #expect(try code(["version": 1]) == nil)
        for _ in 0..<2 {
            #expect(try code(["version": 1]) == nil && code([:]) == nil && code(["key": "k"]) == nil)
            #expect(try code(["version": 2]) == "id_reused")
            #expect(try code(["version": 3]) == "not_found")
            #expect(try code(["key": "other"]) == "id_reused")
            #expect(self.code(harness, ["input": ["key": "k"], "id": "one"]) == "id_reused", "it brings its definition along")
            try harness.restart()
        }
    }

    @Test func `the same id with another definition brought along is another start, whatever its name`() throws {
        let harness = try EngineHarness()
        let order: JSON = ["input": ["key": "k"], "id": "one"]
        #expect(try start(harness, order)["existing"] == false)
        #expect(try start(harness, order)["existing"] == true)
        #expect(code(harness, order, definition([("b", Sagas.sleep("1m"))])) == "id_reused")
        try harness.request("def.register", ["source": .string(definition().text)])
        #expect(try harness.answer("saga.start", ["definition": "test", "input": ["key": "k"], "id": "one"]).code == "id_reused")
    }

    @Test func `a start without a version means the first saga, also when a higher version has come since`() throws {
        let harness = try EngineHarness()
        let schema: JSON = ["properties": ["n": ["type": "integer", "default": 1]]]
        let steps = [("a", Sagas.add("c"))]
        let first = Sagas.definition(steps, [("key", "${ input.key }"), ("input", schema)])
        let changed: JSON = ["properties": ["n": ["type": "integer", "default": 2]], "required": ["size"]]
        let second = Sagas.definition(steps, version: 2, [("key", "second-${ input.key }"), ("input", changed)])
        let order: JSON = ["definition": "test", "input": ["key": "k"], "id": "one"]
        try harness.request("def.register", ["source": .string(first.text)])
        #expect(try harness.request("saga.start", order)["existing"] == false)
        try harness.request("def.register", ["source": .string(second.text)])
        for _ in 0..<2 {
            #expect(try harness.request("saga.start", order)["existing"] == true)
            #expect(try harness.saga("one")["version"] == 1)
            try harness.restart()
        }
        let other: JSON = ["definition": "test", "input": ["key": "l"], "id": "two"]
        #expect(try harness.answer("saga.start", other).code == "bad_request")
    }

    @Test func `again may follow a saga that was rolled back or terminated, and no other`() throws {
        let harness = try EngineHarness()
        try harness.gate("no", open: false)
        let fails = definition([("a", Sagas.pass("no"))])
        let naps = definition([("a", Sagas.sleep("1m"))])
        let again: JSON = ["input": ["key": "k"], "again": true]
        let first = try start(harness, ["input": ["key": "k"]], fails)
        #expect(try start(harness, ["input": ["key": "k"]], fails)["id"] == first["id"])
        let second = try start(harness, again, naps)
        #expect(second["existing"] == false && second["id"] != first["id"])
        #expect(try start(harness, again, naps)["id"] == second["id"], "it runs")
        try harness.request("saga.terminate", ["id": second["id"]!, "reason": "r"])
        let third = try start(harness, again)
        #expect(third["existing"] == false && third["state"] == "completed")
        #expect(try start(harness, again)["id"] == third["id"], "a completed one is not followed")
        #expect(code(harness, ["input": ["key": "k", "n": 2], "again": true]) == "id_reused")
    }

    @Test func `a key that cannot be made from the input, or is none, is refused before anything runs`() throws {
        let harness = try EngineHarness()
        #expect(code(harness, ["input": [:]]) == "bad_request")
        #expect(code(harness, ["input": ["key": ["list"]]]) == "bad_request")
        #expect(code(harness, ["input": ["key": .string(String(repeating: "k", count: 256))]]) == "bad_request")
        #expect(code(harness, ["input": ["key": ""]]) == "bad_request")
        #expect(try harness.entries() == 0)
        #expect(try start(harness, ["input": ["key": 7]])["existing"] == false)
        #expect(try harness.request("saga.list", ["key": "7"])["sagas"]?.arrayValue?.count == 1)
    }

    @Test func `an input that does not fit the schema is refused with each violation`() throws {
        let harness = try EngineHarness()
        let schema: JSON = ["type": "object", "required": ["n"], "properties": ["n": ["type": "integer", "minimum": 1]]]
        let definition = Sagas.definition([("a", Sagas.add("c"))], [("input", schema)])
        for input in [[:], ["n": 0], ["n": "1"]] as [JSON] {
            let answer = try harness.answer("saga.start", ["inline": definition, "input": input])
            #expect(answer.code == "bad_request" && answer.fault?.details["violations"]?.arrayValue?.count == 1)
        }
        #expect(try harness.entries() == 0)
    }
}
