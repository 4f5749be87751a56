/// Where an entry stands in the log: unique, rising, dense in its way.
///
/// `position` is that of the entry's first event or, for an entry without events, of the next event to come; `ordinal`
/// tells apart entries that share a position. The entry that holds the event at a position is therefore the last one whose
/// key's `position` is not beyond it.
public struct LogKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let position: UInt64
    public let ordinal: UInt32

    public init(position: UInt64, ordinal: UInt32) {
        self.position = position
        self.ordinal = ordinal
    }

    public static func < (left: LogKey, right: LogKey) -> Bool {
        (left.position, left.ordinal) < (right.position, right.ordinal)
    }

    /// `position`, and behind a dot the ordinal when it is not 0.
    public var description: String { ordinal == 0 ? "\(position)" : "\(position).\(ordinal)" }
}
