/// Hands one JSON value to a type's `init(from:)`.
final class JSONReader: Decoder {
    let value: JSON
    /// Where a nested container stands below the value its type began with; empty otherwise.
    let path: [JSONCodingError.Step]
    /// Where the last member was found: fields are usually asked for in the order they were written.
    private var cursor = 0

    init(_ value: JSON, path: [JSONCodingError.Step] = []) {
        self.value = value
        self.path = path
    }

    var codingPath: [any CodingKey] { path.map { AnyCodingKey($0) } }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(JSONKeyedReader(reader: self, object: object))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch("a list") }
        return JSONListReader(reader: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func member(_ key: String, of object: JSONObject) -> JSON? {
        let count = object.members.count
        var index = cursor
        for _ in 0..<count {
            if index >= count { index = 0 }
            if object.members[index].key.hasBytes(of: key) {
                cursor = index
                return object.members[index].value
            }
            index += 1
        }
        return nil
    }

    private func mismatch(_ expected: String) -> JSONCodingError { .mismatch(expected, value).inside(path) }
}

extension JSONReader: SingleValueDecodingContainer {
    func decodeNil() -> Bool { if case .null = value { true } else { false } }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try JSONCodingError.located(at: path) { try value.decoded(type) }
    }
}
