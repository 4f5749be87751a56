import EventLog
import Kernel
import Synchronization

/// A disk that can be told what to do with the next commit; what it holds survives the server in front of it.
final class SimulatedLog: EventLog {
    private struct State {
        var fate = CommitFate.durable
        var space = SpaceState.green
        /// After a failed sync nothing is taken until the server starts again.
        var isBroken = false
        var damaged: LogKey?
        var commits = 0
    }

    private let disk: InMemoryEventLog
    private let state = Mutex(State())

    init() {
        let created = Timestamp(milliseconds: 0)
        disk = InMemoryEventLog(identity: StoreIdentity(uuid: "00000000-0000-4000-8000-000000000000", created: created))
    }

    var identity: StoreIdentity { disk.identity }
    var space: SpaceState { state.withLock { $0.space } }
    var commits: Int { state.withLock { $0.commits } }

    func setSpace(_ space: SpaceState) { state.withLock { $0.space = space } }
    func setFate(_ fate: CommitFate) { state.withLock { $0.fate = fate } }
    /// From now on this entry cannot be read: its checksum does not fit.
    func damage(_ key: LogKey) { state.withLock { $0.damaged = key } }
    /// A new process opens it.
    func reopen() {
        state.withLock {
            $0.isBroken = false
            $0.fate = .durable
        }
    }

    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result {
        let damaged = state.withLock { $0.damaged }
        return try disk.read { reader in
            guard let damaged else { return try body(reader) }
            return try body(DamagedReader(reader: reader, damaged: damaged))
        }
    }

    func commit(_ commit: Commit) throws(LogFailure) {
        let fate = state.withLock { state -> CommitFate in
            if state.isBroken { return .lost }
            state.commits += 1
            state.isBroken = state.fate == .lost || state.fate == .untold
            return state.space == .red ? .full : state.fate
        }
        switch fate {
        case .durable: try disk.commit(commit)
        case .full: throw .full("no space left")
        case .lost: throw .failed("the sync failed")
        case .untold:
            try disk.commit(commit)
            throw .failed("the sync failed")
        }
    }
}
