import Kernel
import WorkerCheck

/// Everything outside the process that a command may touch, as functions: the real ones in `World.system`, others in tests.
struct World {
    enum Stream { case output, talk }

    var name: String
    var aggregates: [AggregateHandler]
    var environment: (String) -> String?
    var write: (Stream, String) -> Void
    /// Why some of what was written to `.output` is lost; nil when it is not, or when nobody wants it any more.
    var lostAnswer: () -> String? = { nil }
    var isTerminal: (Stream) -> Bool
    /// Whether a person can be asked: standard input is a terminal.
    var canAsk: Bool
    var readLine: () -> String?
    /// Reads a whole file; `-` is standard input.
    var readFile: (String) throws(Failure) -> [UInt8]
    var isSocket: (String) -> Bool
    var now: () -> Timestamp
    var random: () -> UInt64
    /// Opens a connection whose calls take at most so many milliseconds.
    var connect: (Endpoint, Int64) throws(RequestFailure) -> any Requests
    /// Runs a server with our aggregates until it is told to stop.
    var serve: (ServeRequest) -> ProcessStatus
    /// Runs this binary again with these arguments and waits for its end.
    var runChild: ([String]) throws(Failure) -> ChildEnd
    /// Starts this binary with these arguments; its output is read as it comes.
    var startChild: ([String]) throws(Failure) -> ChildLines
    /// Replaces this process by the HTTP worker; returns only in tests.
    var becomeHTTPWorker: ([String]) throws(Failure) -> ProcessStatus

    /// Drives a worker through a check; what a person should know meanwhile is told.
    var checkWorker: (CheckOptions, @escaping (String) -> Void) throws(CheckFailure) -> CheckReport = {
        (options, tell) throws(CheckFailure) in try WorkerCheck(options, tell: tell).run()
    }

    /// An id for a request nobody gave one.
    func newID() -> String { UUIDv7.text(time: now(), random: (random(), random())) }
}

/// The output of a child that runs: line by line, nil at its end. `stop` ends the child.
struct ChildLines {
    var next: () -> String?
    var stop: () -> Void
}

/// How a child process ended.
enum ChildEnd: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
}
