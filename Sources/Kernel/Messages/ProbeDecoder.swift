/// Answers every question about one value with a dummy, and remembers what kind of JSON was asked for.
final class ProbeDecoder: Decoder {
    let dummy: ProbeDummy
    let depth: Int
    /// Where the fields of a keyed container are written down; nil inside a field.
    let notes: ProbeNotes?
    private(set) var kind = CommandField.Kind.any

    init(dummy: ProbeDummy, depth: Int, notes: ProbeNotes? = nil) {
        self.dummy = dummy
        self.depth = depth
        self.notes = notes
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbeFields(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { ProbeList() }
    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension ProbeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let text = dummy.text as? T { return answer(text, .string) }
        if let value = false as? T { return answer(value, .boolean) }
        if let type = type as? any FixedWidthInteger.Type { return try answer(number(type), .integer) }
        if let type = type as? any BinaryFloatingPoint.Type { return try answer(number(type), .number) }
        let (value, kind) = try FieldProbe.dummy(type, depth: depth + 1)
        return answer(value, kind)
    }

    private func answer<T>(_ value: T, _ kind: CommandField.Kind) -> T {
        self.kind = kind
        return value
    }

    private func number<I: FixedWidthInteger, T>(_ type: I.Type) throws -> T { try cast(I(clamping: dummy.number)) }
    private func number<F: BinaryFloatingPoint, T>(_ type: F.Type) throws -> T { try cast(F(dummy.number)) }

    private func cast<T>(_ value: some Any) throws -> T {
        guard let value = value as? T else { throw ProbeFailure() }
        return value
    }
}

/// A list without elements: what a list is made of is not asked.
private struct ProbeList: UnkeyedDecodingContainer {
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 0 }
    var isAtEnd: Bool { true }
    var currentIndex: Int { 0 }

    func decodeNil() throws -> Bool { throw ProbeFailure() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { throw ProbeFailure() }
    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw ProbeFailure() }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ProbeFailure() }
    func superDecoder() throws -> any Decoder { throw ProbeFailure() }
}
