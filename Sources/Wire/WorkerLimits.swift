/// The sizes and times of the worker's part of the protocol.
public enum WorkerLimits {
    /// Tasks held at once.
    public static let credit: ClosedRange<Int64> = 0...65_536
    /// Milliseconds between two heartbeats.
    public static let heartbeat: ClosedRange<Int64> = 100...60_000
    /// Actions, and aggregates, that one worker offers.
    public static let names = 1_000
    /// Tasks named in `holding`.
    public static let holding = 65_536
    /// Longest `after_ms` of a `retry`: a day.
    public static let retryAfter = 86_400_000
    /// Highest `per_second` of a limit.
    public static let perSecond = 1_000_000.0
    /// Highest `schema`.
    public static let schema: ClosedRange<Int64> = 1...1_000_000_000
}
