import EventLog
import LMDB
import Synchronization
import Threads

/// Holds the tables of a large store against their sums after its start, once and in one view. What is wrong fails the store.
///
/// It reads for long, so on a thread of its own. Letting go of the watch ends that and waits for it: the thread holds the
/// environment, which cannot be opened again before it is closed.
final class TablesWatch: Sendable {
    private let look = Look()
    private let thread: OwnedThread

    init(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths) throws(ThreadError) {
        let look = look
        thread = try OwnedThread("skald-tables") { look.run(environment, tables, paths) }
    }

    deinit {
        look.isStopped.store(true, ordering: .relaxed)
        thread.join()
    }

    /// Throws what was found.
    func check() throws(LogFailure) {
        if let text = look.damage.withLock({ $0 }) { throw .failed(text) }
    }
}

/// What the thread works on: never the watch itself, whose end it would then keep from coming.
private final class Look: Sendable {
    let damage = Mutex<String?>(nil)
    let isStopped = Atomic(false)

    func run(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths) {
        guard let text = problem(environment, tables) else { return }
        damage.withLock { $0 = "\(paths.data): \(text): \(TableScan.advice)" }
    }

    private func problem(_ environment: Environment, _ tables: StoreTables) -> String? {
        var first: String?
        do {
            try environment.read { transaction in
                guard let stored = try TableSums.stored(transaction, tables) else { return }
                TableScan(transaction, tables, isStopped: { self.isStopped.load(ordering: .relaxed) }).run(against: stored) {
                    first = first ?? "table \($0): \($1)"
                }
            }
        } catch { return "its tables cannot be read: \(error)" }
        return first
    }
}
