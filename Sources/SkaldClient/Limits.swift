/// Bounds of the client.
public enum ClientLimits {
    /// Calls waiting for an answer at once; the server answers `busy` above this many per connection.
    public static let outstanding = 16_384
    /// Longest time a server may be asked to wait before it answers.
    public static let wait: Duration = .seconds(60)
}
