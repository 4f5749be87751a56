import Glibc

/// How many descriptors this process may have.
enum OpenFiles {
    /// As many as it may allow itself: each connection takes one, and the usual first limit of 1,024 is soft. libzmq 4.3.4 ends
    /// the process when an ipc connection finds none. What cannot be raised stays.
    static func allowAll() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
