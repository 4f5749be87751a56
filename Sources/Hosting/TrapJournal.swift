import Engine
import Glibc
import Synchronization

/// The crash journal of a real process: a file beside the store, one line a trap, written by the signal handler itself.
///
/// Everything the handler touches is made before: a descriptor, a buffer of fixed size, its length. One server a process.
final class TrapJournal: CrashJournal {
    private let path: String
    private let counts: Mutex<[String: Int]>
    /// The thread that runs sagas, once it has a stack to trap on.
    private let prepared = Mutex<pthread_t?>(nil)

    init(path: String) throws(ServeFailure) {
        self.path = path
        counts = Mutex(Self.read(path))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .storage("\(path): \(String(cString: strerror(errno)))") }
        trapDescriptor.store(descriptor, ordering: .releasing)
        for number in [SIGILL, SIGTRAP] + LastWords.signals { LastWords.handle(number, noteTrap) }
    }

    func crashes(of saga: String) -> Int { counts.withLock { $0[saga] ?? 0 } }

    func running(_ saga: String?) {
        guard let saga else { return trapLength.store(0, ordering: .releasing) }
        prepareThread()
        var length = 0
        for byte in saga.utf8.prefix(trapCapacity - 1) {
            trapBuffer[length] = byte
            length += 1
        }
        trapBuffer[length] = UInt8(ascii: "\n")
        trapLength.store(length + 1, ordering: .releasing)
    }

    /// A handler that has used up the stack leaves no room on it, and the room beside it belongs to one thread.
    private func prepareThread() {
        guard prepared.withLock({ $0.map { pthread_equal($0, pthread_self()) == 0 } ?? true }) else { return }
        var spare = stack_t(ss_sp: .allocate(byteCount: spareStack, alignment: 16), ss_flags: 0, ss_size: spareStack)
        sigaltstack(&spare, nil)
        prepared.withLock { $0 = pthread_self() }
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
        var bytes = [UInt8](repeating: 0, count: largestJournal)
        let count = fread(&bytes, 1, bytes.count, stream)
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return lines.reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }
}

/// Bytes read of a journal at the start; a line is a trap of the whole process, so no real one comes near it.
private let largestJournal = 1 << 20
/// Bytes of the stack that the handler runs on; libc's `SIGSTKSZ` is less.
private let spareStack = 64 << 10
private let trapCapacity = 128
private let trapDescriptor = Atomic<Int32>(-1)
private let trapLength = Atomic(0)
// why: a signal handler may neither lock nor allocate; the writer's thread is the only one that fills it.
nonisolated(unsafe) private let trapBuffer = UnsafeMutablePointer<UInt8>.allocate(capacity: trapCapacity)

/// Runs inside the signal: write, sync, and let the signal's own action end the process, unless there are last words for it.
@Sendable func noteTrap(_ number: Int32) {
    let length = trapLength.load(ordering: .acquiring)
    let descriptor = trapDescriptor.load(ordering: .acquiring)
    if length > 0, descriptor >= 0 {
        _ = write(descriptor, trapBuffer, length)
        fsync(descriptor)
    }
    // A saga that was running is the nearer cause: its trap keeps its own signal.
    if length == 0 { LastWords.exit(on: number) }
    raise(number)
}
