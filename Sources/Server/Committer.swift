import EventLog
import Synchronization
import Threads
import ZeroMQ

/// The thread on which a commit waits for the disk while the next batch is decided. One commit at a time.
///
/// `submit` and `take` belong to the front door.
final class Committer: Sendable {
    private struct State {
        var commit: Commit?
        /// A commit was given and is not taken yet.
        var isBusy = false
        /// How the last commit ended, until it is taken.
        var outcome: Outcome?
        var isStopping = false
    }

    private struct Outcome { let failure: LogFailure? }

    /// Readable when a commit has ended.
    let done: WakeUp
    private let work: WakeUp
    private let log: any EventLog
    private let state = Mutex(State())
    private let thread = Mutex<OwnedThread?>(nil)

    init(_ log: any EventLog) throws {
        self.log = log
        done = try WakeUp()
        work = try WakeUp()
        let thread = try OwnedThread("skald-commit") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    /// Makes it durable, beside the caller. The one before must have been taken.
    func submit(_ commit: Commit) {
        state.withLock { state in
            precondition(!state.isBusy, "one commit at a time")
            (state.commit, state.isBusy) = (commit, true)
        }
        work.signal()
    }

    /// Blocks until the commit has ended; answers what kept it from being durable.
    func take() -> LogFailure? {
        var poller = Poller()
        _ = poller.add(descriptor: done.descriptor)
        while true {
            let outcome = state.withLock { state in
                defer { state.outcome = nil }
                if state.outcome != nil { state.isBusy = false }
                return state.outcome
            }
            if let outcome {
                done.drain()
                return outcome.failure
            }
            // A failed or interrupted wait only means looking again.
            _ = try? poller.wait(.seconds(1))
            done.drain()
        }
    }

    /// Whether `take` would answer at once.
    var isDone: Bool { state.withLock { $0.outcome != nil } }

    var isBusy: Bool { state.withLock { $0.isBusy } }

    /// Ends the thread behind the commit it is at.
    func stop() {
        state.withLock { $0.isStopping = true }
        work.signal()
        thread.withLock { $0 }?.join()
    }

    private func run() {
        var poller = Poller()
        _ = poller.add(descriptor: work.descriptor)
        while true {
            let (commit, isStopping) = state.withLock { state in
                defer { state.commit = nil }
                return (state.commit, state.isStopping)
            }
            if let commit {
                finish(commit)
            } else if isStopping {
                return
            } else {
                _ = try? poller.wait(.seconds(1))
                work.drain()
            }
        }
    }

    private func finish(_ commit: Commit) {
        var failure: LogFailure?
        do throws(LogFailure) { try log.commit(commit) } catch { failure = error }
        state.withLock { $0.outcome = Outcome(failure: failure) }
        done.signal()
    }
}
