import Glibc

/// A number that a command of the person's own prints.
struct EffectCount {
    /// Milliseconds it may take, and bytes it may print.
    private static let patience: Int64 = 30_000
    private static let room = 4096
    private static let slice: Int64 = 10

    private let command: String

    init(_ command: String) { self.command = command }

    /// Runs the command; `wait` lets so many milliseconds pass usefully.
    func value(_ wait: (Int64) throws(CheckFailure) -> Void) throws(CheckFailure) -> Int {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .io("cannot make a pipe: \(String(cString: strerror(errno)))") }
        defer { close(ends[0]) }
        // Neither end is for another child; what this one prints to is a copy.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let process = try start(printingTo: ends[1])
        do throws(CheckFailure) {
            return try number(from: ends[0], process, wait)
        } catch {
            kill(-process, SIGKILL)
            _ = Shell.ending(of: process, waiting: true)
            throw error
        }
    }

    private func start(printingTo end: Int32) throws(CheckFailure) -> pid_t {
        defer { close(end) }
        return try Shell.start(command, output: end)
    }

    private func number(
        from descriptor: Int32, _ process: pid_t, _ wait: (Int64) throws(CheckFailure) -> Void
    ) throws(CheckFailure) -> Int {
        var printed: [UInt8] = []
        let end = monotonicMilliseconds() + Self.patience
        var ending: Shell.Ending?
        while ending == nil {
            guard monotonicMilliseconds() < end else { throw .uncounted("it took longer than \(Outcome.seconds(Self.patience))") }
            ending = Shell.ending(of: process)
            Self.read(descriptor, &printed)
            if ending == nil { try wait(Self.slice) }
        }
        guard ending == .exited(0) else { throw .uncounted(ending?.text ?? "it is gone") }
        let text = String(decoding: printed.filter { $0 > 0x20 }, as: UTF8.self)
        guard let number = Int(text), number >= 0 else {
            throw .uncounted(text.isEmpty ? "it printed nothing" : "it printed '\(text.prefix(40))'")
        }
        return number
    }

    private static func read(_ descriptor: Int32, _ printed: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: room)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            printed += chunk[..<min(count, max(0, room - printed.count))]
        }
    }
}
