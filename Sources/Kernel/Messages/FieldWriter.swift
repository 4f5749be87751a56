/// The fields of a message's body as they are written, in that order.
public struct FieldWriter: Sendable {
    @usableFromInline private(set) var object = JSONObject()

    @usableFromInline
    init() {}

    public mutating func encode(_ value: String, _ name: String) { put(.string(value), name) }
    public mutating func encode(_ value: Int64, _ name: String) { put(.int(value), name) }
    public mutating func encode(_ value: Bool, _ name: String) { put(.bool(value), name) }

    /// Any other type, through its own conformance. Throws `JSONCodingError` for what JSON cannot hold.
    public mutating func encode(_ value: some Encodable, _ name: String) throws {
        put(try JSONCodingError.located(at: [.key(name)]) { try JSON(encoding: value) }, name)
    }

    /// Writes nothing for nil.
    public mutating func encodeIfPresent(_ value: String?, _ name: String) { if let value { encode(value, name) } }
    public mutating func encodeIfPresent(_ value: Int64?, _ name: String) { if let value { encode(value, name) } }
    public mutating func encodeIfPresent(_ value: (some Encodable)?, _ name: String) throws {
        if let value { try encode(value, name) }
    }

    private mutating func put(_ value: JSON, _ name: String) {
        precondition(!object.contains(name), "the field '\(name)' is written twice")
        object.append(name, value)
    }
}
