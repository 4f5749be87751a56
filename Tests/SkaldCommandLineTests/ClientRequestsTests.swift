import Glibc
import Kernel
import Testing
import Wire
import ZeroMQ

@testable import SkaldCommandLine

/// The connection to a real socket; everything above it is tested with canned answers.
@Suite struct ClientRequestsTests {
    private func connect(_ responder: Responder, timeout: Int64 = 5000) throws -> ClientRequests {
        try ClientRequests(endpoint: #require(Endpoint(responder.endpoint)), timeout: timeout)
    }

    @Test func `a command travels as written and its reply comes back`() throws {
        let responder = try Responder { message in
            guard case .command(let command) = message else { return Responder.empty(message) }
            return Reply.ok(command.id, version: 2, position: 17, result: command.body)
        }
        let requests = try connect(responder)
        let reply = try requests.command(
            OutgoingCommand(id: "c-1", aggregate: "account", key: "a/b", expected: 1, name: "deposit", body: ["amount": 5]))
        #expect(reply == ["version": 2, "position": 17, "result": ["amount": 5]])
    }

    @Test func `an error of the server keeps its code, message and details`() throws {
        let responder = try Responder { message in
            guard case .request(let request) = message, request.operation == "saga.get" else { return Responder.empty(message) }
            return Reply.error(request.id, Fault(.busy, "too much", ["retry_after_ms": 250]))
        }
        let requests = try connect(responder)
        #expect(throws: RequestFailure.answered(code: "busy", body: ["message": "too much", "retry_after_ms": 250])) {
            try requests.request("saga.get", ["id": "t-1"], id: "r-1", holding: 0)
        }
    }

    @Test func `silence after the connection is told from no connection`() throws {
        let responder = try Responder { message in
            if case .request(let request) = message, request.operation == "server.info" { return Reply.ok(request.id, []) }
            return nil
        }
        let requests = try connect(responder, timeout: 300)
        #expect(throws: RequestFailure.silent) { try requests.request("def.list", [:], id: "r-1", holding: 0) }
        let nobody = try #require(Endpoint("ipc:///tmp/skald-nobody-\(getpid()).sock"))
        #expect(throws: RequestFailure.unreachable) { try ClientRequests(endpoint: nobody, timeout: 100) }
    }

    @Test func `a held request is sent once and given up soon after it was due`() throws {
        let responder = try Responder { message in
            if case .request(let request) = message, request.operation == "server.info" { return Reply.ok(request.id, []) }
            return nil
        }
        let requests = try connect(responder, timeout: 9000)
        let start = ContinuousClock.now
        #expect(throws: RequestFailure.silent) { try requests.request("saga.get", [:], id: "r-1", holding: 300) }
        // Three tries of 3 s and the wait itself would take 9.9 s.
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `an id the wire does not take is an invalid request`() throws {
        let requests = try connect(try Responder { Responder.empty($0) })
        let error = #expect(throws: RequestFailure.self) { try requests.request("server.info", [:], id: "$x", holding: 0) }
        guard case .invalid = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
}
