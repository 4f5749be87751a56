import GRDB
import SkaldClient

/// The table `skald_operations`, inside one transaction.
struct Ledger {
    let db: Database

    init(_ db: Database) { self.db = db }

    /// Milliseconds since 1970.
    private static let now = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"

    func create() throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS skald_operations (
                    operation TEXT PRIMARY KEY, direction TEXT NOT NULL, state TEXT NOT NULL, code TEXT, answer JSON,
                    epoch INTEGER NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL
                ) WITHOUT ROWID
                """)
    }

    /// The row, made `open` if it was not there. Nobody else has it until the transaction ends.
    func claim(
        _ operation: String, _ direction: WorkerTask.Direction, epoch: UInt64, attempt: UInt64 = 0
    ) throws -> OperationRow {
        try db.execute(
            sql: """
                INSERT INTO skald_operations VALUES (?, ?, 'open', NULL, NULL, ?, ?, \(Self.now)) ON CONFLICT (operation) DO NOTHING
                """,
            arguments: [operation, direction.rawValue, Int64(clamping: epoch), Int64(clamping: attempt)])
        let found = try Row.fetchOne(
            db, sql: "SELECT state, code, answer, epoch, attempt FROM skald_operations WHERE operation = ?",
            arguments: [operation])
        guard let row = found, let state = OperationRow.State(rawValue: row["state"]) else {
            throw Unknown("the row of \(operation) in skald_operations cannot be read")
        }
        let answer: String? = row["answer"]
        return OperationRow(
            state: state, code: row["code"], answer: try answer.map { try JSON.parse($0) } ?? .null,
            epoch: UInt64(clamping: row["epoch"] as Int64), attempt: UInt64(clamping: row["attempt"] as Int64))
    }

    /// Writes a row that was claimed.
    func store(
        _ operation: String, _ state: OperationRow.State, code: String? = nil, answer: JSON? = nil, epoch: UInt64,
        attempt: UInt64 = 0
    ) throws {
        try db.execute(
            sql: """
                UPDATE skald_operations SET state = ?, code = ?, answer = ?, epoch = ?, attempt = ?, at = \(Self.now)
                WHERE operation = ?
                """,
            arguments: [
                state.rawValue, code, answer?.text, Int64(clamping: epoch), Int64(clamping: attempt), operation,
            ])
    }

    func sweep(olderThan age: Duration) throws -> Int {
        let milliseconds = age.components.seconds * 1000 + age.components.attoseconds / 1_000_000_000_000_000
        try db.execute(sql: "DELETE FROM skald_operations WHERE at < \(Self.now) - ?", arguments: [milliseconds])
        return db.changesCount
    }
}
