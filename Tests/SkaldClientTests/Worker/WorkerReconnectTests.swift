import Kernel
import SkaldClient
import Synchronization
import Testing
import Wire

/// A server that goes away, comes back, or does not know the worker any more.
@Suite struct WorkerReconnectTests {
    private func run(_ worker: Worker) -> Task<Void, any Error> { Task { try await worker.run() } }

    @Test func `a silent server is left for a fresh connection, what is held goes along, and answers are sent after it`()
        async throws
    {
        // Silent for three intervals of 100 ms after its first welcome, while the handler waits.
        let server = try Responder.serving([action("41")], heartbeat: 100)
        let worker = Worker(server.endpoint)
        let gate = Gate()
        worker.action("airline.reserve") { _ in
            await gate.pass()
            return ["ok": true]
        }
        let running = run(worker)
        try await eventually("a second ready") { server.readies.count >= 2 }
        #expect(server.readies[0].holding == [] && server.readies[1].holding == [wireID("41")])
        #expect(Set(server.received.map(\.peer)).count >= 2)
        gate.open()
        let done = WorkerMessage.done(wireID("41"), body: Array(#"{"result":{"ok":true}}"#.utf8))
        try await eventually("the answer") { server.has(done) }
        // The connection it went over fell silent as well: it may be lost.
        try await eventually("the answer again") { server.messages.filter { $0 == done }.count >= 2 }
        #expect(server.readies.last?.holding == [wireID("41")])
        worker.stop()
        try await running.value
    }

    @Test func `a server that does not know the worker is told again, and gets the answer it did not take`() async throws {
        let isForgetful = Mutex(true)
        let server = try Responder { frame, _ in
            switch said(frame) {
            case .ready(let id, let ready):
                return ready.holding.isEmpty && ready.credit > 0 ? [welcome(id), action("41").encoded] : [welcome(id)]
            case .done(let task, _):
                let forgets = isForgetful.withLock { flag in
                    defer { flag = false }
                    return flag
                }
                return forgets ? [Reply.error(task, Fault(.unknownSession, "say ready first"))] : []
            default: return []
            }
        }
        let worker = Worker(server.endpoint)
        worker.action("airline.reserve") { _ in Done() }
        let running = run(worker)
        let done = WorkerMessage.done(wireID("41"), body: Array(#"{"result":{}}"#.utf8))
        try await eventually("the answer, twice") { server.messages.filter { $0 == done }.count == 2 }
        #expect(server.readies.map(\.holding) == [[], [wireID("41")]])
        #expect(Set(server.received.map(\.peer)).count == 1)
        worker.stop()
        try await running.value
    }

    @Test func `a server that says bye is met again on a fresh connection`() async throws {
        let server = try Responder { frame, count in
            guard case .ready(let id, _)? = said(frame) else { return [] }
            return count == 0 ? [welcome(id), WorkerPush.bye.encoded] : [welcome(id)]
        }
        let worker = Worker(server.endpoint)
        let running = run(worker)
        try await eventually("a second ready") { server.readies.count == 2 }
        #expect(Set(server.received.map(\.peer)).count == 2)
        worker.stop()
        try await running.value
    }

    @Test func `a worker may be there before its server`() async throws {
        let place = try Responder { _, _ in [] }.endpoint
        let worker = Worker(place)
        let running = run(worker)
        try await Task.sleep(for: .milliseconds(100))
        let server = try Responder(at: place) { frame, _ in
            if case .ready(let id, _)? = said(frame) { [welcome(id)] } else { [] }
        }
        try await eventually("a ready") { server.readies.count == 1 }
        worker.stop()
        try await running.value
        try await eventually("a farewell") { server.messages.last == .bye }
    }

    @Test func `a refused offer ends the run with what the server says`() async throws {
        let server = try Responder { frame, _ in
            guard case .ready(let id, _)? = said(frame) else { return [] }
            return [Reply.error(id, Fault(.forbidden, "'tally' is compiled in"))]
        }
        let worker = Worker(server.endpoint)
        worker.aggregate(Tally.self)
        let error = await #expect(throws: SkaldError.self) { try await worker.run() }
        #expect(error?.code == .forbidden)
    }

    @Test func `an endpoint that is none ends the run`() async throws {
        await #expect(throws: SkaldError.self) { try await Worker("nonsense").run() }
    }
}
