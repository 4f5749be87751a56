import Kernel
import Testing
import Wire

/// Seeded random frames: what is written is read again, and nothing that can be sent makes the parser trap.
@Suite struct RoundTripTests {
    private static let scalars = Array(" !$%-=~abcXYZ019/\u{7E}\u{A0}\u{E9}\u{20AC}\u{1F600}\u{10FFFF}".unicodeScalars)

    private func text(_ random: inout SeededRandom, upTo limit: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0...random.below(limit) { text.append(Self.scalars[random.below(Self.scalars.count)]) }
        return String(text)
    }

    @Test func `10,000 frames are read as they were written`() throws {
        var random = SeededRandom(seed: 2026)
        for _ in 0..<10_000 {
            let id = random.below(10) == 0 ? nil : WireID(text(&random, upTo: 12))
            let words = (0..<random.below(6)).map { _ in random.below(5) == 0 ? nil : text(&random, upTo: 20) }
            let headers = (0..<random.below(4)).map { Header("x-\($0)", text(&random, upTo: 20)) }
            let body = (0..<random.below(50)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let written = Frame(verb: "verb", id: id, words: words, headers: headers)
            let bytes = written.encoded(body: body)
            let read = try Frame.parse(bytes)
            #expect(read.verb == "verb" && read.id?.text == id?.text && read.words == words && read.headers == headers)
            #expect(Array(bytes[read.body]) == body)
        }
    }

    @Test func `commands and requests survive the wire`() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<1000 {
            let id = try #require(WireID("id-\(random.next())"))
            let command = CommandRequest(
                id: id, aggregate: AggregateID("account", text(&random, upTo: 60)),
                expected: random.below(2) == 0 ? nil : random.next() >> 1,
                name: "deposit", headers: [Header("x-a", text(&random, upTo: 9))], body: Array("{}".utf8))
            #expect(try ClientMessage.parse(command.encoded) == .command(command))
            let request = OperationRequest(id: id, operation: text(&random, upTo: 9), arguments: [1, 2, 3])
            #expect(try ClientMessage.parse(request.encoded) == .request(request))
        }
    }

    @Test func `10,000 frames of random bytes never trap, and what can be answered is answered with a readable error`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<10_000 { try judge((0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }) }
    }

    @Test func `10,000 frames of random header pieces never trap`() throws {
        var random = SeededRandom(seed: 2)
        let pieces = [
            "SKALD1", "SKALD2", " ", " ", " ", "command", "request", "1", "-", "%2D", "%", "%4", "%C3%A9", "%FF", "=", "x-a=1",
            "x-a=", "deadline_ms=",
            "account", "alice", "$saga", "0", "9", "\n", "{}", "\r", "\0", "\u{E9}", "saga.get",
            "task", "action", "direction=do", "epoch=1", "saga=s",
            String(repeating: "z", count: 300),
        ]
        for _ in 0..<10_000 {
            let verb = ["command", "ready", "done", "refuse", "retry", "task", "welcome", "error"][random.below(8)]
            let line = "SKALD1 \(verb) 1 " + (0..<random.below(20)).map { _ in pieces[random.below(pieces.count)] }.joined()
            try judge(Array(line.utf8.dropFirst(random.below(8) == 0 ? random.below(20) : 0)))
        }
    }

    @Test(arguments: [
        "SKALD1 command 0190%20a account alice%2Fb 17 deposit correlation=c-1 x-who=me\n{\"amount\": 5}",
        "SKALD1 ready r-1\n{\"actions\": [\"a.b\"], \"holding\": [\"1\"], \"limits\": {\"a.b\": {\"per_second\": 1}}}",
        "SKALD1 retry 17 250\n{\"message\": \"later\"}",
        "SKALD1 task 17 action a.b s/x/do 1 saga=s step=x direction=do deadline_ms=9 epoch=2 x-a=b\n{\"input\": {}}",
    ])
    func `10,000 mutations of a good message never trap`(line: String) throws {
        var random = SeededRandom(seed: 3)
        let good = Array(line.utf8)
        for _ in 0..<10_000 {
            var bytes = good
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { break }
            }
            try judge(bytes)
        }
    }

    /// Whatever the bytes: a message, or an error whose answer, if there is one, is a frame that can be read.
    private func judge(_ bytes: [UInt8]) throws {
        if let push = try? WorkerPush.parse(bytes) { #expect(try WorkerPush.parse(push.encoded) == push) }
        switch Result(catching: { () throws(FrameError) in try ClientMessage.parse(bytes) }) {
        case .success(.command(let command)): #expect(try ClientMessage.parse(command.encoded) == .command(command))
        case .success(.request(let request)): #expect(try ClientMessage.parse(request.encoded) == .request(request))
        case .success(.worker(let message)): #expect(try ClientMessage.parse(message.encoded) == .worker(message))
        case .failure(let error):
            guard let reply = error.reply else { return }
            let start = Array("SKALD1 error \(try #require(error.replyID)) \(error.fault.code.rawValue)\n{\"message\":".utf8)
            #expect(reply.starts(with: start))
            #expect(reply.dropFirst(start.count).allSatisfy { $0 >= 0x20 })
        }
    }
}

/// SplitMix64: small, seeded, the same everywhere.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { limit < 2 ? 0 : Int(next() % UInt64(limit)) }
}
