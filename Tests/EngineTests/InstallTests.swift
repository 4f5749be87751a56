import DemoDomain
import EventLog
import Kernel
import Testing
import Wire

@testable import Engine

/// Definitions that a server brings along, against those that are registered.
@Suite struct InstallTests {
    private static let good = """
        saga: trip
        version: 1
        steps:
          a:
            command: gate.pass
            key: g
            undo: { command: gate.back, with: {} }
        """
    private static let texts = [
        good.replacing("gate.", with: "widget."), good.replacing("key: g", with: "key: h"),
        good.replacing("key: g", with: "kee: g"), "saga: trip\nversion: 1\nsteps: {}\n",
    ]

    private func word(_ source: String, _ harness: EngineHarness) throws -> String {
        switch try harness.engine.install(source) {
        case .registered: "registered"
        case .disabled: "disabled"
        case .refused(let why): "refused: " + why.joined(separator: "\n")
        }
    }

    /// The definition's text and whether it can run.
    private func known(_ harness: EngineHarness) throws -> [JSON?] {
        let view = try harness.request("def.get", ["name": "trip", "version": 1])
        return [view["source"], view["enabled"]]
    }

    @Test(arguments: texts) func `a registered definition stays what it is, whatever is wrong with another text`(text: String)
        throws
    {
        let harness = try EngineHarness()
        #expect(try word(Self.good, harness) == "registered")
        let entries = try harness.entries()
        for _ in 0..<2 {
            let said = try word(text, harness)
            #expect(said.hasPrefix("refused: 1:1: trip v1 is registered with other content; raise its version\n-"), "\(said)")
            #expect(try known(harness) == [.string(Self.good), true] && harness.entries() == entries)
            try harness.restart()
        }
        try harness.gate("g")
        try harness.request("saga.start", ["definition": "trip", "id": "s"])
        #expect(try harness.state() == "completed")
    }

    @Test(arguments: texts) func `so does one that cannot run here now`(text: String) throws {
        let harness = try EngineHarness()
        #expect(try word(Self.good, harness) == "registered")
        let poor = try EngineHarness(DemoDomain.handlers, log: harness.log)
        let entries = try poor.entries()
        #expect(try word(text, poor).hasPrefix("refused: 1:1: trip v1 is registered with other content"))
        #expect(try word(Self.good, poor) == "disabled")
        #expect(try known(poor) == [.string(Self.good), false] && poor.entries() == entries)
    }

    @Test func `one whose text this server cannot read keeps its name and its version`() throws {
        let harness = try EngineHarness()
        let commit = try harness.log.read { reader in
            let batch = Batch(reader: reader, clock: harness.clock.now(), epoch: 1)
            let body: JSON = ["version": 1, "source": "saga: ["]
            let event = StoredBody(name: "definition.registered", schema: 1, body: body.bytes)
            let stream = AggregateID("$definition", "trip")
            _ = batch.append(
                stream, after: StreamHead(version: 0, position: 0, entryPosition: 0), events: [event],
                cause: Cause(command: "old"))
            return batch.commit
        }
        try harness.log.commit(commit)
        try harness.restart()
        #expect(try known(harness) == ["saga: [", false])
        #expect(try word(Self.good, harness).hasPrefix("refused: 1:1: trip v1 is registered with other content"))
        #expect(try harness.answer("def.register", ["source": .string(Self.good)]).code == "conflict")
    }

    @Test func `two texts under one version in one folder: the second is refused, also when neither can run yet`() throws {
        let harness = try EngineHarness()
        let later = Self.good.replacing("gate.", with: "widget.")
        #expect(try word(later, harness) == "disabled")
        #expect(try word(later.replacing("key: g", with: "key: h"), harness).contains("+6:     key: h"))
    }

    @Test func `a definition that cannot run yet is registered all the same, once, and stays what it is`() throws {
        let harness = try EngineHarness()
        let later = Self.good.replacing("gate.", with: "widget.")
        for _ in 0..<2 {
            #expect(try word(later, harness) == "disabled")
            #expect(try harness.events([("aggregate", "$definition")]).map { $0["body"]?["source"] } == [.string(later)])
            try harness.restart()
            #expect(try known(harness) == [.string(later), false])
            #expect(try harness.answer("saga.start", ["definition": "trip"]).fault?.details["reason"] == "disabled")
        }
        #expect(try word(Self.good, harness).hasPrefix("refused: 1:1: trip v1 is registered with other content"))
        #expect(try harness.answer("def.register", ["source": .string(Self.good)]).code == "conflict")
    }
}
