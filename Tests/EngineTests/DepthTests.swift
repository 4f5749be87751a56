import Kernel
import Testing

@testable import Engine

/// Values as deep as the wire lets in are wrapped on their way into the log; they must still be read from it.
@Suite struct DepthTests {
    private static let definition: JSON = [
        "saga": "deep", "version": 1,
        "steps": [
            "first": [
                "command": "counter.add", "key": "k", "with": ["n": 1],
                "undo": ["command": "counter.add", "with": ["n": -1, "note": "undo"]],
            ],
            "rest": ["sleep": "1s", "needs": ["first"]],
        ],
    ]

    private func nested(_ depth: Int) -> JSON { (1..<depth).reduce([]) { inner, _ in [inner] } }

    @Test(arguments: [1, 47, 60, 61, 62]) func `a saga with a deep input is read, ended and shown after a restart`(depth: Int) throws {
        let harness = try EngineHarness()
        try harness.request("saga.start", ["inline": Self.definition, "input": ["deep": nested(depth)], "id": "s"])
        try harness.restart()
        #expect(try harness.request("saga.get", ["id": "s"])["input"]?["deep"] == nested(depth))
        #expect(try harness.request("event.read", [:])["events"]?.arrayValue?.isEmpty == false)
        #expect(try harness.request("saga.cancel", ["id": "s", "reason": "r"])["state"] == "compensated")
    }

    @Test func `a value too deep for a step fails that step, and the saga is undone and can be read`() throws {
        let harness = try EngineHarness()
        var definition = Self.definition.objectValue!
        var steps = definition["steps"]!.objectValue!
        steps["second"] = [
            "needs": ["first"], "command": "counter.add", "key": "k", "with": ["n": 1, "x": ["y": "${ input.deep }"]],
            "undo": "none", "because": "a test",
        ]
        definition["steps"] = .object(steps)
        try harness.request("saga.start", ["inline": .object(definition), "input": ["deep": nested(60)], "id": "s"])
        try harness.restart()
        let view = try harness.request("saga.get", ["id": "s"])
        #expect(view["state"] == "compensated" && view["error"]?["code"] == "expression")
    }
}
