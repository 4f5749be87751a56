/// The last of one aggregate's stream.
public struct StreamHead: Sendable, Equatable {
    public var version: UInt64
    /// Position of its last event.
    public var position: UInt64
    /// Position of the first event of its last entry: what the next entry's `previous` names.
    public var entryPosition: UInt64

    public init(version: UInt64, position: UInt64, entryPosition: UInt64) {
        self.version = version
        self.position = position
        self.entryPosition = entryPosition
    }

    /// The head of a stream whose last entry this is; it has events.
    public init(_ last: Entry) {
        self.init(version: last.lastVersion, position: last.lastPosition, entryPosition: last.key.position)
    }
}
