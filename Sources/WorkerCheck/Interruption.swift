import Glibc

/// SIGINT and SIGTERM held back while a check runs, so that what it started ends with it.
struct Interruption: ~Copyable {
    private var held = sigset_t()
    private var before = sigset_t()

    /// Of this thread, and of those it starts from here on.
    init() {
        sigemptyset(&held)
        sigaddset(&held, SIGINT)
        sigaddset(&held, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &held, &before)
    }

    deinit {
        var before = before
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// Throws when one of them has come.
    func look() throws(CheckFailure) {
        var held = held
        var now = timespec()
        guard sigtimedwait(&held, nil, &now) < 0 else { throw .interrupted }
    }
}
