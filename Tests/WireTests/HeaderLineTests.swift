import Kernel
import Testing
import Wire

/// The header line: golden lines, and every way it can be wrong.
@Suite struct HeaderLineTests {
    @Test func `a command line is read word by word`() throws {
        let bytes = Array(
            "SKALD1 command 0190-a account alice - deposit correlation=order-7 x-who=me%20too\n{\"amount\": 5}".utf8)
        let frame = try Frame.parse(bytes)
        #expect(frame.verb == "command")
        #expect(frame.id?.text == "0190-a")
        #expect(frame.words == ["account", "alice", nil, "deposit"])
        #expect(frame.headers == [Header("correlation", "order-7"), Header("x-who", "me too")])
        #expect(String(decoding: bytes[frame.body], as: UTF8.self) == "{\"amount\": 5}")
    }

    @Test(arguments: ["SKALD1 request 1 server.info", "SKALD1 request 1 server.info\n"])
    func `a line that ends with the frame or its newline has an empty body`(line: String) throws {
        let frame = try Frame.parse(Array(line.utf8))
        #expect(frame.words == ["server.info"])
        #expect(frame.body.isEmpty)
    }

    @Test func `a body may hold newlines and any byte`() throws {
        let bytes = Array("SKALD1 ok 1\n".utf8) + [0, 10, 255, 10]
        #expect(try bytes[Frame.parse(bytes).body] == [0, 10, 255, 10])
    }

    @Test func `a dash is none, an encoded dash is a dash`() throws {
        let frame = try Frame.parse(Array("SKALD1 event - - %2D %2d -- a-b".utf8))
        #expect(frame.id == nil)
        #expect(frame.words == [nil, "-", "-", "--", "a-b"])
    }

    @Test func `a header whose value is a dash was not given`() throws {
        let frame = try Frame.parse(Array("SKALD1 request 1 op correlation=- causation=%2D".utf8))
        #expect(frame.headers == [Header("causation", "-")])
    }

    @Test func `all headers of the protocol are read`() throws {
        let line =
            "SKALD1 request 1 op traceparent=00-ab-cd-01 tracestate=congo%3Dt61 correlation=a causation=b deadline_ms=1500 x-9-z=1"
        let headers = try Frame.parse(Array(line.utf8)).headers
        #expect(headers.map(\.name) == ["traceparent", "tracestate", "correlation", "causation", "deadline_ms", "x-9-z"])
        #expect(headers.value("tracestate") == "congo=t61")
        #expect(headers.value("x-other") == nil)
    }

    static let malformed: [(line: String, says: String)] = [
        ("SKALD1 command 1  account", "an empty word at byte 17"),
        ("SKALD1 command 1 account ", "an empty word"),
        ("SKALD1 command 1 account \n{}", "an empty word"),
        ("SKALD1 command 1 account\r\n{}", "0x0D, a control character"),
        ("SKALD1 command 1 acc\tount", "0x09, a control character"),
        ("SKALD1 command 1 acc\u{7F}ount", "0x7F, a control character"),
        ("SKALD1 command 1 ann\u{E9}", "0xC3; write it as %C3"),
        ("SKALD1 command 1 a%", "not followed by two hexadecimal digits"),
        ("SKALD1 command 1 a%4", "not followed by two hexadecimal digits"),
        ("SKALD1 command 1 a%4g", "not followed by two hexadecimal digits"),
        ("SKALD1 command 1 a%+1", "not followed by two hexadecimal digits"),
        ("SKALD1 command 1 a%0Ab", "control character"),
        ("SKALD1 command 1 a%7F", "control character"),
        ("SKALD1 command 1 a%C2%85", "control character"),
        ("SKALD1 command 1 a%FF", "not UTF-8"),
        ("SKALD1 command 1 a%C3", "not UTF-8"),
        ("SKALD1 command 1 a%ED%A0%80", "not UTF-8"),
        ("SKALD1 command 1 a%C0%80", "not UTF-8"),
        ("SKALD1 command 1 a color=red", "unknown header 'color'"),
        ("SKALD1 command 1 a X-who=me", "unknown header 'X-who'"),
        ("SKALD1 command 1 a x-=me", "unknown header 'x-'"),
        ("SKALD1 command 1 a x-a_b=me", "unknown header 'x-a_b'"),
        ("SKALD1 command 1 a x-a%2D=me", "unknown header 'x-a%2D'"),
        ("SKALD1 command 1 a =me", "unknown header ''"),
        ("SKALD1 command 1 a x-b=1 x-b=2", "the header 'x-b' is repeated"),
        ("SKALD1 command 1 a correlation=- correlation=-", "the header 'correlation' is repeated"),
        ("SKALD1 command 1 a x-b=1 alice", "a plain word stands behind the headers"),
        ("SKALD1 command 1 a x-b=1 -", "a plain word stands behind the headers"),
        ("SKALD1 command 1 a x-b=1=2", "raw '='"),
        ("SKALD1 command 1 a x-b=", "has no value"),
        ("SKALD1 command 1 a x-b=%00", "control character"),
        ("SKALD1 command 1 a deadline_ms=soon", "whole number of milliseconds"),
        ("SKALD1 command 1 a deadline_ms=-5", "whole number of milliseconds"),
        ("SKALD1 command 1 a deadline_ms=9223372036854775808", "whole number of milliseconds"),
    ]

