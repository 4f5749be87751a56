/// Why a check came to no verdict.
public enum CheckFailure: Error, Equatable, Sendable {
    /// The address cannot be listened at, and why.
    case unbound(String, String)
    /// Nobody said `ready` within so many milliseconds.
    case noWorker(Int64)
    /// The command that starts the worker has ended before the worker said `ready`, and how.
    case startEnded(String)
    /// The command that counts effects printed no number: what it did instead.
    case uncounted(String)
    case io(String)
    /// SIGINT or SIGTERM.
    case interrupted
    /// Only this one check cannot be run, and why.
    case notRun(String)
}
