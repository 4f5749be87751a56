/// The bounds of a configuration.
enum ConfigurationLimits {
    /// Tasks, and so requests, at once. Each may hold a response of a megabyte.
    static let credit: ClosedRange<Int64> = 1...1_024
    static let defaultCredit = 16
    /// In milliseconds.
    static let defaultTimeout: Int64 = 10_000
    static let defaultRetryAfter: Int64 = 1_000
}
