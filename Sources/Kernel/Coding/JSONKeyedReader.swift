/// The members of an object. One generic function answers every overload the protocol asks for.
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

    private func member(_ key: Key) throws(JSONCodingError) -> JSON {
        guard let value = reader.member(key.stringValue, of: object) else {
            throw JSONCodingError(path: path(key), "is missing")
        }
        return value
    }

    private func path(_ key: Key) -> [JSONCodingError.Step] { reader.path + [.key(key.stringValue)] }
}
