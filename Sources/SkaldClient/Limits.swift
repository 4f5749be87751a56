/// Bounds of the client.
public enum ClientLimits {
    /// Calls waiting for an answer at once; the server answers `busy` above this many per connection.
    public static let outstanding = 16_384
    /// Longest time a server may be asked to wait before it answers.
    public static let wait: Duration = .seconds(60)
    /// Answers of a worker kept for a while after they were sent, should the connection have lost them.
    static let answersKept = 4_096
    static let answerBytesKept = 16 << 20
    /// Bytes of a message for people that a worker sends.
    static let message = 4_096
}
