import Kernel
import SkaldClient
import Synchronization
import Testing
import Wire

@Suite struct WorkerStopTests {
    private func run(_ worker: Worker) -> Task<Void, any Error> { Task { try await worker.run() } }

    /// A worker in the midst of task 41, held by the gate; says into `wasCancelled` whether its handler was.
    private func busy(
        _ server: Responder, grace: Duration = .seconds(30), _ gate: Gate, _ wasCancelled: Flag = Flag()
    ) async throws -> (Worker, Task<Void, any Error>) {
        var options = WorkerOptions()
        options.grace = grace
        let worker = Worker(server.endpoint, options: options)
        worker.action("airline.reserve") { _ in
            await withTaskCancellationHandler {
                await gate.pass()
            } onCancel: {
                wasCancelled.value.withLock { $0 = true }
                gate.open()
            }
            return Done()
        }
        let running = run(worker)
        try await eventually("the handler waits") { gate.waiting == 1 }
        return (worker, running)
    }

    @Test(arguments: [true, false]) func `stopping, or cancelling the run, takes no new tasks, answers what is held, then leaves`(
        byCancelling: Bool
    ) async throws {
        let server = try Responder.serving([action("41")])
        let (gate, wasCancelled) = (Gate(), Flag())
        let (worker, running) = try await busy(server, gate, wasCancelled)
        if byCancelling { running.cancel() } else { worker.stop() }
        try await eventually("a ready without credit") { server.readies.count == 2 }
        #expect(server.readies[1].credit == 0 && server.readies[1].holding == [wireID("41")])
        #expect(server.answers.isEmpty)
        gate.open()
        try await running.value
        try await eventually("a farewell") { server.messages.last == .bye }
        #expect(server.answers == [.done(wireID("41"), body: Array(#"{"result":{}}"#.utf8)), .bye])
        #expect(!wasCancelled.value.withLock { $0 })
        #expect(Set(server.received.map(\.peer)).count == 1)
    }

    @Test func `when the grace is over handlers are cancelled and the server hears bye without their answers`() async throws {
        let server = try Responder.serving([action("41")])
        let (gate, wasCancelled) = (Gate(), Flag())
        let (worker, running) = try await busy(server, grace: .milliseconds(50), gate, wasCancelled)
        worker.stop()
        try await running.value
        #expect(wasCancelled.value.withLock { $0 })
        try await eventually("a farewell") { server.answers == [.bye] }
    }

    @Test func `a worker that found no server stops at once, also when asked before it ran`() async throws {
        let place = try Responder { _, _ in [] }.endpoint
        let worker = Worker(place)
        let running = run(worker)
        worker.stop()
        try await running.value
    }

    @Test func `a worker can run again after it has stopped`() async throws {
        let server = try Responder.serving([])
        let worker = Worker(server.endpoint)
        worker.action("airline.reserve") { _ in Done() }
        for times in 1...2 {
            let running = run(worker)
            try await eventually("a ready") { server.readies.filter { $0.credit > 0 }.count == times }
            worker.stop()
            try await running.value
        }
    }

    final class Flag: Sendable {
        let value = Mutex(false)
    }
}
