import Glibc

/// A child process whose output is read line by line while it runs.
final class ChildStream {
    private let process: pid_t
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    /// Starts this binary with these arguments; its other streams are ours.
    init(_ arguments: [String], name: String, executable: String = "/proc/self/exe") throws(Failure) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .io("cannot make a pipe: \(String(cString: strerror(errno)))") }
        // Neither end is for a child: what it writes to is a copy.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var pointers: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, executable, &actions, nil, &pointers, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw .io("cannot start a child process: \(String(cString: strerror(code)))")
        }
        self.process = process
        descriptor = ends[0]
    }

    /// The next line without its end; nil when the child has closed its output.
    func line() -> String? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return String(decoding: buffer[start..<end], as: UTF8.self)
            }
            buffer.removeFirst(start)
            start = 0
            guard fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer.append(contentsOf: chunk[..<count])
            return true
        }
    }

    /// Ends the child, which may have ended already, and waits for it.
    func stop() {
        close(descriptor)
        kill(process, SIGTERM)
        _ = try? Child.wait(for: process)
    }
}
