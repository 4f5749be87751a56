import Engine
import Kernel
import Testing

@testable import Server

/// Lists are pages: bounded in number and in bytes, each with the place where the next begins.
@Suite struct ListTests {
    private func definition(_ name: String, version: Int = 1, about: String = "") -> String {
        "{\"saga\":\"\(name)\",\"version\":\(version),\"description\":\"\(about)\",\"steps\":{\"nap\":{\"sleep\":\"1h\"}}}"
    }

    private func install(_ source: String, _ door: Door) throws {
        let outcome = try door.engine.install(source)
        guard case .registered = outcome else { throw Unexpected(text: "\(outcome)") }
    }

    private struct Unexpected: Error { let text: String }

    /// Follows `next` to the end: what each page holds.
    private func pages(_ operation: String, _ field: String, _ more: [(String, JSON)], _ door: Door) throws -> [[JSON]] {
        var (pages, after): ([[JSON]], JSON) = ([], .null)
        repeat {
            let arguments = JSONObject(uniqueKeysWithValues: more + [("after", after)])
            let page = try door.ask(operation, .object(arguments))
            pages.append(try #require(page[field]?.arrayValue, "\(page.text.prefix(300))"))
            after = page["next"] ?? .null
        } while after != .null && pages.count < 100
        return pages
    }

    private func start(_ definition: String, _ id: String, key: String? = nil, again: Bool = false, pad: Int = 0, _ door: Door)
        throws
    {
        var arguments = JSONObject(uniqueKeysWithValues: [("definition", .string(definition)), ("id", .string(id))])
        arguments["key"] = key.map { .string($0) }
        arguments["again"] = .bool(again)
        arguments["input"] = ["pad": .string(String(repeating: "x", count: pad))]
        #expect(try door.ask("saga.start", .object(arguments))["existing"] == false)
    }

    @Test func `def.list gives pages by name and version, and its cursor outlives registrations`() throws {
        let door = try Door()
        for name in ["b", "a", "a-1"] { for version in [10, 9] { try install(definition(name, version: version), door) } }
        let all = ["a/9", "a/10", "a-1/9", "a-1/10", "b/9", "b/10"]
        for limit in 1...6 {
            let found = try pages("def.list", "definitions", [("limit", .int(Int64(limit)))], door)
            #expect(found.flatMap(\.self).map { "\($0["name"]?.stringValue ?? "")/\($0["version"]?.intValue ?? 0)" } == all)
            #expect(found.allSatisfy { $0.count <= limit })
        }
        try install(definition("a", version: 11), door)
        #expect(try door.ask("def.list", ["after": "a/10", "limit": 1])["next"] == "a/11")
        #expect(try door.ask("def.list", ["after": "zzz/1"]) == ["definitions": [], "next": .null])
        #expect(try door.ask("def.list", ["after": "a"])["message"] != nil)
        #expect(try pages("def.list", "definitions", [("name", "b"), ("limit", 1)], door).map(\.count) == [1, 1])
    }

    @Test func `def.list ends a page near its bound of bytes`() throws {
        let door = try Door()
        let about = String(repeating: "x", count: 200_000)
        for n in 1...8 { try install(definition("long", version: n, about: about), door) }
        #expect(try pages("def.list", "definitions", [], door).map(\.count) == [6, 2])
    }

    @Test func `saga.list ends a page near its bound of bytes`() throws {
        let door = try Door()
        try install(definition("nap"), door)
        for n in 1...6 { try start("nap", "s\(n)", pad: 300_000, door) }
        for filter: [(String, JSON)] in [[], [("state", "running")], [("definition", "nap")]] {
            let found = try pages("saga.list", "sagas", filter, door)
            #expect(found.map(\.count) == [4, 2])
            #expect(found.flatMap(\.self).map { $0["id"]?.stringValue } == (1...6).map { "s\($0)" })
        }
    }

    @Test func `saga.list by business key looks no further than its holder, and hides none before it`() throws {
        let door = try Door()
        try install(definition("nap"), door)
        try start("nap", "old", key: "k", door)
        _ = try door.ask("saga.terminate", ["id": "old", "reason": "tired"])
        try start("nap", "between", key: "other", door)
        try start("nap", "new", key: "k", again: true, door)
        for n in 1...5 { try start("nap", "later\(n)", key: "l\(n)", door) }
        func list(_ key: String) -> JSON { ["definition": "nap", "key": .string(key), "limit": 3] }
        let found = try door.ask("saga.list", list("k"))
        #expect(found["sagas"]?.arrayValue?.map { $0["id"]?.stringValue } == ["old", "new"])
        #expect(found["next"] == .null)
        #expect(try door.ask("saga.list", list("nobody's")) == ["sagas": [], "next": .null])
        #expect(try door.ask("saga.list", list(String(repeating: "k", count: 600))) == ["sagas": [], "next": .null])
    }
}
