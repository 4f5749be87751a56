/// One row of a table set, or removed.
public struct TableWrite: Sendable, Equatable {
    public var table: Table
    public var key: [UInt8]
    /// nil removes the key; removing a missing key is no error.
    public var value: [UInt8]?

    /// Stops the process when the key is not one a table can have.
    public func admit() {
        precondition(
            (1...RecordLimits.tableKeyBytes).contains(key.count), "A table's key has 1 to \(RecordLimits.tableKeyBytes) bytes")
    }

    public init(_ table: Table, key: [UInt8], value: [UInt8]?) {
        self.table = table
        self.key = key
        self.value = value
    }
}
