import Glibc
import Synchronization

/// What is said when a bad access or an assertion in C ends the process. LMDB trusts its pages: a damaged one can lead it
/// outside of the file. Whoever is called at night then needs an exit status and a next step, not a bare signal.
enum LastWords {
    /// Signals that a damaged page can lead to. A trap of Swift code is another one, and stays what it is.
    static let signals = [SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

    /// Call before the store is opened; once a process. Longer words are cut.
    static func prepare(_ words: String) {
        var length = 0
        for byte in words.utf8.prefix(capacity) {
            buffer[length] = byte
            length += 1
        }
        count.store(length, ordering: .releasing)
        for number in signals { handle(number, noteTrap) }
    }

    /// Ends the process with exit status 74 when there are words for this signal. Runs inside the signal: writes, and nothing else.
    static func exit(on number: Int32) {
        let length = count.load(ordering: .acquiring)
        // Spelt out: looking into the list above is not safe inside a signal.
        guard length > 0, number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGABRT else { return }
        _ = write(STDERR_FILENO, buffer, length)
        _exit(74)
    }

    /// Runs `handler` for a signal, once, on the thread's spare stack if it has one.
    static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND) | UInt32(SA_ONSTACK))
        sigaction(number, &action, nil)
    }

    private static let capacity = 4096
    private static let count = Atomic(0)
    // why: a signal handler may neither lock nor allocate; filled once, before the store is opened.
    nonisolated(unsafe) private static let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
}
