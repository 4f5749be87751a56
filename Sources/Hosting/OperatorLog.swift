import Glibc
import Kernel
import Server

/// What a server tells whoever runs it: lines on standard error, each with its time. Any thread.
struct OperatorLog: Sendable {
    let name: String
    /// False where systemd's journal reads: it keeps the time of each line itself.
    let hasTimes: Bool

    init(name: String) {
        let stream = getenv("JOURNAL_STREAM").map { String(cString: $0) }
        self.init(name: name, hasTimes: !Self.isJournal(STDERR_FILENO, stream: stream))
    }

    init(name: String, hasTimes: Bool) {
        self.name = name
        self.hasTimes = hasTimes
    }

    /// Writes at once, whatever becomes of it: there is nobody to tell.
    func say(_ text: String) {
        let bytes = Array(lines(text, at: SystemClock.wall()).utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// A text of several lines becomes as many lines of the log.
    func lines(_ text: String, at time: Timestamp) -> String {
        let lead = hasTimes ? "\(time) \(name): " : "\(name): "
        return text.split(separator: "\n").map { lead + $0 + "\n" }.joined()
    }

    /// Whether a descriptor is the `stream` that systemd says its journal reads, as `DEVICE:INODE`. A program that was given another
    /// standard error still inherits the word about the old one, so both have to agree.
    static func isJournal(_ descriptor: Int32, stream: String?) -> Bool {
        var file = stat()
        guard let stream, fstat(descriptor, &file) == 0 else { return false }
        return stream == "\(file.st_dev):\(file.st_ino)"
    }
}
