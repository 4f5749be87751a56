/// The fields of a message's body. What does not fit throws `JSONCodingError`, which names the field; fields nobody asks for
/// are ignored.
public struct FieldReader: Sendable {
    private let object: JSONObject

    @usableFromInline
    init(_ object: JSONObject) { self.object = object }

    public func decode(_ name: String) throws(JSONCodingError) -> String {
        try read(name) { value throws(JSONCodingError) in try value.string() }
    }

    public func decode(_ name: String) throws(JSONCodingError) -> Int64 {
        try read(name) { value throws(JSONCodingError) in try value.integer(Int64.self) }
    }

    public func decode(_ name: String) throws(JSONCodingError) -> Bool {
        try read(name) { value throws(JSONCodingError) in try value.boolean() }
    }

    public func decode(_ name: String) throws(JSONCodingError) -> Double {
        try read(name) { value throws(JSONCodingError) in try value.double() }
    }

    /// Any other type, through its own conformance.
    public func decode<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        let value = try member(name)
        return try JSONCodingError.located(at: [.key(name)]) { try value.decoded(type) }
    }

    /// Nil for a field that is missing or null.
    public func decodeIfPresent(_ name: String) throws(JSONCodingError) -> String? {
        has(name) ? try decode(name) as String : nil
    }

    public func decodeIfPresent(_ name: String) throws(JSONCodingError) -> Int64? { has(name) ? try decode(name) as Int64 : nil }

    public func decodeIfPresent<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T? {
        has(name) ? try decode(name, as: type) : nil
    }

    private func has(_ name: String) -> Bool {
        if let value = object[name], case .null = value { false } else { object.contains(name) }
    }

    private func member(_ name: String) throws(JSONCodingError) -> JSON {
        guard let value = object[name] else { throw JSONCodingError(path: [.key(name)], "is missing") }
        return value
    }

    @inline(__always)
    private func read<T>(_ name: String, _ body: (JSON) throws(JSONCodingError) -> T) throws(JSONCodingError) -> T {
        let value = try member(name)
        do { return try body(value) } catch { throw error.inside([.key(name)]) }
    }
}
