import GRDB
import Glibc
import Participants
import SkaldClient

/// The SQLite file of one participant, and the barrier over it.
struct Participant: Sendable {
    private let barrier: Barrier

    /// Makes the tables when they are missing.
    init(_ path: String, schema: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        // One sync for a commit, and readers are not in the way. GRDB's own WAL mode would leave that sync out as well.
        try database.writeWithoutTransaction { db in try Participant.keepLog(db) }
        try database.write { db in try db.execute(sql: schema) }
        barrier = Barrier(database)
    }

    /// SQLite does not wait for another process that changes the same file's mode, whatever the busy timeout: ask again.
    private static func keepLog(_ db: Database) throws {
        for _ in 1..<modeTries {
            do { return try db.execute(sql: "PRAGMA journal_mode = WAL") } catch let error as DatabaseError {
                guard error.resultCode == .SQLITE_BUSY else { throw error }
                // why: nothing runs yet beside the start that waits here.
                usleep(50_000)
            }
        }
        try db.execute(sql: "PRAGMA journal_mode = WAL")
    }

    private static let modeTries = 200

    /// The handler that runs `effect` once for each operation.
    func once(_ effect: @escaping Barrier.Effect) -> Worker.Handler { { task in try await barrier.run(task, effect) } }

    /// The handler that says what became of an operation.
    var asked: Worker.Handler { { task in try await barrier.probe(task) } }
}

extension JSON {
    /// What the definition promises to send; without it nothing is done, now or ever.
    func text(_ name: String) throws -> String {
        guard let value = self[name]?.stringValue else { throw Refuse("bad_request", "'\(name)' must be a string") }
        return value
    }

    func number(_ name: String) throws -> Int64 {
        guard let value = self[name]?.intValue else { throw Refuse("bad_request", "'\(name)' must be an integer") }
        return value
    }
}
