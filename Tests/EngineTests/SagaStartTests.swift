import Engine
import Kernel
import Testing
import Wire

@Suite struct SagaStartTests {
    /// A saga that begins and ends within one batch.
    private static let adds: JSON = [
        "saga": "adds", "version": 1, "key": "${ input.key }",
        "steps": ["add": ["command": "counter.add", "key": "c", "with": ["n": 1], "pivot": true]],
    ]

    private func start(_ harness: EngineHarness, id: String?) -> ClientMessage {
        var arguments = JSONObject(uniqueKeysWithValues: [("inline", Self.adds), ("input", ["key": "k"] as JSON)])
        arguments["id"] = id.map { .string($0) }
        return .request(
            OperationRequest(id: WireID(harness.newID())!, operation: "saga.start", arguments: JSON.object(arguments).bytes))
    }

    private func parsed(_ answers: [Answer]) throws -> [JSON] {
        try answers.map { answer in
            guard case .answer(let body) = answer else { throw Fault(.internal, "unexpected \(answer)") }
            return try JSON.parse(body)
        }
    }

    @Test(arguments: ["s-1", nil])
    func `DX-16 copies of one start in one batch make one saga, by id or by key`(_ id: String?) throws {
        let harness = try EngineHarness()
        let answers = try parsed(try harness.process((1...5).map { _ in start(harness, id: id) }))
        #expect(answers.map { $0["existing"] } == [false, true, true, true, true])
        #expect(Set(answers.map { $0["id"]?.stringValue }).count == 1)
        #expect(try harness.request("aggregate.get", ["aggregate": "counter", "key": "c"])["state"] == ["value": 1])
    }

    @Test func `what is asked of a saga that ended in the same batch is answered as for any ended one`() throws {
        let harness = try EngineHarness()
        let cancel = OperationRequest(id: WireID("x")!, operation: "saga.cancel", arguments: (["id": "s-1"] as JSON).bytes)
        let answers = try harness.process([start(harness, id: "s-1"), .request(cancel)])
        #expect(answers[1].code == "illegal_state")
    }

    @Test func `so it is when its definition was registered in the same batch, too`() throws {
        let harness = try EngineHarness()
        func request(_ id: String, _ operation: String, _ arguments: JSON) throws -> ClientMessage {
            .request(OperationRequest(id: try #require(WireID(id)), operation: operation, arguments: arguments.bytes))
        }
        let source = Sagas.definition([("a", Sagas.pass("a"))])
        let answers = try harness.process([
            request("r", "def.register", ["source": .string(source.text)]),
            request("s", "saga.start", ["definition": source["saga"] ?? .null, "id": "s-1", "input": [:]]),
            request("x", "saga.cancel", ["id": "s-1"]),
        ])
        #expect(answers.map(\.code) == [nil, nil, "illegal_state"])
    }
}
