import Glibc
import Kernel
import SkaldClient
import Synchronization
import Testing
import Wire

@Suite struct SkaldClientTests {
    private let hasty = ClientOptions(patience: .milliseconds(400), tries: 3, connectTimeout: nil)

    @Test func `a command comes back with its version, position and result`() throws {
        let server = try Responder { frame, _ in
            [Reply.ok(id(of: frame), version: 3, position: 17, result: Array("{\"balance\":5}".utf8))]
        }
        let client = try SkaldClient(server.endpoint, options: hasty)
        let reply = try client.send(
            "account/alice/2", "deposit", ["amount": 5], expected: 2, id: "order-7", headers: [Header("x-who", "me")])
        #expect(reply == CommandReply(id: "order-7", version: 3, position: 17, result: ["balance": 5]))
        let sent = String(decoding: try #require(server.received.first).frame, as: UTF8.self)
        #expect(sent == "SKALD1 command order-7 account alice/2 2 deposit x-who=me\n{\"amount\":5}")
    }

    @Test func `the first call is a look whether a server is there`() throws {
        let server = try Responder(echo)
        let client = try SkaldClient(server.endpoint)
        #expect(server.received.count == 1)
        guard case .request(let probe) = try ClientMessage.parse(server.received[0].frame) else {
            Issue.record("no request")
            return
        }
        #expect(probe.operation == "server.info")
        #expect(try client.serverInfo() == [:])
    }

    @Test func `without an address it goes where the environment says`() async {
        await #expect(processExitsWith: .success) {
            setenv("SKALD_ENDPOINT", "ipc:///run/other.sock", 1)
            guard SkaldClient.defaultEndpoint == "ipc:///run/other.sock" else { exit(1) }
            unsetenv("SKALD_ENDPOINT")
            exit(SkaldClient.defaultEndpoint == "tcp://127.0.0.1:7117" ? 0 : 2)
        }
    }

