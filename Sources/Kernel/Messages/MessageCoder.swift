/// Codes one message (a command or an event): a case of an enum with labelled values, through its Codable conformance.
///
///     .bidPlaced(bidder: "ann", amount: 5)   ⇄   "bid_placed", {"bidder": "ann", "amount": 5}
///
/// Works with Swift's synthesised conformance and with any written by hand in its shape, `{"bidPlaced": {…}}`.
public enum MessageCoder {
    /// `name` as on the wire; `body` an object, whose members no case asks for are ignored.
    public static func decode<M: Decodable>(_ type: M.Type, name: String, body: JSON) throws(MessageError) -> M {
        do { return try M(from: MessageReader(name: name, body: body)) } catch { throw malformed(error) }
    }

    @usableFromInline
    static func malformed(_ error: any Error) -> MessageError {
        switch error {
        case let error as MessageError: error
        case let error as JSONCodingError: .malformed(error.message)
        case let error as DecodingError: .malformed(JSONCodingError(error).message)
        default: .malformed("\(error)")
        }
    }

    /// Throws `JSONCodingError` for values JSON cannot hold and for types that are not coded as one case.
    public static func encode(_ message: some Encodable) throws -> (name: String, body: JSON) {
        let writer = MessageWriter()
        try JSONCodingError.located(at: []) { try message.encode(to: writer) }
        return try writer.finish()
    }
}

/// Why a message could not be decoded.
public enum MessageError: Error, Equatable, Sendable {
    /// The type has no case of this name.
    case unknownName(String)
    /// The body does not fit the case; the message names the field.
    case malformed(String)
}
