import Glibc

/// SIGTERM and SIGINT as something to wait for, instead of a handler that may do almost nothing.
///
/// Made before any thread is, so that all of them inherit the block.
public struct StopSignals: Sendable {
    private var set = sigset_t()

    public init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer that goes away while it is written to is no reason to end.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Blocks until one of them arrives.
    public func wait() {
        var waited = set
        var number: Int32 = 0
        while sigwait(&waited, &number) != 0 {}
    }

    /// Ends the wait from inside: what was waited beside has ended by itself.
    @Sendable public static func interrupt() { kill(getpid(), SIGTERM) }
}
