/// Where something stands in a definition's text.
public struct Place: Sendable, Equatable {
    /// From 1.
    public let line: Int
    /// From 1, counted in Unicode scalars.
    public let column: Int
    /// As a JSON path: `$.steps.hotel.needs[0]`.
    public let path: String

    public init(line: Int, column: Int, path: String) {
        self.line = line
        self.column = column
        self.path = path
    }
}
