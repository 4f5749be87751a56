import Kernel
import Testing
import Wire

@Suite struct WorkerPushTests {
    private let id: WireID

    init() throws { id = try #require(WireID("17")) }

    private var action: ActionTask {
        ActionTask(
            task: id, action: "airline.reserve", operation: "s-1/flight/do~2", attempt: 3, saga: "s-1", step: "flight",
            direction: .do, deadlineMilliseconds: 29_000, epoch: 12, headers: [Header("x-who", "till 4")],
            body: Array("{\"input\":{}}".utf8))
    }

    @Test func `every push is read as it was written`() throws {
        let ticket = AggregateID("ticket", "a b/ü")
        let pushes: [WorkerPush] = [
            .welcome(id, Welcome(epoch: 12, heartbeatMilliseconds: 2500, liveness: 3, server: "0190")), .action(action),
            .decide(
                DecideTask(
                    task: id, aggregate: ticket, version: 4, name: "sell", deadlineMilliseconds: 5, epoch: 1, body: [1, 2])),
            .fold(FoldTask(task: id, aggregate: ticket, version: 0, epoch: .max, body: [])), .heartbeat, .bye,
            .error(id: id, code: "gone", message: "late", details: JSONObject(uniqueKeysWithValues: [("a", 1)])),
            .error(id: nil, code: "unknown_session", message: "say ready first", details: JSONObject()),
        ]
        for push in pushes { #expect(try WorkerPush.parse(push.encoded) == push) }
    }

    @Test func `the line of a task is that of the protocol`() throws {
        let line = """
            SKALD1 task 17 action airline.reserve s-1/flight/do~2 3 saga=s-1 step=flight direction=do deadline_ms=29000 epoch=12 \
            x-who=till%204
            {"input":{}}
            """
        #expect(String(decoding: action.encoded, as: UTF8.self) == line)
        let fold = FoldTask(task: id, aggregate: AggregateID("ticket", "-"), version: 9, epoch: 2, body: [])
        #expect(fold.encoded == Array("SKALD1 task 17 fold ticket %2D 9 epoch=2\n".utf8))
    }

    @Test func `the headers of a saga's start cannot speak for the task, nor make its line too long to read`() throws {
        var task = action
        let long = String(repeating: "v", count: 3000)
        task.headers = [
            Header("deadline_ms", "1"), Header("x-a", long), Header("x-b", long), Header("correlation", "c-1"),
        ]
        guard case .action(let read) = try WorkerPush.parse(task.encoded) else {
            Issue.record("not an action")
            return
        }
        #expect(read.deadlineMilliseconds == 29_000)
        #expect(read.headers == [Header("x-a", long), Header("correlation", "c-1")])
    }

    @Test func `a deadline that has passed is written as none left`() throws {
        var task = action
        task.deadlineMilliseconds = -3
        #expect(String(decoding: task.encoded, as: UTF8.self).contains(" deadline_ms=0 "))
    }

    @Test(arguments: [
        ("task 17 action a s/x/do 1 saga=s step=x direction=sideways deadline_ms=1 epoch=1", "the direction of a task is"),
        ("task 17 action a s/x/do 1 saga=s step=x deadline_ms=1 epoch=1", "the direction of a task is"),
        ("task 17 action a s/x/do one saga=s step=x direction=do deadline_ms=1 epoch=1", "the attempt must be a whole number"),
        ("task 17 action a s/x/do 1 step=x direction=do deadline_ms=1 epoch=1", "the saga of a task is missing"),
        ("task 17 action a s/x/do", "a task is an action with 3 words"),
        ("task 17 decide ticket k 1 sell epoch=1", "the deadline_ms must be a whole number"),
        ("task 17 fold ticket - 1 epoch=1", "the key of a task is missing"),
        ("task 17 fold ticket k 1", "the epoch must be a whole number"),
        ("task 17 dance ticket k 1", "a task is an action with 3 words"),
        ("task 17 fold ticket k 1 mood=1", "unknown header 'mood'"),
        ("welcome 1\n{\"heartbeat_ms\": 100, \"liveness\": 3}", "a welcome takes 1 word after the id, <epoch>"),
        ("welcome 1 5\n{\"liveness\": 3}", "'heartbeat_ms' of a welcome"),
        ("welcome 1 5\n{\"heartbeat_ms\": 100}", "'liveness' of a welcome"),
        ("dance 1", "'dance' is nothing that a server says to a worker"),
        ("ok 1", "'ok' is nothing that a server says to a worker"),
    ])
    func `what cannot be read is refused, naming the task of a task`(line: String, says: String) throws {
        let error = try #require(throws: FrameError.self) { try WorkerPush.parse(Array("SKALD1 \(line)".utf8)) }
        #expect(error.fault.message.hasPrefix(says), "\(error.fault.message)")
        #expect(error.replyID == nil)
        #expect(error.task == (line.hasPrefix("task") ? id : nil))
    }

    @Test func `the header names of a task are the server's alone`() {
        for name in Header.taskNames where name != "deadline_ms" {
            #expect(throws: FrameError.self) { try ClientMessage.parse(Array("SKALD1 request 1 op \(name)=1".utf8)) }
        }
        #expect(throws: FrameError.self) { try WorkerPush.parse([UInt8]()) }
    }
}
