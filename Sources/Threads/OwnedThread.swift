import CThreads
import Glibc
import Synchronization

/// A named thread of our own, for code that blocks and so must not run on the cooperative pool.
///
/// The owner ends the work (with a flag, and something that wakes it) and then joins. Left unjoined it runs on by itself.
public final class OwnedThread: Sendable {
    private let thread: pthread_t
    private let isJoined = Atomic(false)

    /// Starts `body` at once. `name` shows in debuggers and `top`, cut to 15 bytes.
    public init(_ name: String, _ body: sending @escaping () -> Void) throws(ThreadError) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        let status = pthread_create(&thread, nil, runWork, work.toOpaque())
        guard status == 0 else {
            work.release()
            throw ThreadError(code: status)
        }
        self.thread = thread
    }

    deinit {
        if !isJoined.load(ordering: .acquiring) { pthread_detach(thread) }
    }

    /// Blocks until the body has returned and what it captured is let go of. Once: later calls return immediately. Never from the
    /// thread itself.
    public func join() {
        precondition(!isCurrent, "a thread cannot wait for itself")
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pthread_join(thread, nil)
    }

    /// Whether the caller runs on this thread.
    public var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }
}

/// What a new thread is handed.
private final class Work {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    pthread_setname_np(pthread_self(), String(decoding: work.name.utf8.prefix(15), as: UTF8.self))
    work.body()
    return nil
}
