public import GRDB
public import SkaldClient

/// One effect per operation, in the participant's own SQLite database: no undo of what never was, no late do behind its undo.
///
///     let barrier = try Barrier(path: "stock.sqlite")
///     worker.action("stock.reserve") { task in
///         try await barrier.run(task) { db, task in
///             try db.execute(sql: "UPDATE shelf SET left = left - 1 WHERE item = ? AND left > 0", arguments: ["lamp"])
///             guard db.changesCount == 1 else { throw Refuse("sold_out") }
///             return ["reserved": 1]
///         }
///     }
///
/// What was answered before is looked up, the effect runs, and its answer is stored beside it, all in one transaction. The
/// table `skald_operations` is made when it is missing, and is the same as that of the Python kit. Used by any number of
/// tasks, connections and processes at once; waiting never blocks the cooperative pool.
public struct Barrier: Sendable {
    /// Runs inside the barrier's transaction and must not end it. Gets the task as this database knows it: of an undo, with
    /// the result of the do. What it does elsewhere is not protected.
    public typealias Effect = @Sendable (Database, WorkerTask) throws -> Done

    private let database: any DatabaseWriter

    /// In a database that is open already. It should have a busy mode that waits.
    public init(_ database: any DatabaseWriter) { self.database = database }

    /// Opens a connection of its own; waits for other writers at most `patience` seconds.
    public init(path: String, patience: Double = 30) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        database = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The answer to a task: stored before, or that of `effect`. `Refuse` is stored too, and what the effect changed before it
    /// is taken back; any other error leaves nothing behind and is thrown.
    public func run(_ task: WorkerTask, _ effect: @escaping Effect) async throws -> Done { try await settle(task, effect) }

    /// The answer to a probe: what is stored, or `NotNow` when the do has had no effect so far. Marks nothing.
    public func probe(_ task: WorkerTask) async throws -> Done {
        precondition(task.direction == .probe, "this task is no probe")
        return try await settle(task) { _, _ in throw Unknown("a probe has no effect") }
    }

    /// Deletes what is older, and says how many rows. Keep them longer than any saga lives: a do that is forgotten cannot be
    /// undone.
    @discardableResult public func sweep(olderThan age: Duration) async throws -> Int {
        try await database.write { db in
            let ledger = Ledger(db)
            try ledger.create()
            return try ledger.sweep(olderThan: age)
        }
    }

    private func settle(_ task: WorkerTask, _ effect: @escaping Effect) async throws -> Done {
        do {
            let answer = try await database.writeWithoutTransaction { db in
                var answer: Result<Done, any Error>?
                try db.inTransaction(.immediate) {
                    let verdict = try Settlement(Ledger(db), task, effect).verdict()
                    answer = verdict.answer
                    return verdict.keeps ? .commit : .rollback
                }
                return answer
            }
            guard let answer else { throw Unknown("the transaction ended without a verdict") }
            return try answer.get()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw Unknown("another writer holds the database")
        }
    }
}
