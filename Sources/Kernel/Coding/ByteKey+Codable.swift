/// As the text itself, so that a dictionary with such keys is an object.
extension ByteKey: Codable, CodingKeyRepresentable {
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    public init(codingKey: some CodingKey) { self.init(codingKey.stringValue) }

    public var codingKey: any CodingKey { AnyCodingKey(stringValue: text) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
