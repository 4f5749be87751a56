import Engine
import Kernel
import Testing
import Wire

/// SG-13, DX-17: whenever the server is killed, an attempt that a worker holds is neither lost nor begun a second time.
@Suite struct WorkerRestartTests {
    @Test func `a task that is held through a restart is claimed, and its answer counts`() throws {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        let (seat, room) = (try workers.task("seat"), try workers.task("room"))
        try workers.restart()
        try workers.done(seat)
        #expect(workers.errors.last?.code == "unknown_session", "first it has to say what it holds")
        try workers.ready(CallStepTests.actions, worker: 9, holding: [seat.task.text, room.task.text, "77"])
        #expect(workers.errors.last?.code == "gone" && workers.errors.last?.id == "77")
        #expect(workers.tasks.isEmpty, "nobody else is asked")
        try workers.done(seat, worker: 9)
        try workers.done(room, worker: 9)
        #expect(try workers.task("pay").epoch == seat.epoch + 1, "the clock stands still")
        #expect(try workers.step(saga, "seat")["attempts"] == 1)
    }

    @Test func `a task that nobody claims after a restart is unknown when its worker had time to come back`() throws {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        try workers.done(try workers.task("room"))
        try workers.restart()
        try workers.ready(CallStepTests.actions, worker: 2)
        try workers.pass(7_000, beating: [2])
        #expect(try workers.step(saga, "seat")["state"] == "running")
        try workers.pass(1_000, beating: [2])
        let second = try workers.task("seat")
        #expect(second.attempt == 2)
    }

    @Test func `the time of an attempt goes on through a restart`() throws {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        let seat = try workers.task("seat")
        try workers.done(try workers.task("room"))
        try workers.pass(6_000)
        try workers.restart()
        try workers.ready(CallStepTests.actions, holding: [seat.task.text])
        try workers.pass(4_500)
        #expect(try workers.history(saga).contains("step.unknown"))
        #expect(try workers.task("seat").attempt == 2)
    }

    @Test func `a server that was away longer than an attempt has time waits for who holds it`() throws {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        let seat = try workers.task("seat")
        try workers.done(try workers.task("room"))
        workers.engine.clock.advance(12_000)
        try workers.restart()
        try workers.process([])
        #expect(try !workers.history(saga).contains("step.unknown"), "nobody could answer")
        try workers.restart()
        try workers.process([])
        try workers.ready(CallStepTests.actions, holding: [seat.task.text])
        try workers.pass(9_000)
        #expect(try !workers.history(saga).contains("step.unknown"), "its time runs anew")
        try workers.done(seat)
        #expect(try workers.step(saga, "seat")["state"] == "completed" && workers.errors.isEmpty)
    }

    @Test func `nobody comes back for an attempt whose time was over meanwhile`() throws {
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        try workers.done(try workers.task("room"))
        workers.engine.clock.advance(12_000)
        try workers.restart()
        try workers.process([])
        try workers.passSilently(7_000)
        #expect(try !workers.history(saga).contains("step.unknown"))
        try workers.passSilently(1_000)
        #expect(try workers.history(saga).contains("step.unknown"))
    }

    @Test(arguments: 0..<12) func `killed before and after every message, it ends as it would have`(_ place: Int) throws {
        var effects: [String: Int] = [:]
        let workers = try WorkerHarness()
        try workers.ready(CallStepTests.actions)
        let saga = try workers.start(CallStepTests.trip, input: ["to": "Oslo"])
        for round in 0..<20 {
            if round == place {
                let held = workers.tasks
                try workers.engine.restart()
                try workers.ready(CallStepTests.actions, holding: held.map(\.task.text))
            }
            guard let next = workers.tasks.first else { break }
            let task = try workers.task(next.step, next.direction)
            effects[task.operation, default: 0] += 1
            try workers.done(task)
        }
        #expect(try workers.state(saga) == "completed")
        #expect(effects.count == 4 && effects.values.allSatisfy { $0 == 1 })
    }
}
