import Glibc

/// This binary, run again as a child: what may kill its process is done there.
enum Child {
    /// Runs it with these arguments, sharing our streams, and waits for its end.
    static func run(_ arguments: [String], name: String, executable: String = "/proc/self/exe") throws(Failure) -> ChildEnd {
        var pointers: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        // Its death is told in a line of ours; a backtrace would bury it.
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        var process: pid_t = 0
        let code = posix_spawn(&process, executable, nil, nil, &pointers, environ)
        guard code == 0 else { throw .io("cannot start a child process: \(String(cString: strerror(code)))") }
        return try wait(for: process)
    }

    static func wait(for process: pid_t) throws(Failure) -> ChildEnd {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .io("lost sight of a child process: \(String(cString: strerror(errno)))") }
        }
        // The macros of wait(2), which Swift does not import: the low seven bits name the signal, the next byte the code.
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
    }
}