    @Test func `where no server listens the client says unreachable within its time`() throws {
        let start = ContinuousClock.now
        let error = #expect(throws: SkaldError.self) {
            try SkaldClient("tcp://127.0.0.1:1", options: ClientOptions(connectTimeout: .milliseconds(100)))
        }
        #expect(error == .unreachable(endpoint: "tcp://127.0.0.1:1"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `a server that listens and says nothing is unreachable too`() throws {
        let server = try Responder { _, _ in [] }
        let error = #expect(throws: SkaldError.self) {
            try SkaldClient(server.endpoint, options: ClientOptions(connectTimeout: .milliseconds(100)))
        }
        #expect(error == .unreachable(endpoint: server.endpoint))
    }

    @Test func `an endpoint that is none is refused at once, naming it`() {
        let error = #expect(throws: SkaldError.self) { try SkaldClient("nonsense") }
        #expect(error?.description == "cannot connect to 'nonsense': Invalid argument (errno 22)")
    }

    @Test func `a call never sent is unreachable after its tries, not a timeout`() throws {
        let client = try SkaldClient("tcp://127.0.0.1:1", options: hasty)
        #expect(throws: SkaldError.unreachable(endpoint: "tcp://127.0.0.1:1")) { try client.send("account/a", "open") }
    }

    @Test func `SS-17 after silence the same bytes go out again on a fresh connection, and one answer comes back`() throws {
        let server = try Responder { frame, count in count < 2 ? [] : echo(frame, count) }
        let client = try SkaldClient(server.endpoint, options: hasty)
        let reply = try client.send("account/alice", "deposit", ["amount": 5])
        #expect(reply.result == ["amount": 5])
        let received = server.received
        #expect(received.count == 3)
        #expect(Set(received.map(\.frame)).count == 1)
        #expect(Set(received.map(\.peer)).count == 3)
    }

    @Test func `a call is sent as often as it has tries, then times out naming its id`() throws {
        let server = try Responder { _, _ in [] }
        let client = try SkaldClient(server.endpoint, options: hasty)
        #expect(throws: SkaldError.timeout(id: "t-1")) { try client.send("account/alice", "open", id: "t-1") }
        #expect(server.received.count == 3)
    }

    @Test func `a call waits for a server that comes later`() throws {
        // Not a port that was given up: another may take it meanwhile.
        let endpoint = "ipc:///tmp/skald-client-\(UInt64.random(in: 0 ... .max))"
        let client = try SkaldClient(endpoint, options: ClientOptions(patience: .seconds(2), connectTimeout: nil))
        let id = try client.enqueue(Command("account/alice", "open"))
        #expect(try client.nextCompletion(within: .milliseconds(50)) == nil)
        let server = try Responder(at: endpoint, echo)
        #expect(try client.nextCompletion(within: .seconds(10))?.id == id)
        #expect(server.received.count == 1)
    }

    @Test func `a call that asks the server to wait is given that much more patience`() throws {
        let server = try Responder { _, _ in [] }
        let client = try SkaldClient(
            server.endpoint, options: ClientOptions(patience: .milliseconds(50), tries: 1, connectTimeout: nil))
        let start = ContinuousClock.now
        #expect(throws: SkaldError.self) { try client.saga("s-1", wait: .milliseconds(300)) }
        #expect(ContinuousClock.now - start >= .milliseconds(350))
        #expect(server.received.count == 1)
    }

    @Test func `an error is told with its code, message and details`() throws {
        let fault = Fault(.conflict, "it moved on", ["expected": 1, "actual": 2])
        let server = try Responder { frame, _ in [Reply.error(id(of: frame), fault)] }
        let client = try SkaldClient(server.endpoint, options: hasty)
        let error = #expect(throws: SkaldError.self) { try client.send("account/alice", "open") }
        #expect(error == .refused(code: "conflict", message: "it moved on", details: fault.details))
        #expect(error?.code == .conflict)
        #expect(error?.details["actual"] == 2)
        #expect(error?.description == "it moved on (conflict)")
    }

    @Test func `the domain's reason stands apart`() throws {
        let server = try Responder { frame, _ in
            [Reply.error(id(of: frame), Fault(.rejected, "too poor", ["reason": "insufficient_funds"]))]
        }
        let error = #expect(throws: SkaldError.self) {
            try SkaldClient(server.endpoint, options: hasty).send("account/alice", "withdraw")
        }
        #expect(error?.reason == "insufficient_funds")
    }

    @Test func `an error under no id ends what waits, instead of silence`() throws {
        let server = try Responder { _, _ in
            [Array("SKALD2 error - unsupported_version".utf8), Array("SKALD1 error - unsupported_version".utf8)]
        }
        let error = #expect(throws: SkaldError.self) { try SkaldClient(server.endpoint, options: hasty).request("server.info") }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test func `something else that answers there is told apart from silence`() throws {
        let server = try Responder { _, _ in [Array("HTTP/1.1 400 Bad Request".utf8)] }
        let error = #expect(throws: SkaldError.self) { try SkaldClient(server.endpoint, options: hasty).request("server.info") }
        #expect(error?.description == "the answer is not SKALD1: the first word must be SKALD1; nothing else is spoken here")
    }

    @Test(arguments: ["SKALD1 ok % 1", "SKALD1 ok % 1 x", "SKALD1 ok % 1 2 3", "SKALD1 ok % 1 2\n{"])
    func `an answer to a command that lacks its parts is refused`(template: String) throws {
        let server = try Responder { frame, _ in [Array(template.replacing("%", with: id(of: frame).raw).utf8)] }
        let error = #expect(throws: SkaldError.self) {
            try SkaldClient(server.endpoint, options: hasty).send("account/a", "open")
        }
        guard case .malformedReply = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `late and repeated answers are nobody's`() throws {
        let server = try Responder { frame, count in
            echo(frame, count) + echo(frame, count) + [Array("SKALD1 ok stranger 1 1\n{}".utf8)]
        }
        let client = try SkaldClient(server.endpoint, options: hasty)
        for amount in 0..<50 {
            #expect(
                try client.send("account/alice", "deposit", ["amount": .int(Int64(amount))]).result["amount"]
                    == .int(Int64(amount)))
        }
    }

    @Test func `what cannot be sent is refused before it is sent`() throws {
        let server = try Responder(echo)
        let client = try SkaldClient(server.endpoint, options: hasty)
        for aggregate in ["account", "/alice", "account/", ""] {
            #expect(throws: SkaldError.invalid("'\(aggregate)' is not an aggregate; write type/key, as in account/alice")) {
                try client.send(aggregate, "open")
            }
        }
        let error = #expect(throws: SkaldError.self) { try client.send("account/alice", "open", id: "$x") }
        #expect(error?.description.hasPrefix("'$x' cannot be an id") == true)
        #expect(server.received.isEmpty)
    }
}

