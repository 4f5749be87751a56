/// The address of one aggregate: `type/key`.
public struct AggregateID: Hashable, Sendable, CustomStringConvertible {
    public let type: String
    public let key: String

    public init(_ type: String, _ key: String) {
        self.type = type
        self.key = key
    }

    public var description: String { "\(type)/\(key)" }
    /// Types that begin with `$` are the system's: readable, never commanded by a client.
    public var isSystem: Bool { type.utf8.first == UInt8(ascii: "$") }
}
