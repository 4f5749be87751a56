import Kernel
import Testing
import Wire
import ZeroMQ

@testable import WorkerCheck

/// A worker made by hand on the other side of a stand-in.
private struct Hand {
    let stand: StandIn
    let socket: Socket

    init() throws {
        stand = try StandIn(endpoint: nil)
        socket = try Socket(Context(), .dealer, [.receiveTimeout(.seconds(10))])
        try socket.connect(stand.endpoint)
    }

    func say(_ message: WorkerMessage) throws { try say(message.encoded) }

    func say(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    func ready(holding: [String] = [], heartbeat: Int64 = 60_000) throws {
        let greetings = stand.greetings
        let ready = Ready(
            actions: ["a.do"], credit: 2, heartbeatMilliseconds: heartbeat, holding: holding.compactMap { WireID($0) })
        try say(.ready(id("r"), ready))
        #expect(try stand.run(for: 10_000) { stand.greetings > greetings })
    }

    func give(patience: Int64 = 10_000) throws -> GivenTask {
        let operation = Operation(doing: "a.do", [:], saga: "s")
        let peer = try #require(stand.worker(for: "a.do")).peer
        return try #require(stand.give({ operation.task($0, attempt: 1, epoch: 2, deadline: 1) }, to: peer, patience: patience))
    }

    /// What it is told next, but heartbeats.
    func hear() throws -> [UInt8] {
        while true {
            let frame = try socket.receiveFrames()[0]
            if frame != WorkerPush.heartbeat.encoded { return frame }
        }
    }

    func id(_ text: String) throws -> WireID { try #require(WireID(text)) }

    /// Lets the stand-in hear until it complains; nil when it does not.
    func complaint() throws -> String? {
        try stand.run(for: 10_000) { !stand.complaints.isEmpty }
        return stand.takeComplaints().first
    }
}

@Suite struct StandInTests {
    @Test func `a worker is welcomed, given a task and heard`() throws {
        let hand = try Hand()
        try hand.ready()
        #expect(String(decoding: try hand.hear(), as: UTF8.self).hasPrefix("SKALD1 welcome r 2\n"))
        let task = try hand.give()
        #expect(String(decoding: try hand.hear(), as: UTF8.self).hasPrefix("SKALD1 task 1 action a.do s/check/do 1 saga=s"))
        #expect(hand.stand.held(by: task.holder) == 1)
        try hand.say(.refuse(task.id, code: "no", message: "x"))
        #expect(try hand.stand.run(for: 10_000) { task.outcome != nil })
        #expect(task.outcome == .refused(code: "no", message: "x") && hand.stand.held(by: task.holder) == 0)
        #expect(hand.stand.complaints.isEmpty)
    }

    @Test func `an answer to a task that was never given is a complaint`() throws {
        let hand = try Hand()
        try hand.ready()
        try hand.say(.working(hand.id("9")))
        #expect(try hand.complaint() == "works on the task '9', which was never given")
        try hand.say(.done(hand.id("9"), body: []))
        #expect(try hand.complaint() == "answers the task '9', which was never given")
        try hand.ready(holding: ["8"])
        #expect(try hand.complaint() == "holds the task '8', which was never given")
    }

    @Test func `what cannot be read is a complaint, and the end of the attempt it names`() throws {
        let hand = try Hand()
        try hand.ready()
        let task = try hand.give()
        try hand.say(Array("SKALD1 retry 1 soon".utf8))
        #expect(try hand.complaint() == "not understood: after_ms must be a whole number from 0 to 86400000, not 'soon'")
        guard case .unreadable = task.outcome else {
            Issue.record("\(String(describing: task.outcome))")
            return
        }
        try hand.say(Array("SKALD1 request 1 server.info".utf8))
        #expect(try hand.complaint() == "speaks as a client; a worker begins with 'ready'")
    }

    @Test func `one answer is enough, unless a new ready lies between`() throws {
        let hand = try Hand()
        try hand.ready()
        let task = try hand.give()
        try hand.say(.done(task.id, body: []))
        try hand.ready()
        try hand.say(.done(task.id, body: []))
        try hand.say(.bye)
        #expect(try hand.stand.run(for: 10_000) { hand.stand.byes == 1 })
        #expect(hand.stand.complaints.isEmpty)
        try hand.ready()
        let other = try hand.give()
        for _ in 1...2 { try hand.say(.done(other.id, body: [])) }
        #expect(try hand.complaint() == "answers the task '2' twice")
    }

    @Test func `a worker without heartbeats is lost with what it holds`() throws {
        let hand = try Hand()
        try hand.ready(heartbeat: 100)
        let task = try hand.give()
        #expect(try hand.complaint() == "silent for 300 ms: not even a heartbeat")
        #expect(task.outcome == .lost("it fell silent for 300 ms") && hand.stand.workers.isEmpty)
    }

    @Test func `an attempt ends with its time, and work that goes on puts that off`() throws {
        let hand = try Hand()
        try hand.ready()
        let task = try hand.give(patience: 50)
        try hand.say(.working(task.id))
        #expect(try hand.stand.run(for: 10_000) { task.outcome != nil })
        #expect(task.extensions == 9 && task.outcome == .silent(50))
    }
}
