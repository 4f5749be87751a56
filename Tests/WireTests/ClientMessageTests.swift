import Kernel
import Testing
import Wire

@Suite struct ClientMessageTests {
    private func fault(_ line: String) throws -> Fault {
        let error = try #require(throws: FrameError.self) { try ClientMessage.parse(Array(line.utf8)) }
        #expect(error.replyID == "1")
        return error.fault
    }

    @Test func `a command is read with all its parts`() throws {
        let line = "SKALD1 command 1 account alice%20b 7 deposit x-who=me\n{\"amount\": 5}"
        let expected = CommandRequest(
            id: try #require(WireID("1")), aggregate: AggregateID("account", "alice b"), expected: 7, name: "deposit",
            headers: [Header("x-who", "me")], body: Array("{\"amount\": 5}".utf8))
        #expect(try ClientMessage.parse(Array(line.utf8)) == .command(expected))
    }

    @Test(arguments: [("-", nil), ("0", 0), ("1", 1), ("9223372036854775807", UInt64(Int64.max))] as [(String, UInt64?)])
    func `the expected version is none or a number`(word: String, value: UInt64?) throws {
        guard case .command(let command) = try ClientMessage.parse(Array("SKALD1 command 1 account alice \(word) open".utf8))
        else {
            Issue.record("not a command")
            return
        }
        #expect(command.expected == value)
        #expect(command.body == [])
    }

    @Test(arguments: ["+1", "1.0", "one", "%2D", "-1", "9223372036854775808", "18446744073709551615", "18446744073709551616"])
    func `anything else as expected version is refused`(word: String) throws {
        #expect(
            try fault("SKALD1 command 1 account alice \(word) open").message.hasPrefix("the expected version must be '-', 0 or"))
    }

    @Test(arguments: ["", " account", " account alice", " account alice -", " account alice - open more"])
    func `a command with too few or too many words is told what it takes`(words: String) throws {
        let fault = try fault("SKALD1 command 1\(words)")
        #expect(fault.code == .badRequest)
        #expect(fault.message.contains("takes 4 words after the id, <aggregate> <key> <expected> <name>, not"))
    }

    @Test(arguments: [
        ("- alice - open", "the aggregate is missing"), ("account - - open", "the key is missing"),
        ("account alice - -", "the command's name is missing"), ("Account alice - open", "'Account' cannot name an aggregate"),
        ("account alice - Open!", "'Open!' cannot name a command"),
    ])
    func `a command with a missing or impossible name is told which`(words: String, says: String) throws {
        let fault = try fault("SKALD1 command 1 \(words)")
        #expect(fault.code == .badRequest)
        #expect(fault.message.contains(says))
    }

    @Test func `a key of 255 bytes is read and one of 256 refused`() throws {
        let key = String(repeating: "k", count: 255)
        guard case .command(let command) = try ClientMessage.parse(Array("SKALD1 command 1 account \(key) - open".utf8))
        else {
            Issue.record("not a command")
            return
        }
        #expect(command.aggregate.key == key)
        #expect(Names.isKey(key))
        #expect(try fault("SKALD1 command 1 account \(key)k - open").message == "the key has 256 bytes; 1 to 255 are allowed")
    }

    @Test(arguments: ["$saga", "%24saga", "$definition"])
    func `the system's types take no commands`(type: String) throws {
        #expect(try fault("SKALD1 command 1 \(type) s-1 - open").code == .forbidden)
    }

    @Test func `a request is read with its arguments, and an unknown operation is the server's to refuse`() throws {
        let expected = OperationRequest(
            id: try #require(WireID("1")), operation: "no.such", headers: [Header("deadline_ms", "10")],
            arguments: Array("{}".utf8))
        #expect(try ClientMessage.parse(Array("SKALD1 request 1 no.such deadline_ms=10\n{}".utf8)) == .request(expected))
    }

    @Test(arguments: ["SKALD1 request 1", "SKALD1 request 1 -", "SKALD1 request 1 saga.get x"])
    func `a request takes one word`(line: String) throws {
        #expect(try fault(line).message.contains("takes 1 word after the id, <operation>"))
    }

    @Test func `a body of the limit is read and one byte more is answered too large`() throws {
        let head = Array("SKALD1 request 1 op\n".utf8)
        let body = [UInt8](repeating: 0x20, count: WireLimits.body)
        guard case .request(let request) = try ClientMessage.parse(head + body) else {
            Issue.record("not a request")
            return
        }
        #expect(request.arguments.count == WireLimits.body)
        let error = try #require(throws: FrameError.self) { try ClientMessage.parse(head + body + [0x20]) }
        #expect(error.fault.code == .tooLarge)
        #expect(error.replyID == "1")
        #expect(error.fault.details["limit"] == .int(Int64(WireLimits.body)))
    }

    @Test(arguments: ClientMessage.reservedVerbs)
    func `a verb that is not served yet is named, never met with silence`(verb: String) throws {
        let fault = try fault("SKALD1 \(verb) 1 a b c\n{}")
        #expect(fault.code == .unknownOperation)
        #expect(fault.message == "the verb '\(verb)' is reserved by the protocol and not served here")
        let anonymous = try #require(throws: FrameError.self) { try ClientMessage.parse(Array("SKALD1 \(verb) -".utf8)) }
        #expect(anonymous.replyID == "-")
    }

    @Test func `ES-02 an unknown verb is named, with the one that was meant`() throws {
        #expect(try fault("SKALD1 comand 1 a").message == "unknown verb 'comand'; did you mean 'command'?")
        #expect(try fault("SKALD1 comm%61nd 1 a").message.hasPrefix("unknown verb 'comm%61nd'"))
        #expect(try fault("SKALD1 ok 1").message.hasPrefix("unknown verb 'ok'"))
        #expect(try fault("SKALD1 \(String(repeating: "v", count: 3000)) 1").message.utf8.count < 100)
    }
}
