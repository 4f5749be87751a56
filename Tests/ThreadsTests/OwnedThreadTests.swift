import Foundation
import Synchronization
import Testing
import Threads

@Suite struct OwnedThreadTests {
    @Test func `joining waits for the body`() throws {
        let counter = Counter()
        let thread = try OwnedThread("a-name-that-is-longer-than-fifteen-bytes") {
            for _ in 0..<100_000 { counter.value.add(1, ordering: .relaxed) }
        }
        thread.join()
        thread.join()
        #expect(counter.value.load(ordering: .relaxed) == 100_000)
        #expect(!thread.isCurrent)
    }

    @Test func `what the body captured is gone when it is joined`() throws {
        for _ in 0..<100 {
            let (thread, captured) = try Self.threadWithCapture()
            thread.join()
            #expect(captured.counter == nil)
        }
    }

    private static func threadWithCapture() throws -> (OwnedThread, Weak) {
        let counter = Counter()
        let thread = try OwnedThread("captures") { counter.value.add(1, ordering: .relaxed) }
        return (thread, Weak(counter: counter))
    }

    @Test func `a thread carries its name, cut to fifteen bytes`() throws {
        let name = Name()
        let thread = try OwnedThread("skald-with-a-long-name") { name.read() }
        thread.join()
        #expect(name.text.withLock { $0 } == "skald-with-a-lo")
    }

    @Test func `what kept a thread from being started is told`() {
        let text = "a thread cannot be started: Resource temporarily unavailable (errno 11)"
        #expect(ThreadError(code: EAGAIN).description == text)
    }
}

private final class Counter: Sendable { let value = Atomic(0) }

private struct Weak { weak var counter: Counter? }

private final class Name: Sendable {
    let text = Mutex("")

    func read() {
        let comm = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
        text.withLock { $0 = comm.trimmingCharacters(in: .newlines) }
    }
}
