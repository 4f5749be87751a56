/// The members of an object. One generic function answers every overload the protocol asks for; the commonest types have
/// their own, which need no look-up of types at run time.
struct JSONKeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONWriterNode

    var codingPath: [any CodingKey] { node.codingPath }

    func encodeNil(forKey key: Key) { node.set(key.stringValue, .null) }
    func encode(_ value: String, forKey key: Key) { node.set(key.stringValue, .string(value)) }
    func encode(_ value: Bool, forKey key: Key) { node.set(key.stringValue, .bool(value)) }
    func encode(_ value: Int, forKey key: Key) { node.set(key.stringValue, .int(Int64(value))) }
    func encode(_ value: Int64, forKey key: Key) { node.set(key.stringValue, .int(value)) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let json = try JSONCodingError.located(at: node.path + [.key(key.stringValue)]) { try JSON(encoding: value) }
        node.set(key.stringValue, json)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        node.nest(.key(key.stringValue)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        node.nest(.key(key.stringValue)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { node.nest(.key("super")) }
    func superEncoder(forKey key: Key) -> any Encoder { node.nest(.key(key.stringValue)) }
}

/// The elements of a list.
struct JSONListWriter: UnkeyedEncodingContainer {
    let node: JSONWriterNode

    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { node.elements.count }

    func encodeNil() { node.append(.null) }

    func encode<T: Encodable>(_ value: T) throws {
        node.append(try JSONCodingError.located(at: node.path + [.index(count)]) { try JSON(encoding: value) })
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        node.nest(.index(count)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.nest(.index(count)).unkeyedContainer() }
    func superEncoder() -> any Encoder { node.nest(.index(count)) }
}
