import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct DefinitionTests {
    private static func yaml(_ steps: String, version: Int = 1) -> String { "saga: trip\nversion: \(version)\nsteps:\n\(steps)" }
    private static let good = yaml("  a:\n    command: gate.pass\n    key: g\n    undo: { command: gate.back, with: {} }\n")

    @Test(arguments: [
        (yaml("  a: { sleep: 1s, needs: [b] }\n  b: { sleep: 1s, needs: [a] }\n"), "circle"),
        (yaml("  a: { sleep: 1s, needs: [a] }\n"), "needs itself"), (yaml("  a: { sleep: 1s, needs: [zebra] }\n"), "'zebra'"),
        (yaml("  a: { sleep: 1s }\n  a: { sleep: 2s }\n"), "a"), ("saga: trip\nversion: 1\nsteps: {}\n", "step"),
        (yaml("  a: { command: gat.pass, key: g }\n"), "'gat'; did you mean 'gate'?"),
        (yaml("  a: { command: gate.pas, key: g, undo: none, because: x }\n"), "'pas'; did you mean 'pass'?"),
        (yaml("  a: { dance: 1s }\n"), "dance"), ("saga: [", "line"),
    ])
    func `SG-02 DX-15 a bad definition is refused with its places, and nothing runs`(source: String, word: String) throws {
        let harness = try EngineHarness()
        for operation in ["def.register", "def.check"] {
            let answer = try harness.answer(operation, ["source": .string(source)])
            #expect(answer.code == "invalid_definition")
            let problems = answer.fault?.details["problems"]?.arrayValue ?? []
            #expect(problems.allSatisfy { ($0["line"]?.intValue ?? 0) > 0 && ($0["column"]?.intValue ?? 0) > 0 })
            #expect(!problems.isEmpty)
            let text = problems.compactMap { $0["message"]?.stringValue }.joined(separator: "\n")
            #expect(text.contains(word) || word == "line", "\(text)")
        }
        #expect(try harness.entries() == 0 && harness.request("def.list", [:])["definitions"] == [])
    }

    @Test func `SG-02 a bad inline definition is refused, with its places, before anything runs`() throws {
        let harness = try EngineHarness()
        let bad = Sagas.definition([("a", Sagas.add("c", needs: ["a"]))])
        let answer = try harness.answer("saga.start", ["inline": bad, "input": [:]])
        #expect(answer.code == "invalid_definition" && answer.fault?.details["problems"]?.arrayValue?.isEmpty == false)
        #expect(try harness.entries() == 0)
    }

    @Test func `a start sees the definition registered just before it, in the same batch`() throws {
        let harness = try EngineHarness()
        func request(_ operation: String, _ arguments: JSON) throws -> ClientMessage {
            let id = try #require(WireID(harness.newID()))
            return .request(OperationRequest(id: id, operation: operation, arguments: arguments.bytes))
        }
        let two = Self.good.replacing("version: 1", with: "version: 2")
        let answers = try harness.process([
            request("def.register", ["source": .string(Self.good)]), request("saga.start", ["definition": "trip", "id": "first"]),
            request("def.register", ["source": .string(two)]), request("saga.start", ["definition": "trip", "id": "second"]),
            request("saga.start", ["definition": "trip", "version": 1, "id": "third"]),
        ])
        #expect(answers.allSatisfy { $0.code == nil })
        for (saga, version) in [("first", 1), ("second", 2), ("third", 1)] {
            #expect(try harness.request("saga.get", ["id": .string(saga)])["version"] == .int(Int64(version)))
        }
    }

    @Test func `a definition is registered for ever: the same text again is no change, other text is refused with a diff`() throws
    {
        let harness = try EngineHarness()
        #expect(try harness.request("def.register", ["source": .string(Self.good)])["name"] == "trip")
        let events = try harness.events().count
        #expect(try harness.request("def.register", ["source": .string(Self.good)])["version"] == 1)
        #expect(try harness.events().count == events)
        let other = Self.good.replacing("key: g", with: "key: h")
        for _ in 0..<2 {
            let answer = try harness.answer("def.register", ["source": .string(other)])
            #expect(answer.code == "conflict")
            #expect(answer.fault?.details["diff"] == "-6:     key: g\n+6:     key: h")
            try harness.restart()
        }
        let two = Self.good.replacing("version: 1", with: "version: 2")
        try harness.request("def.register", ["source": .string(two)])
        let listed = try harness.request("def.list", [:])["definitions"]?.arrayValue
        #expect(listed?.map { $0["version"] } == [1, 2])
        #expect(try harness.request("def.get", ["name": "trip"])["source"] == .string(two))
        #expect(try harness.request("def.get", ["name": "trip", "version": 1])["source"] == .string(Self.good))
    }

    @Test func `two texts under one version in one batch: the second is refused`() throws {
        let harness = try EngineHarness()
        let texts = [Self.good, Self.good.replacing("key: g", with: "key: h"), Self.good]
        let answers = try harness.process(
            texts.enumerated().map { index, text in
                let arguments: JSON = ["source": .string(text)]
                return .request(
                    OperationRequest(id: WireID("r\(index)")!, operation: "def.register", arguments: arguments.bytes))
            })
        #expect(answers.map(\.code) == [nil, "conflict", nil])
    }

    @Test func `a start names the definition and, if it likes, the version; else the highest is taken`() throws {
        let harness = try EngineHarness()
        try harness.request("def.register", ["source": .string(Self.good)])
        try harness.request("def.register", ["source": .string(Self.good.replacing("version: 1", with: "version: 7"))])
        func version(_ arguments: JSON) throws -> JSON? {
            let id = try harness.request("saga.start", arguments)["id"]!
            return try harness.request("saga.get", ["id": id])["version"]
        }
        #expect(try version(["definition": "trip", "input": [:]]) == 7)
        #expect(try version(["definition": "trip", "input": [:], "version": 1]) == 1)
        #expect(try harness.answer("saga.start", ["definition": "trip", "input": [:], "version": 3]).code == "not_found")
        let unknown = try harness.answer("saga.start", ["definition": "trap", "input": [:]])
        #expect(unknown.code == "not_found" && unknown.message?.contains("did you mean 'trip'?") == true)
        #expect(try harness.answer("saga.start", ["definition": "trip", "inline": [:], "input": [:]]).code == "bad_request")
    }

    @Test func `a saga keeps the definition it began with, also when its version is not the highest any more`() throws {
        let harness = try EngineHarness()
        let naps = Self.yaml("  nap: { sleep: 1s }\n  a: { sleep: 1s, needs: [nap] }\n")
        try harness.request("def.register", ["source": .string(naps)])
        try harness.request("saga.start", ["definition": "trip", "input": [:], "id": "s"])
        try harness.request("def.register", ["source": .string(Self.good.replacing("version: 1", with: "version: 2"))])
        try harness.restart()
        try harness.runTimers()
        #expect(try harness.state() == "completed" && harness.saga()["version"] == 1)
    }

    @Test func `a definition from a file is installed once, and other content is refused with a diff`() throws {
        let harness = try EngineHarness()
        func word(_ source: String) throws -> String {
            switch try harness.engine.install(source) {
            case .registered: "registered"
            case .disabled: "disabled"
            case .refused(let why): "refused " + why.joined()
            }
        }
        #expect(try word(Self.good) == "registered")
        let entries = try harness.entries()
        try harness.restart()
        #expect(try word(Self.good) == "registered")
        #expect(try harness.entries() == entries)
        #expect(try word(Self.good.replacing("key: g", with: "key: h")).contains("+6:     key: h"))
        let later = Self.good.replacing("gate.", with: "ticket.").replacing("trip", with: "later")
        #expect(try word(later) == "disabled")
        #expect(try harness.answer("saga.start", ["definition": "later", "input": [:]]).fault?.details["reason"] == "disabled")
        #expect(try word("saga: [").hasPrefix("refused"))
    }

    @Test func `an installed definition is registered when its event says`() throws {
        let harness = try EngineHarness()
        for source in [Self.good.replacing("trip", with: "earlier"), Self.good] {
            harness.clock.advance(1_000)
            _ = try harness.engine.install(source)
        }
        let listed = try harness.request("def.list", [:])["definitions"]?.arrayValue?.map { $0["registered"] }
        #expect(try listed == harness.events([("aggregate", "$definition")]).map { $0["time"] })
    }
}
