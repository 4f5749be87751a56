import Glibc

/// Commands of the person's own, run by `sh` in a process group of their own.
enum Shell {
    /// Starts `command`; what it prints goes to `output`, by default to standard error, where talk belongs.
    static func start(_ command: String, output: Int32 = STDERR_FILENO) throws(CheckFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        isolate(&attributes)
        var words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, environ)
        guard code == 0 else { throw .io("cannot start a shell: \(String(cString: strerror(code)))") }
        return process
    }

    /// A group of its own, so that all of it can be killed, and none of our signal settings.
    private static func isolate(_ attributes: inout posix_spawnattr_t) {
        var nothing = sigset_t()
        sigemptyset(&nothing)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&defaults, number) }
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// How a process has ended, in words; nil while it runs. Once it has ended nothing of its group is left.
    static func ending(of process: pid_t, waiting: Bool = false) -> Ending? {
        var status: Int32 = 0
        var found = waitpid(process, &status, waiting ? 0 : WNOHANG)
        while found < 0, errno == EINTR { found = waitpid(process, &status, waiting ? 0 : WNOHANG) }
        guard found != 0 else { return nil }
        kill(-process, SIGKILL)
        // The macros of wait(2), which Swift does not import: the low seven bits name the signal, the next byte the code.
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }

    enum Ending: Equatable {
        case exited(Int32)
        case killed(Int32)

        var text: String {
            switch self {
            case .exited(let code) where code > 128: "it was ended by signal \(code - 128)"  // as a shell tells it
            case .exited(let code): "it exited with \(code)"
            case .killed(let signal): "it was ended by signal \(signal)"
            }
        }
    }
}
