/// A cell as it should be.
public struct CellPicture: Sendable, Equatable {
    public var value: Int64
    public var version: UInt64

    public init(value: Int64 = 0, version: UInt64 = 0) {
        self.value = value
        self.version = version
    }
}
