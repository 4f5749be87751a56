import Kernel
import Testing
import Wire

@Suite struct ReplyTests {
    private let id: WireID

    init() throws { id = try #require(WireID("0190 a")) }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `golden replies`() {
        #expect(
            text(Reply.ok(id, version: 2, position: 17, result: Array("{\"balance\":5}".utf8)))
                == "SKALD1 ok 0190%20a 2 17\n{\"balance\":5}")
        #expect(text(Reply.ok(id, version: 0, position: .max, result: [])) == "SKALD1 ok 0190%20a 0 18446744073709551615\n{}")
        #expect(text(Reply.ok(id, Array("{\"a\":1}".utf8))) == "SKALD1 ok 0190%20a\n{\"a\":1}")
        #expect(
            text(Reply.error(id, .rejected, body: Array("{\"message\":\"no\"}".utf8)))
                == "SKALD1 error 0190%20a rejected\n{\"message\":\"no\"}")
    }

    @Test func `an error's body is its message, then its details`() {
        let fault = Fault(.conflict, "it moved", ["expected": 3, "actual": 4])
        #expect(
            text(Reply.error(id, fault))
                == "SKALD1 error 0190%20a conflict\n{\"message\":\"it moved\",\"expected\":3,\"actual\":4}")
    }

    @Test func `details cannot hide the message`() {
        #expect(Fault(.internal, "real", ["message": "other", "a": 1]).body == ["message": "real", "a": 1])
    }

    @Test(arguments: ErrorCode.allCases)
    func `every code comes back as it was sent`(code: ErrorCode) throws {
        let reply = try ServerReply.parse(Reply.error(id, Fault(code, "why", ["n": 1])))
        #expect(
            reply == .error(id: id, code: code.rawValue, message: "why", details: JSONObject(uniqueKeysWithValues: [("n", 1)])))
    }

    @Test func `a client reads an answer with its version and position`() throws {
        let reply = try ServerReply.parse(Reply.ok(id, version: 2, position: 17, result: Array("{}".utf8)))
        #expect(reply == .ok(id: id, words: ["2", "17"], body: Array("{}".utf8)))
    }

    @Test func `a client reads an error nobody could be named for, and one without a body`() throws {
        let spoken = try ServerReply.parse(Array("SKALD1 error - unsupported_version\n{\"message\":\"m\"}".utf8))
        #expect(spoken == .error(id: nil, code: "unsupported_version", message: "m", details: JSONObject()))
        let bare = try ServerReply.parse(Array("SKALD1 error 1 brand_new".utf8))
        #expect(bare == .error(id: WireID("1"), code: "brand_new", message: "brand_new", details: JSONObject()))
    }

    @Test(arguments: [
        "SKALD1 ok -", "SKALD1 hello 1", "SKALD1 error 1", "SKALD1 error 1 a b", "SKALD1 error 1 busy\n[]",
        "SKALD1 error 1 busy\n{",
    ])
    func `what is no answer is refused without an answer`(line: String) throws {
        let error = try #require(throws: FrameError.self) { try ServerReply.parse(Array(line.utf8)) }
        #expect(error.reply == nil)
    }
}
