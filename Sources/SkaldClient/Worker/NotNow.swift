/// Nothing happened in this attempt; it may be offered again after so long, at most a day. Thrown by a handler.
public struct NotNow: Error, Sendable, Equatable {
    public var after: Duration
    public var message: String

    public init(after: Duration, _ message: String = "") {
        self.after = after
        self.message = message
    }
}
