/// What a torture may take. Times in milliseconds of the saga's own time.
public enum TortureLimits {
    /// Runs in all: beyond them pairs of faults are left out, and counted.
    public static let runs = 200_000
    /// Commits of one run; a saga that tries for ever is stopped there and counted as still trying.
    public static let commits = 400
    /// Attempts of one step or undo that never gets an answer, after which its run is stopped.
    public static let attempts = 12
    /// Slowest answer of a participant in good health.
    public static let latency: Int64 = 50
    /// How long an attempt may take where the definition says nothing.
    public static let timeout: Int64 = 30_000
    /// Failed expressions told apart in a report.
    public static let notes = 10
    /// Turns in a row in which nothing happens and no time passes.
    public static let idleTurns = 100
}
