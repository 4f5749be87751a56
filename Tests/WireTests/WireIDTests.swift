import Kernel
import Testing
import Wire

@Suite struct WireIDTests {
    @Test func `an id is carried back byte for byte, however it was written`() throws {
        let message = try ClientMessage.parse(Array("SKALD1 request %61b%2fc server.info".utf8))
        guard case .request(let request) = message else {
            Issue.record("not a request")
            return
        }
        #expect(request.id.text == "ab/c")
        #expect(String(decoding: Reply.ok(request.id, []), as: UTF8.self) == "SKALD1 ok %61b%2fc\n{}")
        #expect(request.id == WireID("ab/c"))
    }

    @Test func `ids are told apart by their bytes, not by what they look like`() throws {
        let (composed, decomposed) = (try #require(WireID("\u{E9}")), try #require(WireID("e\u{301}")))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test(arguments: [
        "", "$saga", "a\nb", "a\u{85}b", String(repeating: "a", count: 65), String(repeating: "\u{E9}", count: 33),
    ])
    func `these texts are no ids`(text: String) {
        #expect(WireID(text) == nil)
    }

    @Test(arguments: [
        "a", "-", "0190b5c2-7d1e-7000-8000-000000000001", "--", "a$", "a b=%", String(repeating: "\u{E9}", count: 32),
    ])
    func `these texts are ids and survive the wire`(text: String) throws {
        let id = try #require(WireID(text))
        let frame = try Frame.parse(Frame(verb: "request", id: id, words: ["op"]).encoded(body: []))
        #expect(frame.id?.text == text)
        #expect(frame.id?.raw == id.raw)
    }

    @Test func `an id of 64 bytes is read, encoded or not`() throws {
        let plain = String(repeating: "a", count: 64)
        let encoded = String(repeating: "%61", count: 64)
        #expect(try Frame.parse(Array("SKALD1 request \(plain) op".utf8)).id?.text == plain)
        #expect(try Frame.parse(Array("SKALD1 request \(encoded) op".utf8)).id?.raw == encoded)
    }

    @Test(arguments: [
        (String(repeating: "a", count: 65), "the id has 65 bytes; 1 to 64 are allowed"),
        (String(repeating: "a", count: 3000), "the id has 3000 bytes; 1 to 64 are allowed"),
        ("$saga", "ids that begin with '$' are the system's"), ("%24saga", "ids that begin with '$' are the system's"),
    ])
    func `an id that is not allowed is refused under itself, saying why`(raw: String, says: String) throws {
        let error = try #require(throws: FrameError.self) { try Frame.parse(Array("SKALD1 request \(raw) op".utf8)) }
        #expect(error.fault == Fault(.badRequest, says))
        #expect(error.replyID == raw)
    }

    @Test func `an encoded dash is an id`() throws {
        let frame = try Frame.parse(Array("SKALD1 request %2D op".utf8))
        #expect(frame.id == WireID("-"))
        #expect(frame.id?.raw == "%2D")
    }

    @Test func `a command without an id is told so`() throws {
        let error = try #require(throws: FrameError.self) {
            try ClientMessage.parse(Array("SKALD1 command - account alice - open".utf8))
        }
        #expect(String(decoding: try #require(error.reply), as: UTF8.self).hasPrefix("SKALD1 error - bad_request\n"))
    }
}
