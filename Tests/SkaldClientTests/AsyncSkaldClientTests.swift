import Kernel
import SkaldClient
import Testing
import Wire

@Suite struct AsyncSkaldClientTests {
    @Test func `many tasks share one connection`() async throws {
        let server = try Responder(echo)
        let client = try await AsyncSkaldClient(server.endpoint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for amount in 0..<500 {
                group.addTask {
                    let reply = try await client.send("account/a-\(amount)", "deposit", ["amount": .int(Int64(amount))])
                    #expect(reply.result["amount"] == .int(Int64(amount)))
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(server.received.map(\.peer)).count == 1)
        #expect(try await client.perform(.serverInfo) == [:])
    }

    @Test func `where no server listens the client says unreachable`() async throws {
        await #expect(throws: SkaldError.unreachable(endpoint: "tcp://127.0.0.1:1")) {
            try await AsyncSkaldClient("tcp://127.0.0.1:1", options: ClientOptions(connectTimeout: .milliseconds(100)))
        }
    }

    @Test func `an endpoint that is none is refused`() async throws {
        await #expect(throws: SkaldError.self) { try await AsyncSkaldClient("nonsense") }
    }

    @Test func `errors, silence and tries are as with the other client`() async throws {
        let server = try Responder { frame, count in
            count == 0 ? [Reply.error(id(of: frame), Fault(.busy, "b", ["retry_after_ms": 5]))] : []
        }
        let options = ClientOptions(patience: .milliseconds(600), tries: 2, connectTimeout: nil)
        let client = try await AsyncSkaldClient(server.endpoint, options: options)
        let busy = await #expect(throws: SkaldError.self) { try await client.send("account/a", "open") }
        #expect(busy?.code == .busy)
        await #expect(throws: SkaldError.timeout(id: "t-1")) { try await client.send("account/a", "open", id: "t-1") }
        #expect(server.received.count == 3)
        await #expect(throws: SkaldError.self) { try await client.send("account", "open") }
    }

    @Test func `a cancelled task is let go at once, and its late answer is nobody's`() async throws {
        let server = try Responder { _, _ in [] }
        let client = try await AsyncSkaldClient(
            server.endpoint, options: ClientOptions(patience: .seconds(60), connectTimeout: nil))
        let waiting = Task { () async throws -> Void in try await client.send("account/a", "open") }
        while server.received.isEmpty { await Task.yield() }
        waiting.cancel()
        await #expect(throws: SkaldError.cancelled) { try await waiting.value }
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await client.send("account/a", "open")
        }
        await #expect(throws: SkaldError.cancelled) { try await late.value }
    }

    @Test func `closing ends what waits and what comes later`() async throws {
        let server = try Responder { _, _ in [] }
        let client = try await AsyncSkaldClient(
            server.endpoint, options: ClientOptions(patience: .seconds(60), connectTimeout: nil))
        let waiting = Task { () async throws -> Void in try await client.send("account/a", "open") }
        while server.received.isEmpty { await Task.yield() }
        client.close()
        await #expect(throws: SkaldError.closed) { try await waiting.value }
        await #expect(throws: SkaldError.closed) { try await client.send("account/a", "open") }
    }
}