@Suite struct PipeliningTests {
    @Test func `thousands of commands on their way are each answered once, in whatever order`() throws {
        let held = Mutex<[[UInt8]]>([])
        let server = try Responder { frame, _ in
            held.withLock { held in
                held.append(frame)
                guard held.count == 10 else { return [] }
                defer { held = [] }
                return held.reversed().flatMap { echo($0, 0) }
            }
        }
        let client = try SkaldClient(server.endpoint, options: ClientOptions(connectTimeout: nil))
        var waiting: Set<String> = []
        for index in 0..<5000 { waiting.insert(try client.enqueue(Command("account/a-\(index)", "open"))) }
        #expect(waiting.count == 5000 && client.outstanding == 5000)
        while let completion = try client.nextCompletion(within: .seconds(10)) {
            #expect(waiting.remove(completion.id) != nil)
            #expect(try completion.result.get().version == 1)
        }
        #expect(waiting.isEmpty && client.outstanding == 0)
    }

    @Test func `a call in between loses no completion`() throws {
        let server = try Responder(echo)
        let client = try SkaldClient(server.endpoint, options: ClientOptions(connectTimeout: nil))
        let ids = try (0..<20).map { try client.enqueue(Command("account/a-\($0)", "open")) }
        #expect(try client.serverInfo() == [:])
        var done: [String] = []
        while let completion = try client.nextCompletion(within: .seconds(10)) { done.append(completion.id) }
        #expect(done == ids)
    }

    @Test func `one id waits once, and the number of calls is bounded`() throws {
        let server = try Responder { _, _ in [] }
        let client = try SkaldClient(server.endpoint, options: ClientOptions(connectTimeout: nil))
        let command = try Command("account/a", "open")
        try client.enqueue(command, id: "same")
        #expect(throws: SkaldError.invalid("a call with the id 'same' waits for its answer already")) {
            try client.enqueue(command, id: "same")
        }
        for _ in 1..<ClientLimits.outstanding { try client.enqueue(command) }
        #expect(throws: SkaldError.self) { try client.enqueue(command) }
        #expect(client.outstanding == ClientLimits.outstanding)
    }

    @Test func `queued commands that are never answered complete as timeouts`() throws {
        let server = try Responder { _, _ in [] }
        let client = try SkaldClient(
            server.endpoint, options: ClientOptions(patience: .seconds(1), tries: 2, connectTimeout: nil))
        for index in 0..<3 { try client.enqueue(Command("account/a", "open"), id: "c-\(index)") }
        for index in 0..<3 {
            let completion = try #require(try client.nextCompletion(within: .seconds(5)))
            #expect(throws: SkaldError.timeout(id: "c-\(index)")) { try completion.result.get() }
        }
        #expect(server.received.map { id(of: $0.frame).text } == ["c-0", "c-1", "c-2", "c-0", "c-1", "c-2"])
    }
}
