/// How the messages of one type are coded: by `MessageCoder`, or as the type spells it out itself. The latter is compiled where the
/// type is known; found out at run time it would cost as much as it gains.
@usableFromInline
struct MessageCoding<M: Codable & Sendable>: Sendable {
    @usableFromInline let decode: @Sendable (_ name: String, _ body: JSON) throws(MessageError) -> M
    @usableFromInline let encode: @Sendable (_ message: M) throws -> (name: String, body: JSON)

    @inlinable
    init() {
        decode = { name, body throws(MessageError) in try MessageCoder.decode(M.self, name: name, body: body) }
        encode = { message in try MessageCoder.encode(message) }
    }

    @inlinable
    init() where M: MessageCodable {
        decode = { name, body throws(MessageError) in try MessageCoder.decodeDirectly(M.self, name: name, body: body) }
        encode = { message in try MessageCoder.encodeDirectly(message) }
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
