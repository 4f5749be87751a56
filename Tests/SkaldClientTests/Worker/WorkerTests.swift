import Kernel
import SkaldClient
import Synchronization
import Testing
import Wire

@Suite struct WorkerTests {
    private func run(_ worker: Worker) -> Task<Void, any Error> { Task { try await worker.run() } }

    @Test func `what a handler returns or throws is what the server is told`() async throws {
        let names = ["done", "undo", "refuse", "later", "unknown", "broken", "nameless"]
        let tasks = names.indices.map { action("\($0)", ["input": ["do": .string(names[$0])]]) }
        let server = try Responder.serving(tasks)
        let worker = Worker(server.endpoint)
        worker.action("airline.reserve") { task in
            switch task.input["do"]?.stringValue {
            case "done": return ["hold": "h-1"]
            case "undo": return Done(["hold": "h-2"], undo: .call("airline.cancel", with: ["hold": "h-2"]))
            case "refuse": throw Refuse("sold_out", "none left")
            case "later": throw NotNow(after: .seconds(2), "closed")
            case "unknown": throw Unknown("lost")
            case "nameless": throw Refuse("Sold Out!")
            default: throw Broken()
            }
        }
        let running = run(worker)
        try await eventually("seven answers") { server.answers.count == 7 }
        #expect(server.has(.done(wireID("0"), body: Array(#"{"result":{"hold":"h-1"}}"#.utf8))))
        let undo = #"{"result":{"hold":"h-2"},"undo":{"call":"airline.cancel","with":{"hold":"h-2"}}}"#
        #expect(server.has(.done(wireID("1"), body: Array(undo.utf8))))
        #expect(server.has(.refuse(wireID("2"), code: "sold_out", message: "none left")))
        #expect(server.has(.retry(wireID("3"), afterMilliseconds: 2000, message: "closed")))
        #expect(server.has(.unknown(wireID("4"), message: "lost")))
        #expect(server.has(.unknown(wireID("5"), message: "Broken()")))
        #expect(
            server.has(
                .unknown(wireID("6"), message: "refused with 'Sold Out!', which is no code: [a-z][a-z0-9_.-]{0,62}")))
        worker.stop()
        try await running.value
    }

    @Test func `a task comes with all that was said about it`() async throws {
        let done: JSON = ["operation": "s-1/flight/do", "input": ["a": 1], "result": .null]
        let server = try Responder.serving([
            action("1", operation: "s-1/flight/undo", attempt: 3, direction: .undo, ["input": ["b": 2], "do": done])
        ])
        let seen = Mutex<WorkerTask?>(nil)
        let worker = Worker(server.endpoint)
        worker.action("airline.reserve") { task in
            seen.withLock { $0 = task }
            task.working()
            return Done()
        }
        let running = run(worker)
        try await eventually("an answer") { server.answers.contains { if case .done = $0 { true } else { false } } }
        let task = try #require(seen.withLock { $0 })
        #expect(task.id == "1" && task.operation == "s-1/flight/undo" && task.attempt == 3 && task.epoch == 7)
        #expect(task.saga == "s-1" && task.step == "flight" && task.direction == .undo && task.input == ["b": 2])
        #expect(task.doneOperation == DoneOperation(operation: "s-1/flight/do", input: ["a": 1], result: nil))
        #expect(task.headers == [Header("x-who", "till 4")])
        worker.stop()
        try await running.value
    }

    @Test func `tasks run side by side, as many as the credit says, and say that they go on`() async throws {
        let server = try Responder.serving((1...40).map { action("\($0)") })
        let worker = Worker(server.endpoint, options: WorkerOptions(credit: 40, dedupes: true))
        let gate = Gate()
        worker.action("airline.reserve") { task in
            task.working()
            await gate.pass()
            return Done()
        }
        let running = run(worker)
        try await eventually("forty wait and have said so") { gate.waiting == 40 && server.answers.count == 40 }
        #expect(server.answers.allSatisfy { if case .working = $0 { true } else { false } })
        #expect(server.readies.first?.credit == 40 && server.readies.first?.dedupes == true)
        gate.open()
        try await eventually("forty answers") { server.answers.count == 80 }
        worker.stop()
        try await running.value
    }

    @Test func `an idle worker is heard at least as often as the server wants`() async throws {
        let server = try Responder { frame, _ in
            switch said(frame) {
            case .ready(let id, _): [welcome(id, heartbeat: 100)]
            case .heartbeat: [WorkerPush.heartbeat.encoded]
            default: []
            }
        }
        let worker = Worker(server.endpoint)
        let running = run(worker)
        try await eventually("ten heartbeats") { server.messages.filter { $0 == .heartbeat }.count >= 10 }
        worker.stop()
        try await running.value
    }

    @Test func `aggregates are decided for by the handler that a server would compile in`() async throws {
        let server = try Responder { frame, _ in
            guard case .ready(let id, let ready)? = said(frame) else { return [] }
            if ready.credit == 0 { return [welcome(id)] }
            let key = AggregateID("tally", "a")
            let decide = DecideTask(
                task: wireID("d7-1"), aggregate: key, version: 2, name: "add", deadlineMilliseconds: 1000, epoch: 7,
                body: (["state": ["sum": 3], "command": ["n": 4]] as JSON).bytes)
            let events: JSON = [["name": "added", "body": ["n": 5], "schema": 2]]
            let fold = FoldTask(
                task: wireID("d7-2"), aggregate: key, version: 0, epoch: 7,
                body: (["state": .null, "events": events] as JSON).bytes)
            return [welcome(id), decide.encoded, fold.encoded]
        }
        let worker = Worker(server.endpoint)
        worker.aggregate(Tally.self)
        let running = run(worker)
        try await eventually("two answers") { server.answers.count == 2 }
        let decided = #"{"events":[{"name":"added","body":{"n":4}}],"state":{"sum":7},"result":{"sum":7}}"#
        #expect(server.has(.done(wireID("d7-1"), body: Array(decided.utf8))))
        #expect(server.has(.done(wireID("d7-2"), body: Array(#"{"state":{"sum":5}}"#.utf8))))
        #expect(server.readies.first?.aggregates == ["tally"] && server.readies.first?.schema == 2)
        worker.stop()
        try await running.value
    }

    private struct Broken: Error {}
}
