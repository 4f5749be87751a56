/// A row of a table as it was set or removed, without the table.
public struct ChangedRow: Sendable, Equatable {
    public let key: [UInt8]
    /// Nil for a row that is removed.
    public let value: [UInt8]?

    public init(key: [UInt8], value: [UInt8]?) { (self.key, self.value) = (key, value) }
}
