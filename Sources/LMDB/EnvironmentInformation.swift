/// Sizes of an environment at one moment.
public struct EnvironmentInformation: Sendable, Equatable {
    /// Bytes.
    public var mapSize: Int
    /// Bytes.
    public var pageSize: Int
    /// Pages ever used, the free ones among them: the file's length in pages.
    public var pagesUsed: Int
    public var lastTransaction: UInt64
    /// Highest number of reader slots ever taken at once.
    public var readerSlots: Int
    /// Named tables.
    public var databases: Int
}
