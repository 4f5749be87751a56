import Kernel
import Testing
import Wire

@testable import Engine

@Suite struct SubmitTests {
    private let order: JSON = ["id": "inner", "aggregate": "counter", "key": "c", "name": "add", "body": ["n": 1]]
    private let result: JSON = ["id": "inner"]

    @Test func `SS-03 what was accepted has one final result, also after a restart`() throws {
        let harness = try EngineHarness()
        #expect(try harness.request("command.submit", order) == ["id": "inner", "state": "accepted"])
        try harness.restart()
        let done: JSON = ["state": "done", "ok": ["version": 1, "position": 1, "result": ["value": 1]]]
        #expect(try harness.request("command.result", result) == done)
        #expect(try harness.request("command.submit", order) == ["id": "inner", "state": "done"])
        #expect(try harness.counter("c") == 1)
    }

    @Test func `SS-13 a submit and its result are what the command itself answers`() throws {
        let one = try EngineHarness()
        let other = try EngineHarness()
        let answer = try one.command("counter/c", "add", ["n": 1])
        try other.request("command.submit", order)
        let ok = try other.request("command.result", result)["ok"]
        #expect(ok?["version"] == 1 && answer.version == 1)
        #expect(ok?["position"] == 1 && answer.position == 1)
        #expect(ok?["result"] == answer.result)
    }

    @Test func `a submitted command shares ids, order and receipts with commands`() throws {
        let harness = try EngineHarness()
        let submit = ClientMessage.request(
            OperationRequest(id: WireID("q")!, operation: "command.submit", arguments: order.bytes))
        let answers = try harness.process([
            harness.message("counter/c", "add", ["n": 10]), submit, harness.message("counter/c", "add", ["n": 100]),
        ])
        #expect(answers[2].result == ["value": 111])
        #expect(try harness.command("counter/c", "add", ["n": 1], id: "inner").version == 2)
        #expect(try harness.command("counter/c", "add", ["n": 2], id: "inner").code == "id_reused")
    }

    @Test func `SS-12 a refusal is a result as well, with its code and details`() throws {
        let harness = try EngineHarness()
        let refused: JSON = ["id": "inner", "aggregate": "account", "key": "a", "name": "deposit", "body": ["amount": 1]]
        #expect(try harness.request("command.submit", refused)["state"] == "accepted")
        let error = try harness.request("command.result", result)["error"]
        #expect(error?["code"] == "rejected" && error?["reason"] == "not_open" && error?["message"] != nil)
    }

    @Test func `DX-03 a result may be asked for before, and is found after`() throws {
        let harness = try EngineHarness()
        #expect(try harness.answer("command.result", result).code == "not_found")
        try harness.request("command.submit", order)
        #expect(try harness.request("command.result", result)["state"] == "done")
    }

    @Test(
        arguments: [
            (["aggregate": "countre"], "unknown_aggregate"), (["name": "ad"], "unknown_command"),
            (["aggregate": "$saga"], "forbidden"),
            (["body": ["n": "1"]], "bad_request"), (["body": [1]], "bad_request"), (["id": "$x"], "bad_request"),
            (["id": ""], "bad_request"), (["id": "-"], "bad_request"),
            (["key": ""], "bad_request"), (["expected": -1], "bad_request"), (["name": 5], "bad_request"),
        ] as [(JSON, String)])
    func `a submit that cannot be decided is refused at once and leaves no trace`(change: JSON, code: String) throws {
        let harness = try EngineHarness()
        var order = order.objectValue!
        for member in change.objectValue!.members { order[member.key] = member.value }
        #expect(try harness.answer("command.submit", .object(order)).code == code)
        #expect(try harness.entries() == 0)
    }
}
