import Kernel
import Testing
import Wire

@testable import Engine

/// A person settles an undo by other means while it is still being tried: its participant is gone, or nobody can tell.
@Suite struct WaiverTests {
    static let trip = """
        saga: trip
        version: 1
        steps:
          room: { call: room.reserve, undo: { call: room.cancel } }
          seat:
            needs: [room]
            call: seat.reserve
            undo: { call: seat.cancel, timeout: 10s, retry: { attempts: forever, first: 1m, jitter: none } }
          pay: { needs: [seat], call: card.charge, undo: none, because: declined }
        """
    private static let all = ["room.reserve", "room.cancel", "seat.reserve", "seat.cancel", "card.charge"]

    /// A trip whose card was declined, so that the seat is given back next, before the room.
    private func harness(_ actions: [String] = all) throws -> (WorkerHarness, String) {
        let workers = try WorkerHarness()
        try workers.ready(actions)
        let saga = try workers.start(Self.trip)
        try workers.done(try workers.task("room"))
        try workers.done(try workers.task("seat"))
        try workers.refuse(try workers.task("pay"), "declined")
        return (workers, saga)
    }

    private func waive(_ workers: WorkerHarness, _ saga: String, _ step: String) throws {
        let arguments: JSON = ["id": .string(saga), "step": .string(step), "do": "waive", "reason": "by telephone"]
        _ = try workers.request("saga.repair", arguments)
    }

    private func undo(_ workers: WorkerHarness, _ saga: String, _ step: String) throws -> JSON? {
        try workers.step(saga, step)["undo"]?["state"]
    }

    /// The rest is undone as if the seat had been.
    private func finish(_ workers: WorkerHarness, _ saga: String) throws {
        #expect(try undo(workers, saga, "seat") == "waived")
        try workers.done(try workers.task("room", .undo))
        #expect(try workers.state(saga) == "compensated")
    }

    @Test func `one that is under way: what its worker says later does not count`() throws {
        let (workers, saga) = try harness()
        let late = try workers.task("seat", .undo)
        try waive(workers, saga, "seat")
        try workers.done(late)
        try finish(workers, saga)
        #expect(try !workers.history(saga).contains("undo.completed seat"))
    }

    @Test func `one that waits to be tried again, also after a restart`() throws {
        let (workers, saga) = try harness()
        _ = try workers.task("seat", .undo)
        try workers.pass(10_000)
        #expect(try undo(workers, saga, "seat") == "undo_retrying")
        try workers.restart()
        try workers.ready(Self.all)
        try waive(workers, saga, "seat")
        try finish(workers, saga)
    }

    @Test func `one that no worker takes`() throws {
        let (workers, saga) = try harness(Self.all.filter { $0 != "seat.cancel" })
        #expect(try workers.step(saga, "seat")["undo"]?["waiting_for"] == "seat.cancel")
        try waive(workers, saga, "seat")
        try workers.ready(Self.all, worker: 2)
        #expect(workers.tasks.allSatisfy { $0.step != "seat" }, "its place in the queue is gone")
        try finish(workers, saga)
    }

    @Test func `not one whose turn has not come, nor one that is done`() throws {
        let (workers, saga) = try harness()
        func isRefused(_ step: String) {
            let fault = #expect(throws: Fault.self) { try waive(workers, saga, step) }
            #expect(fault?.code == .illegalState, "\(step)")
        }
        for step in ["room", "pay"] { isRefused(step) }
        try workers.done(try workers.task("seat", .undo))
        isRefused("seat")
        try workers.done(try workers.task("room", .undo))
        #expect(try workers.state(saga) == "compensated")
    }
}