    @Test(arguments: malformed)
    func `ES-01 a malformed line behind its id is answered under that id`(line: String, says: String) throws {
        let error = try #require(throws: FrameError.self) { try Frame.parse(Array(line.utf8)) }
        #expect(error.fault.code == .badRequest)
        #expect(error.fault.message.contains(says), "\(error.fault.message)")
        #expect(error.replyID == "1")
        let reply = try Frame.parse(#require(error.reply))
        #expect(reply.verb == "error" && reply.id?.raw == "1" && reply.words == ["bad_request"])
    }

    @Test(arguments: [
        "SKALD2 command 1 a", "SKALD1x", "GET / HTTP/1.1", "SKALD2 \u{1}", "skald1 command 1 a", "SKALD%31 command 1", "MDPC01",
        "a=b", "SKALD2\0command 1 a", "SKALD1\tcommand 1 a", "SKALDX\u{E9} a b", "SKALD\u{301} a b", "SKALD2  a", "SKALD2\r\n",
        "SKALD1\r\n",
        "SKALD" + String(repeating: "D", count: 5_000), "SKALD",
    ])
    func `another protocol word is answered with the one that is spoken`(line: String) throws {
        let error = try #require(throws: FrameError.self) { try Frame.parse(Array(line.utf8)) }
        #expect(error.fault.code == .unsupportedVersion)
        let reply = String(decoding: try #require(error.reply), as: UTF8.self)
        #expect(reply.hasPrefix("SKALD1 error - unsupported_version\n{\"message\":"))
        #expect(reply.hasSuffix("\"spoken\":[\"SKALD1\"]}"))
    }

    @Test(arguments: [
        "", "\n", " ", "SKALD1", "SKALD1\n{}", "SKALD1 ", "SKALD1 command", "SKALD1 command\n", "SKALD1  command 1",
        "SKALD1 command  1",
        "SKALD1 x-a=1 1", "SKALD1 command x-a=1", "SKALD1 command %zz a", "SKALD1 command a%0A a", "SKALD1 command %FF a",
        "SKALD1 comm\u{1}and 1", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "MDPC01 \u{1}", "MDPC01  a",
    ])
    func `a message whose id cannot be read is dropped`(line: String) throws {
        let error = try #require(throws: FrameError.self) { try Frame.parse(Array(line.utf8)) }
        #expect(error.replyID == nil)
        #expect(error.reply == nil)
    }

    @Test func `a line of exactly the limit is read, with or without a body, and one byte more is refused`() throws {
        let start = "SKALD1 request 1 "
        let exact = start + String(repeating: "a", count: WireLimits.header - start.utf8.count)
        #expect(try Frame.parse(Array(exact.utf8)).words.count == 1)
        #expect(try Frame.parse(Array((exact + "\n{}").utf8)).body.count == 2)
        for line in [exact + "a", exact + "a\n{}", exact + " b\n{}"] {
            let error = try #require(throws: FrameError.self) { try Frame.parse(Array(line.utf8)) }
            #expect(error.fault.message == "the header line is longer than 4096 bytes")
            #expect(error.replyID == "1")
        }
    }

    @Test func `the first word that is too long ends a line without an answer`() throws {
        let error = try #require(throws: FrameError.self) { try Frame.parse([UInt8](repeating: 0x61, count: 100_000)) }
        #expect(error.reply == nil)
    }

    @Test func `hundreds of headers are told apart`() throws {
        let line = "SKALD1 request 1 op " + (0..<450).map { "x-\($0)=1" }.joined(separator: " ")
        #expect(try Frame.parse(Array(line.utf8)).headers.count == 450)
    }
}
