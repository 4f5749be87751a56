/// Plays the object `{"caseName": body}` to a command's `init(from:)`, as `MessageReader` does.
struct ProbeMessage: Decoder {
    let name: String
    let notes: ProbeNotes

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let key = MessageName.key(name, type) else { throw MessageError.unknownName(name) }
        notes.isKnown = true
        let body = ProbeDecoder(dummy: ProbeDummy(text: "", number: 1), depth: 0, notes: notes)
        return KeyedDecodingContainer(ProbeFields(decoder: body, onlyKey: key))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ProbeFailure() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw ProbeFailure() }
}

/// The members of a dummy object: every one is there. With `onlyKey` it is the object of cases, and its member the body.
struct ProbeFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ProbeDecoder
    var onlyKey: Key?

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { onlyKey.map { [$0] } ?? [] }

    func contains(_ key: Key) -> Bool {
        if let onlyKey { return key.stringValue == onlyKey.stringValue }
        decoder.notes?.ask(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        guard onlyKey == nil else { return try T(from: decoder) }
        return try probe(type, key, isRequired: true)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        if onlyKey != nil { return contains(key) ? try T(from: decoder) : nil }
        _ = try? probe(type, key, isRequired: false)
        return nil
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(ProbeFields<Nested>(decoder: nested(key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { nested(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { throw ProbeFailure() }
    func superDecoder(forKey key: Key) -> any Decoder { nested(key) }

    private func probe<T: Decodable>(_ type: T.Type, _ key: Key, isRequired: Bool) throws -> T {
        let inner = ProbeDecoder(dummy: decoder.dummy, depth: decoder.depth)
        do {
            let value = try inner.decode(type)
            decoder.notes?.note(key.stringValue, inner.kind, isRequired: isRequired)
            return value
        } catch {
            let kind = (error as? ProbeFailure)?.kind ?? .any
            decoder.notes?.note(key.stringValue, kind, isRequired: isRequired)
            throw error
        }
    }

    /// The body for the object of cases; else a field nobody sees into.
    private func nested(_ key: Key) -> ProbeDecoder {
        guard onlyKey == nil else { return decoder }
        decoder.notes?.note(key.stringValue, .any, isRequired: true)
        return ProbeDecoder(dummy: decoder.dummy, depth: decoder.depth + 1)
    }
}
