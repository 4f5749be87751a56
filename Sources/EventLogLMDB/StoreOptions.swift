/// How a store is opened.
public struct StoreOptions: Sendable {
    /// Bytes of addresses for the map; the store can never be larger.
    public var mapBytes = Limits.mapBytes
    /// Bytes the store may take; nil for as much as the disk and the map hold.
    public var quotaBytes: Int?
    /// Bytes left under which the store turns amber, and red.
    public var amberBytes = Limits.amberBytes
    public var redBytes = Limits.redBytes
    /// Bytes of the reserve file; 0 for none.
    public var reserveBytes = Limits.reserveBytes
    /// Entries whose rows may wait in memory, about 300 bytes each, and 400 more for the start of a saga; twice as many while they are
    /// folded, and all of them are read again at opening. 0 puts every row with its commit, at the cost of a page copied for each.
    public var tailEntries = Limits.tailEntries

    /// Rows of tables up to which they are checked before the store is used, and not after.
    public var checkedRows = Limits.checkedRows

    public init() {}

    /// For tests and small machines: no reserve, and watermarks of a few kilobytes.
    public static var small: StoreOptions {
        var options = StoreOptions()
        options.mapBytes = 1 << 30
        options.amberBytes = 256 << 10
        options.redBytes = 64 << 10
        options.reserveBytes = 0
        return options
    }
}
