import Kernel
import Testing

private enum Message: Codable, Equatable {
    case open
    case close(reason: String?)
    case bidPlaced(bidder: String, amountInCents: Int64)
    case pair(String, Int64)
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case under_score(x: Int)
    case httpURLSeen
    case step2Done
}

/// The same shape by hand, for a case with a check of its own.
private enum Manual: Codable, Equatable {
    case add(n: Int64)

    private enum Cases: CodingKey { case add }
    private struct Body: Codable { var n: Int64 }

    init(from decoder: any Decoder) throws {
        let cases = try decoder.container(keyedBy: Cases.self)
        let body = try cases.decode(Body.self, forKey: .add)
        guard body.n != 13 else {
            throw DecodingError.dataCorruptedError(forKey: .add, in: cases, debugDescription: "13 is unlucky")
        }
        self = .add(n: body.n)
    }

    func encode(to encoder: any Encoder) throws {
        var cases = encoder.container(keyedBy: Cases.self)
        guard case .add(let n) = self else { return }
        try cases.encode(Body(n: n), forKey: .add)
    }
}

private enum Raw: String, Codable { case open }
private struct NotACase: Codable { var a = 1, b = 2 }

private func decode<M: Decodable>(_ type: M.Type, _ name: String, _ body: JSON) throws(MessageError) -> M {
    try MessageCoder.decode(type, name: name, body: body)
}

@Suite struct `Coding messages` {
    @Test(
        arguments: [
            (Message.open, "open", [:]),
            (.close(reason: nil), "close", [:]),
            (.close(reason: "late"), "close", ["reason": "late"]),
            (.bidPlaced(bidder: "ann", amountInCents: 5), "bid_placed", ["bidder": "ann", "amountInCents": 5]),
            (.pair("a", 1), "pair", ["_0": "a", "_1": 1]),
            (.under_score(x: 1), "under_score", ["x": 1]),
            (.httpURLSeen, "http_u_r_l_seen", [:]),
            (.step2Done, "step2_done", [:]),
        ] as [(Message, String, JSON)])
    private func `a case is its snake-case name and its labelled values, both ways`(message: Message, name: String, body: JSON)
        throws
    {
        let encoded = try MessageCoder.encode(message)
        #expect(encoded.name == name)
        #expect(encoded.body.text == body.text)
        #expect(try decode(Message.self, name, body) == message)
    }

    @Test(arguments: ["opne", "bidPlaced", "bid_placed_", "Open", "", "bid__placed"])
    func `a name that no case has is unknown`(name: String) {
        #expect(throws: MessageError.unknownName(name)) { try decode(Message.self, name, [:]) }
    }

    @Test func `a body that does not fit is malformed and names the field`() {
        #expect(throws: MessageError.malformed("field 'bidder' is missing")) { try decode(Message.self, "bid_placed", [:]) }
        #expect(throws: MessageError.malformed("field 'amountInCents' must be an integer, not a fraction")) {
            try decode(Message.self, "bid_placed", ["bidder": "a", "amountInCents": 1.5])
        }
        #expect(throws: MessageError.malformed("the body must be an object, not a list")) {
            try decode(Message.self, "open", [1])
        }
    }

    @Test func `fields a message does not know are ignored`() throws {
        #expect(try decode(Message.self, "open", ["later": 1]) == .open)
    }

    @Test func `a conformance by hand in the same shape works`() throws {
        let encoded = try MessageCoder.encode(Manual.add(n: 5))
        #expect(encoded.name == "add")
        #expect(encoded.body == ["n": 5])
        #expect(try decode(Manual.self, "add", ["n": 5]) == .add(n: 5))
        #expect(throws: MessageError.malformed("field 'n' is missing")) { try decode(Manual.self, "add", [:]) }
        #expect(throws: MessageError.malformed("field 'add' is not valid: 13 is unlucky")) {
            try decode(Manual.self, "add", ["n": 13])
        }
        #expect(throws: MessageError.unknownName("sub")) { try decode(Manual.self, "sub", [:]) }
    }

    @Test func `a type that is not coded as one case is refused with a reason`() {
        #expect(throws: JSONCodingError.self) { try MessageCoder.encode(Raw.open) }
        #expect(throws: JSONCodingError.self) { try MessageCoder.encode(NotACase()) }
        #expect(
            throws: MessageError.malformed(
                "the value must be coded as one case with labelled values; an enum of messages has no raw type")
        ) { try decode(Raw.self, "open", [:]) }
    }
}
