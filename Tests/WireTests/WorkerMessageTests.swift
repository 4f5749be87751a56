import Kernel
import Testing
import Wire

@Suite struct WorkerMessageTests {
    private let task: WireID

    init() throws { task = try #require(WireID("17")) }

    private func read(_ line: String) throws -> WorkerMessage {
        guard case .worker(let message) = try ClientMessage.parse(Array(line.utf8)) else {
            throw NoWorkerMessage()
        }
        return message
    }

    private func error(_ line: String) throws -> FrameError {
        try #require(throws: FrameError.self) { try ClientMessage.parse(Array(line.utf8)) }
    }

    @Test func `every message is read as it was written`() throws {
        let ready = Ready(
            actions: ["airline.reserve"], aggregates: ["ticket"], credit: 4, heartbeatMilliseconds: 100, dedupes: true, schema: 2,
            holding: [task], limits: [Ready.Limit(action: "airline.reserve", concurrent: 2, perSecond: 0.5)])
        let messages: [WorkerMessage] = [
            .ready(task, ready), .ready(task, Ready()), .done(task, body: Array("{\"result\":1}".utf8)), .done(task, body: []),
            .refuse(task, code: "sold_out", message: "none left"), .retry(task, afterMilliseconds: 86_400_000, message: ""),
            .unknown(task, message: "a \"b\"\n"), .working(task), .heartbeat, .bye,
        ]
        for message in messages {
            #expect(try ClientMessage.parse(message.encoded) == .worker(message))
        }
    }

    @Test func `the lines are those of the protocol`() throws {
        let refusal = try read("SKALD1 refuse 17 sold_out\n{\"message\": \"none\"}")
        #expect(refusal == .refuse(task, code: "sold_out", message: "none"))
        #expect(try read("SKALD1 retry 17 250") == .retry(task, afterMilliseconds: 250, message: ""))
        #expect(try read("SKALD1 unknown 17 traceparent=00-1\n{}") == .unknown(task, message: ""))
        #expect(WorkerMessage.heartbeat.encoded == Array("SKALD1 heartbeat -\n".utf8))
        #expect(WorkerMessage.bye.encoded == Array("SKALD1 bye -\n".utf8))
        #expect(WorkerMessage.working(task).encoded == Array("SKALD1 working 17\n".utf8))
        #expect(try read("SKALD1 working 17").id == task && read("SKALD1 bye -").id == nil)
    }

    @Test func `the body of done is the task's to judge`() throws {
        #expect(try read("SKALD1 done 17\nnot JSON") == .done(task, body: Array("not JSON".utf8)))
    }

    @Test(arguments: [
        ("done 17 more", "'done' takes no words after the id, not 1"),
        ("refuse 17", "'refuse' takes 1 word after the id, <code>, not none"),
        ("refuse 17 -", "'refuse' takes 1 word after the id, <code>, not none"),
        ("refuse 17 a b", "'refuse' takes 1 word after the id, <code>, not 2"),
        ("refuse 17 Sold", "'Sold' cannot be a code"),
        ("retry 17 soon", "after_ms must be a whole number from 0 to 86400000, not 'soon'"),
        ("retry 17 86400001", "after_ms must be a whole number from 0 to 86400000, not '86400001'"),
        ("retry 17 -1", "after_ms must be a whole number"),
        ("retry 17 5\n[]", "the body of 'retry' is a list, not an object"),
        ("unknown 17\n{", "the body of 'unknown' is not JSON"),
        ("unknown 17\n{\"message\": 5}", "'message' must be a string, not an integer"),
        ("done 17 epoch=4", "unknown header 'epoch'"),
    ])
    func `a malformed answer is refused under its task, whose outcome is unknown then`(line: String, says: String) throws {
        let error = try error("SKALD1 " + line)
        #expect(error.fault.code == .badRequest)
        #expect(error.fault.message.hasPrefix(says), "\(error.fault.message)")
        #expect(error.replyID == "17" && error.task == task)
    }

    @Test func `an answer above the limit is a malformed one`() throws {
        let head = Array("SKALD1 done 17\n".utf8)
        let body = [UInt8](repeating: 0x20, count: WireLimits.body)
        #expect(try ClientMessage.parse(head + body) == .worker(.done(task, body: body)))
        let error = try #require(throws: FrameError.self) { try ClientMessage.parse(head + body + [0x20]) }
        #expect(error.fault.code == .badRequest && error.task == task)
        #expect(error.fault.details["limit"] == .int(Int64(WireLimits.body)))
    }

    @Test(arguments: ["working 17 now", "ready 17 now", "ready 17\n[]", "command 17 a", "subscribe 17"])
    func `what ends no attempt names no task`(line: String) throws {
        let error = try error("SKALD1 " + line)
        #expect(error.replyID == "17" && error.task == nil)
    }

    @Test(arguments: ["done -", "working -", "ready -\n{}", "refuse - code"])
    func `without a task the answer goes to nobody in particular`(line: String) throws {
        let error = try error("SKALD1 " + line)
        #expect(error.fault.message.hasSuffix("needs an id; '-' stands for none"))
        #expect(error.replyID == "-" && error.task == nil)
    }

    @Test(arguments: ["heartbeat", "bye"])
    func `what concerns the connection takes no id and no words`(verb: String) throws {
        #expect(try error("SKALD1 \(verb) 1").fault.message == "'\(verb)' takes '-' as its id: it concerns the connection")
        #expect(try error("SKALD1 \(verb) - x").fault.message == "'\(verb)' takes no words after the id, not 1")
    }

    private struct NoWorkerMessage: Error {}
}
