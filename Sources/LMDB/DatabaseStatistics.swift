/// Rows and pages of one table.
public struct DatabaseStatistics: Sendable, Equatable {
    /// Rows; among duplicates, each counts.
    public var entries: Int
    public var depth: Int
    public var pages: Int
    /// Bytes of its pages.
    public var bytes: Int
}
