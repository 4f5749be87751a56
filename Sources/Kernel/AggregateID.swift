/// The address of one aggregate: `type/key`.
public struct AggregateID: Hashable, Sendable, CustomStringConvertible {
    public let type: String
    public let key: String

    public init(_ type: String, _ key: String) {
        self.type = type
        self.key = key
    }

    /// Byte for byte, as the store tells keys apart; Swift's own string equality would join composed and decomposed letters.
    public static func == (left: AggregateID, right: AggregateID) -> Bool {
        left.type == right.type && left.key.hasBytes(of: right.key)
    }

    /// The key alone: types are few, and hashing text is most of a look-up.
    public func hash(into hasher: inout Hasher) { ByteKey(key).hash(into: &hasher) }

    public var description: String { "\(type)/\(key)" }
    /// Types that begin with `$` are the system's: readable, never commanded by a client.
    public var isSystem: Bool { type.utf8.first == UInt8(ascii: "$") }
}
