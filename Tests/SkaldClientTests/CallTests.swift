import Kernel
import SkaldClient
import Testing
import Wire

/// Every operation as it goes over the wire, and how its answer is read.
@Suite struct CallTests {
    /// What one call to a server that gives `answer` looked like there, and what it gave here.
    private func wire<Value>(
        _ answer: JSON = [:], _ use: (SkaldClient) throws -> Value
    ) throws -> (line: String, value: Value) {
        let server = try Responder { frame, _ in [Reply.ok(id(of: frame), answer.bytes)] }
        let value = try use(SkaldClient(server.endpoint, options: ClientOptions(connectTimeout: nil)))
        let received = server.received
        guard received.count == 1, case .request(let request) = try ClientMessage.parse(received[0].frame) else {
            Issue.record("not one request")
            return ("", value)
        }
        return ("\(request.operation) \(String(decoding: request.arguments, as: UTF8.self))", value)
    }

    static let lines: [(line: String, use: @Sendable (SkaldClient) throws -> Void)] = [
        ("server.info {}", { _ = try $0.serverInfo() }),
        (#"aggregate.get {"aggregate":"account","key":"a"}"#, { _ = try $0.aggregate("account", "a") }),
        (
            #"aggregate.get {"aggregate":"account","key":"a","version":3}"#,
            { _ = try $0.aggregate("account", "a", at: .version(3)) }
        ),
        (
            #"aggregate.get {"aggregate":"account","key":"a","position":9}"#,
            { _ = try $0.aggregate("account", "a", at: .position(9)) }
        ),
        (
            #"aggregate.get {"aggregate":"account","key":"a","time":"1970-01-01T00:00:00.000Z"}"#,
            { _ = try $0.aggregate("account", "a", at: .time(Timestamp(milliseconds: 0))) }
        ),
        (
            #"command.submit {"id":"c-1","aggregate":"account","key":"a","expected":1,"name":"deposit","body":{"amount":5}}"#,
            { try $0.submit(Command("account/a", "deposit", ["amount": 5], expected: 1), id: "c-1") }
        ),
        (#"saga.get {"id":"s-1"}"#, { _ = try $0.saga("s-1") }),
        (#"saga.get {"id":"s-1","wait_ms":10000}"#, { _ = try $0.saga("s-1", wait: .seconds(10)) }),
        (#"saga.get {"id":"s-1","wait_ms":60000}"#, { _ = try $0.saga("s-1", wait: .seconds(600)) }),
        (#"saga.cancel {"id":"s-1","reason":"r"}"#, { try $0.cancelSaga("s-1", reason: "r") }),
        (#"saga.terminate {"id":"s-1","reason":"r"}"#, { try $0.terminateSaga("s-1", reason: "r") }),
        (
            #"saga.repair {"id":"s-1","step":"hotel","index":2,"do":"complete","with":{"a":1},"reason":"r"}"#,
            { try $0.repairSaga("s-1", step: "hotel", index: 2, .complete, with: ["a": 1], reason: "r") }
        ),
        (
            #"saga.repair {"id":"s-1","step":"hotel","do":"retry","reason":"r"}"#,
            { try $0.repairSaga("s-1", step: "hotel", .retry, reason: "r") }
        ),
        (#"def.check {"source":"saga: x"}"#, { _ = try $0.checkDefinition("saga: x") }),
        (#"def.register {"source":"saga: x"}"#, { try $0.registerDefinition("saga: x") }),
        ("def.list {}", { _ = try $0.definitions() }),
        (#"def.get {"name":"x","version":2}"#, { _ = try $0.definition("x", version: 2) }),
        (#"saga.pause {"id":"s-1"}"#, { try $0.request("saga.pause", ["id": "s-1"]) }),
    ]

    @Test(arguments: 0..<lines.count)
    func `a call goes over the wire as written`(index: Int) throws {
        let (line, use) = Self.lines[index]
        #expect(try wire([:], use).line == line)
    }

    @Test func `an answer is given as it came`() throws {
        let answer: JSON = ["version": 2, "state": ["balance": 5]]
        #expect(try wire(answer) { client in try client.aggregate("account", "a") }.value == answer)
    }

    @Test func `a page knows where the next one begins`() throws {
        let middle = try wire(["events": [["version": 1]], "next": 2]) { client in
            try client.events(aggregate: "account", key: "a", from: 1, limit: 1, backwards: true)
        }
        #expect(middle.line == #"event.read {"aggregate":"account","key":"a","from":1,"limit":1,"backwards":true}"#)
        #expect(middle.value == Page(items: [["version": 1]], next: 2))
        let end = try wire(["events": [], "next": .null]) { client in try client.events() }
        #expect(end.line == "event.read {}")
        #expect(end.value == Page(items: [], next: nil))
    }

    @Test func `lists of sagas and of their events are pages`() throws {
        let list = try wire(["sagas": [], "next": "c"]) { client in try client.sagas(state: "stuck", after: "b", limit: 5, backwards: true) }
        #expect(list.line == #"saga.list {"state":"stuck","after":"b","limit":5,"backwards":true}"#)
        #expect(list.value.next == "c")
        let history = try wire(["events": []]) { client in try client.sagaHistory("s-1", from: 3) }
        #expect(history.line == #"saga.history {"id":"s-1","from":3}"#)
        #expect(history.value.next == nil)
        #expect(throws: SkaldError.malformedReply("the answer lacks 'sagas'")) { try wire { client in try client.sagas() } }
    }

    @Test func `starting a saga tells its id, its state, and whether it was there`() throws {
        let answer: JSON = ["id": "s-1", "state": "running", "existing": true]
        let full = try wire(answer) { client in
            try client.startSaga("book-trip", version: 2, input: ["trip": "t"], id: "s-1", key: "t", again: true)
        }
        #expect(full.value.id == "s-1" && full.value.state == "running" && full.value.existing)
        let line = #"saga.start {"definition":"book-trip","version":2,"input":{"trip":"t"},"id":"s-1","key":"t","again":true}"#
        #expect(full.line == line)
        let short = try wire(["id": "s-2", "state": "running"]) { client in try client.startSaga("book-trip", input: [:]) }
        #expect(short.line == #"saga.start {"definition":"book-trip","input":{}}"#)
        #expect(!short.value.existing)
        let inline = try wire(answer) { client in try client.startSaga(inline: ["saga": "x"], input: [:]) }
        #expect(inline.line == #"saga.start {"inline":{"saga":"x"},"input":{}}"#)
        #expect(throws: SkaldError.self) { try wire { client in try client.startSaga("x", input: [:]) } }
    }

    @Test func `SS-12 a command's result is done, failed or pending`() throws {
        let done = try wire(["state": "done", "ok": ["version": 2, "position": 9, "result": ["balance": 5]]]) { client in
            try client.commandResult("c-1", wait: .milliseconds(1500))
        }
        #expect(done.line == #"command.result {"id":"c-1","wait_ms":1500}"#)
        #expect(done.value == .done(CommandReply(id: "c-1", version: 2, position: 9, result: ["balance": 5])))
        let failed = try wire(["state": "done", "error": ["code": "conflict", "message": "m", "actual": 2]]) { client in
            try client.commandResult("c-1")
        }
        let details = JSONObject(uniqueKeysWithValues: [("actual", 2)])
        #expect(failed.value == .failed(.refused(code: "conflict", message: "m", details: details)))
        let pending = try wire(["state": "pending"]) { client in try client.commandResult("c-1") }
        #expect(pending.value == .pending)
        let halves: [JSON] = [[:], ["state": "done"], ["state": "done", "ok": [:]], ["state": "done", "error": [:]]]
        for answer in halves {
            #expect(throws: SkaldError.self) { try wire(answer) { client in try client.commandResult("c-1") } }
        }
    }
}
