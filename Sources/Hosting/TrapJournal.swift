import Engine
import Glibc
import Synchronization

/// The crash journal of a real process: a file beside the store, one line a trap, written by the signal handler itself.
///
/// Everything the handler touches is made before: a descriptor, a buffer of fixed size, its length. One server a process.
final class TrapJournal: CrashJournal {
    private let path: String
    private let counts: Mutex<[String: Int]>

    init(path: String) throws(ServeFailure) {
        self.path = path
        counts = Mutex(Self.read(path))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .storage("\(path): \(String(cString: strerror(errno)))") }
        trapDescriptor.store(descriptor, ordering: .releasing)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = noteTrap
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
        }
    }

    func crashes(of saga: String) -> Int { counts.withLock { $0[saga] ?? 0 } }

    func running(_ saga: String?) {
        guard let saga else { return trapLength.store(0, ordering: .releasing) }
        var length = 0
        for byte in saga.utf8.prefix(trapCapacity - 1) {
            trapBuffer[length] = byte
            length += 1
        }
        trapBuffer[length] = UInt8(ascii: "\n")
        trapLength.store(length + 1, ordering: .releasing)
    }

    func forget(_ saga: String) {
        let rest = counts.withLock { counts in
            counts[saga] = nil
            return counts.keys.sorted().flatMap { Array(repeating: $0, count: counts[$0] ?? 0) }
        }
        // Rewritten in place: losing a count only means that a trap is met once more.
        guard let stream = fopen(path, "w") else { return }
        for line in rest { fputs(line + "\n", stream) }
        fclose(stream)
    }

    private static func read(_ path: String) -> [String: Int] {
        guard let stream = fopen(path, "r") else { return [:] }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, stream)
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return lines.reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }
}

private let trapCapacity = 128
private let trapDescriptor = Atomic<Int32>(-1)
private let trapLength = Atomic(0)
// why: a signal handler may neither lock nor allocate; the writer's thread is the only one that fills it.
nonisolated(unsafe) private let trapBuffer = UnsafeMutablePointer<UInt8>.allocate(capacity: trapCapacity)

/// Runs inside the signal: write, sync, and let the signal's own action end the process.
@Sendable private func noteTrap(_ number: Int32) {
    let length = trapLength.load(ordering: .acquiring)
    let descriptor = trapDescriptor.load(ordering: .acquiring)
    if length > 0, descriptor >= 0 {
        _ = write(descriptor, trapBuffer, length)
        fsync(descriptor)
    }
    raise(number)
}
