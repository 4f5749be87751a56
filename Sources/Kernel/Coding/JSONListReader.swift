/// The elements of a list, one after the other.
struct JSONListReader: UnkeyedDecodingContainer {
    let reader: JSONReader
    let elements: [JSON]
    private(set) var currentIndex = 0

    init(reader: JSONReader, elements: [JSON]) {
        self.reader = reader
        self.elements = elements
    }

    var codingPath: [any CodingKey] { reader.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard case .null = try current() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try current()
        let decoded = try JSONCodingError.located(at: path) { try value.decoded(type) }
        currentIndex += 1
        return decoded
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }

    private var path: [JSONCodingError.Step] { reader.path + [.index(currentIndex)] }

    private func current() throws(JSONCodingError) -> JSON {
        guard !isAtEnd else { throw JSONCodingError(path: path, "is missing") }
        return elements[currentIndex]
    }

    private mutating func next() throws(JSONCodingError) -> JSONReader {
        let nested = JSONReader(try current(), path: path)
        currentIndex += 1
        return nested
    }
}
