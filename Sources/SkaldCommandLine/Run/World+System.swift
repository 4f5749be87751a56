import Glibc
import Kernel

extension World {
    /// The real world: this process's streams, files, clock and network.
    static func system(name: String, aggregates: [AggregateHandler]) -> World {
        // A reader that goes away (`| head`) ends our writing, not the process.
        signal(SIGPIPE, SIG_IGN)
        let loss = Loss()
        return World(
            name: name, aggregates: aggregates,
            environment: { name in getenv(name).map { String(cString: $0) } },
            write: { stream, text in
                let why = Files.write(text, to: descriptor(stream))
                if stream == .output { loss.why = loss.why ?? why }
            },
            lostAnswer: { loss.why },
            isTerminal: { stream in isatty(descriptor(stream)) == 1 },
            canAsk: isatty(STDIN_FILENO) == 1,
            readLine: { Swift.readLine() },
            readFile: { path throws(Failure) in try Files.read(path) },
            // One that a server left behind when it was killed has nobody behind it.
            isSocket: Files.isSocket,
            now: { wallClock() },
            random: { SystemRandomNumberGenerator.word() },
            connect: { endpoint, timeout throws(RequestFailure) in try ClientRequests(endpoint: endpoint, timeout: timeout) },
            serve: { request in ServeBridge.run(request, aggregates, name: name) },
            runChild: { arguments throws(Failure) in try Child.run(arguments, name: name) },
            startChild: { arguments throws(Failure) in
                let child = try ChildStream(arguments, name: name)
                return ChildLines(next: child.line, stop: child.stop)
            },
            becomeHTTPWorker: { arguments throws(Failure) in try Sibling.become(Sibling.httpWorker, arguments) })
    }

    private static func descriptor(_ stream: Stream) -> Int32 { stream == .output ? STDOUT_FILENO : STDERR_FILENO }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Why some of standard output was not written.
private final class Loss {
    var why: String?
}

extension SystemRandomNumberGenerator {
    fileprivate static func word() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
