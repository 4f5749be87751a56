import Kernel
import Synchronization

/// A log that forgets everything with its process: for tests, and for the simulator, which lets it fail on purpose.
public final class InMemoryEventLog: EventLog {
    private struct State: Sendable {
        var contents = InMemoryContents()
        var space = SpaceState.green
        var next: LogFailure?
        var failed: String?
    }

    public let identity: StoreIdentity
    private let state = Mutex(State())

    public init(identity: StoreIdentity) { self.identity = identity }

    public var space: SpaceState { state.withLock { $0.space } }

    public func setSpace(_ space: SpaceState) { state.withLock { $0.space = space } }

    /// The next commit fails with this and changes nothing; after `.failed` so do all that follow.
    public func failNextCommit(_ failure: LogFailure) { state.withLock { $0.next = failure } }

    public func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        let contents = state.withLock { $0.contents }
        return try body(InMemoryLogReader(contents: contents))
    }

    public func commit(_ commit: Commit) throws(LogFailure) {
        let failure = state.withLock { state -> LogFailure? in
            if let reason = state.failed { return .failed(reason) }
            if let failure = state.next {
                state.next = nil
                if case .failed(let reason) = failure { state.failed = reason }
                return failure
            }
            if state.space == .red { return .full("the store is read-only: no space is left") }
            state.contents.apply(commit)
            return nil
        }
        if let failure { throw failure }
    }
}
