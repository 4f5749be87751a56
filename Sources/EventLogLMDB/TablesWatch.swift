import EventLog
import LMDB
import Synchronization

/// Holds the tables of a large store against their sums after its start, once and in one view. What is wrong fails the store.
final class TablesWatch: Sendable {
    private let damage = Mutex<String?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    deinit { task.withLock { $0?.cancel() } }

    /// Throws what was found.
    func check() throws(LogFailure) {
        if let text = damage.withLock({ $0 }) { throw .failed(text) }
    }

    func start(_ environment: Environment, _ tables: StoreTables, _ paths: StorePaths) {
        let task = Task.detached(priority: .utility) { [weak self] in
            guard let text = TablesWatch.look(environment, tables) else { return }
            self?.damage.withLock { $0 = "\(paths.data): \(text): \(TableScan.advice)" }
        }
        self.task.withLock { $0 = task }
    }

    private static func look(_ environment: Environment, _ tables: StoreTables) -> String? {
        var first: String?
        do {
            try environment.read { transaction in
                guard let stored = try TableSums.stored(transaction, tables) else { return }
                TableScan(transaction, tables, isStopped: { Task.isCancelled }).run(against: stored) { table, what in
                    first = first ?? "table \(table): \(what)"
                }
            }
        } catch { return "its tables cannot be read: \(error)" }
        return first
    }
}
