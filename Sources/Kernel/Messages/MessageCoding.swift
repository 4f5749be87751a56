/// How the messages of one type are coded: as the type spells it out itself, or else by `MessageCoder`. Found out once for each
/// type, because asking costs as much as coding.
@usableFromInline
struct MessageCoding<M: Codable & Sendable>: Sendable {
    @usableFromInline let decode: @Sendable (_ name: String, _ body: JSON) throws(MessageError) -> M
    @usableFromInline let encode: @Sendable (_ message: M) throws -> (name: String, body: JSON)

    @usableFromInline
    init() {
        if let type = M.self as? any MessageCodable.Type {
            self.init(direct: type)
        } else {
            self.init(
                decode: { name, body throws(MessageError) in try MessageCoder.decode(M.self, name: name, body: body) },
                encode: { message in try MessageCoder.encode(message) })
        }
    }

    private init<D: MessageCodable>(direct: D.Type) {
        precondition(M.self == D.self)
        self.init(
            decode: { name, body throws(MessageError) in
                unsafeBitCast(try MessageCoder.decodeDirectly(D.self, name: name, body: body), to: M.self)
            },
            encode: { message in try MessageCoder.encodeDirectly(unsafeBitCast(message, to: D.self)) })
    }

    private init(
        decode: @escaping @Sendable (_ name: String, _ body: JSON) throws(MessageError) -> M,
        encode: @escaping @Sendable (_ message: M) throws -> (name: String, body: JSON)
    ) {
        self.decode = decode
        self.encode = encode
    }
}

extension MessageCoder {
    static func decodeDirectly<D: MessageCodable>(_ type: D.Type, name: String, body: JSON) throws(MessageError) -> D {
        guard case .object(let object) = body else { throw .malformed("the body must be an object, not \(body.kind)") }
        do { return try D.read(name, FieldReader(object)) } catch { throw malformed(error) }
    }

    static func encodeDirectly(_ message: some MessageCodable) throws -> (name: String, body: JSON) {
        var fields = FieldWriter()
        let name = try message.encode(to: &fields)
        guard Names.isName(name) else { throw JSONCodingError("is '\(name)', which is no name on the wire") }
        return (name, .object(fields.object))
    }
}
