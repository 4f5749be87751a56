/// How the messages of one type are coded: as the type spells it out itself, or else by `MessageCoder`.
@usableFromInline
struct MessageCoding<M: Codable & Sendable>: Sendable {
    @usableFromInline let decode: @Sendable (_ name: String, _ body: JSON) throws(MessageError) -> M
    @usableFromInline let encode: @Sendable (_ message: M) throws -> (name: String, body: JSON)

    /// Compiled where the type is known.
    @inlinable
    init() where M: MessageCodable {
        decode = { name, body throws(MessageError) in try MessageCoder.decodeDirectly(M.self, name: name, body: body) }
        encode = { message in try MessageCoder.encodeDirectly(message) }
    }

    /// For code that is generic over messages: found out once, because asking costs as much as coding.
    @usableFromInline
    init() {
        if let type = M.self as? any MessageCodable.Type { self.init(opened: type) } else { self.init(coder: MessageCoder.self) }
    }

    private init(coder: MessageCoder.Type) {
        decode = { name, body throws(MessageError) in try coder.decode(M.self, name: name, body: body) }
        encode = { message in try coder.encode(message) }
    }

    private init<D: MessageCodable>(opened: D.Type) {
        precondition(M.self == D.self)
        decode = { name, body throws(MessageError) in
            unsafeBitCast(try MessageCoder.decodeDirectly(D.self, name: name, body: body), to: M.self)
        }
        encode = { message in try MessageCoder.encodeDirectly(unsafeBitCast(message, to: D.self)) }
    }
}

extension MessageCoder {
    @inlinable
    static func decodeDirectly<D: MessageCodable>(_ type: D.Type, name: String, body: JSON) throws(MessageError) -> D {
        guard case .object(let object) = body else { throw .malformed("the body must be an object, not \(body.kind)") }
        let message: D?
        do { message = try D(name: name, fields: FieldReader(object)) } catch { throw malformed(error) }
        guard let message else { throw .unknownName(name) }
        return message
    }

    @inlinable
    static func encodeDirectly(_ message: some MessageCodable) throws -> (name: String, body: JSON) {
        var fields = FieldWriter()
        let name = try message.encode(to: &fields)
        guard Names.isName(name) else { throw JSONCodingError("is '\(name)', which is no name on the wire") }
        return (name, .object(fields.object))
    }
}
