/// The members of an object. One generic function answers every overload the protocol asks for; the commonest types have
/// their own, which need no look-up of types at run time.
struct JSONKeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let reader: JSONReader
    let object: JSONObject

    var codingPath: [any CodingKey] { reader.codingPath }
    var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { reader.member(key.stringValue, of: object) != nil }

    func decodeNil(forKey key: Key) throws -> Bool {
        if case .null = try member(key) { true } else { false }
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let value = try member(key)
        return try JSONCodingError.located(at: path(key)) { try value.decoded(type) }
    }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try scalar(key) { value throws(JSONCodingError) in try value.string() }
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try scalar(key) { value throws(JSONCodingError) in try value.boolean() }
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try scalar(key) { value throws(JSONCodingError) in try value.integer(Int.self) }
    }

    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try scalar(key) { value throws(JSONCodingError) in try value.integer(Int64.self) }
    }

    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try scalar(key) { value throws(JSONCodingError) in try value.double() }
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let value = reader.member(key.stringValue, of: object) else { return nil }
        if case .null = value { return nil }
        return try JSONCodingError.located(at: path(key)) { try value.decoded(type) }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try JSONReader(try member(key), path: path(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONReader(try member(key), path: path(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        JSONReader(reader.member("super", of: object) ?? .null, path: reader.path + [.key("super")])
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { JSONReader(try member(key), path: path(key)) }

    @inline(__always)
    private func scalar<T>(_ key: Key, _ read: (JSON) throws(JSONCodingError) -> T) throws(JSONCodingError) -> T {
        let value = try member(key)
        do { return try read(value) } catch { throw error.inside(path(key)) }
    }

    private func member(_ key: Key) throws(JSONCodingError) -> JSON {
        guard let value = reader.member(key.stringValue, of: object) else {
            throw JSONCodingError(path: path(key), "is missing")
        }
        return value
    }

    private func path(_ key: Key) -> [JSONCodingError.Step] { reader.path + [.key(key.stringValue)] }
}
