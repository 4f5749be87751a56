import Kernel
import Testing
import Wire

@testable import Engine

/// Names of types and commands may hold dots, so a definition's `tick.et.open` can be cut in two ways.
@Suite struct RemoteNameTests {
    private static let definition: JSON = [
        "saga": "dots", "version": 1,
        "steps": [
            "nap": ["sleep": "5s"],
            "open": [
                "command": "tick.et.open", "key": "k", "needs": ["nap"], "with": [:],
                "undo": ["command": "tick.et.shut", "with": [:]],
            ],
        ],
    ]

    private func start(_ id: String, inline: Bool, _ harness: RemoteHarness) throws {
        let definition: (String, JSON) = inline ? ("inline", Self.definition) : ("definition", "dots")
        _ = try harness.ask("saga.start", .object(JSONObject(uniqueKeysWithValues: [definition, ("id", .string(id))])))
    }

    private func isEnabled(_ harness: RemoteHarness) throws -> Bool? {
        try harness.engine.request("def.get", ["name": "dots"])["enabled"]?.boolValue
    }

    @Test(arguments: [false, true]) func `a command keeps the type it was read as, whatever workers offer later`(inline: Bool)
        throws
    {
        let harness = try RemoteHarness()
        try harness.ready(aggregates: ["tick.et"])
        if !inline { _ = try harness.ask("def.register", ["source": .string(Self.definition.text)]) }
        try start("early", inline: inline, harness)
        try harness.ready(worker: 2, aggregates: ["tick"])
        try harness.restart()
        try harness.ready(aggregates: ["tick.et", "tick"])
        if !inline { try start("late", inline: false, harness) }
        try harness.pass(5_000)
        for _ in inline ? 0..<1 : 0..<2 {
            let task = try harness.decide()
            #expect(task.aggregate == AggregateID("tick.et", "k") && task.name == "open")
            try harness.say(.refuse(task.task, code: "no", message: ""))
        }
    }

    @Test func `so does one of a definition that could not run when it was registered`() throws {
        let harness = try RemoteHarness()
        guard case .disabled(let why) = try harness.engine.engine.install(Self.definition.text) else {
            Issue.record("it is not disabled")
            return
        }
        #expect(why.contains("'tick.et'"))
        try harness.ready(aggregates: ["tick"])
        #expect(try isEnabled(harness) == false)
        try harness.restart()
        #expect(try isEnabled(harness) == false)
        try harness.ready(aggregates: ["tick.et"])
        #expect(try isEnabled(harness) == true)
        try start("s", inline: false, harness)
        try harness.restart()
        try harness.ready(aggregates: ["tick.et", "tick"])
        try harness.pass(5_000)
        #expect(try harness.decide().aggregate == AggregateID("tick.et", "k"))
    }
}
