import Glibc

/// SIGTERM and SIGINT as something to wait for. Made before any thread is, so that all of them inherit the block.
struct Signals {
    private var set = sigset_t()

    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A service that hangs up while it is written to is no reason to end.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Blocks until one of them arrives.
    func wait() {
        var waited = set
        var number: Int32 = 0
        while sigwait(&waited, &number) != 0 {}
    }
}
