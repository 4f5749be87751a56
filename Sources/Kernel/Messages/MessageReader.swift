/// Plays the object `{"caseName": body}` to a message's `init(from:)` without building it.
final class MessageReader: Decoder {
    let name: String
    let body: JSON

    init(name: String, body: JSON) {
        self.name = name
        self.body = body
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let key = MessageName.key(name, type) else { throw MessageError.unknownName(name) }
        guard case .object = body else { throw MessageError.malformed("the body must be an object, not \(body.kind)") }
        return KeyedDecodingContainer(MessageCaseReader(key: key, reader: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw MessageReader.wrongShape }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw MessageReader.wrongShape }

    static let wrongShape = JSONCodingError("must be coded as one case with labelled values; an enum of messages has no raw type")
}

/// The one member of that object.
struct MessageCaseReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let key: Key
    let reader: MessageReader

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [key] }

    func contains(_ key: Key) -> Bool { key.stringValue == self.key.stringValue }
    func decodeNil(forKey key: Key) throws -> Bool { !contains(key) }

    // The path of an error begins at the body's fields, which is what the sender knows.
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try member(key).decoded(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try JSONReader(try member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONReader(try member(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { throw MessageReader.wrongShape }
    func superDecoder(forKey key: Key) throws -> any Decoder { JSONReader(try member(key)) }

    private func member(_ key: Key) throws(JSONCodingError) -> JSON {
        guard contains(key) else { throw JSONCodingError(path: [.key(key.stringValue)], "is missing") }
        return reader.body
    }
}
