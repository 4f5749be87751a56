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
        left.type == right.type && sameBytes(left.key, right.key)
    }

    /// The key alone: types are few, and hashing text is most of a look-up.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    private static func sameBytes(_ left: String, _ right: String) -> Bool {
        var (left, right) = (left, right)
        return left.withUTF8 { left in
            right.withUTF8 { right in left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] } }
        }
    }

    public var description: String { "\(type)/\(key)" }
    /// Types that begin with `$` are the system's: readable, never commanded by a client.
    public var isSystem: Bool { type.utf8.first == UInt8(ascii: "$") }
}
