import Foundation
import GRDB
import Participants
import SkaldClient

/// A participant: a database file with seats to reserve, and a barrier over it.
final class Seats: Sendable {
    let path: String
    let barrier: Barrier
    private let folder: URL
    private let queue: DatabaseQueue

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "skald-seats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "seats.sqlite").path
        queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE seats (seat TEXT PRIMARY KEY)") }
        barrier = try Barrier(path: path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What is reserved.
    var taken: [String] { get throws { try queue.read { try String.fetchAll($0, sql: "SELECT seat FROM seats ORDER BY seat") } } }

    /// `operation state`, in order.
    var states: [String] {
        get throws {
            try queue.read { db in
                guard try db.tableExists("skald_operations") else { return [] }
                return try String.fetchAll(
                    db, sql: "SELECT operation || ' ' || state FROM skald_operations ORDER BY operation")
            }
        }
    }

    func text(_ sql: String) throws -> String? { try queue.read { try String.fetchOne($0, sql: sql) } }

    func execute(_ sql: String) throws { try queue.write { try $0.execute(sql: sql) } }

    static func reserve(_ seat: String, undo: Undo? = nil) -> Barrier.Effect {
        { db, _ in
            try db.execute(sql: "INSERT INTO seats VALUES (?)", arguments: [seat])
            return Done(["seat": .string(seat)], undo: undo)
        }
    }

    /// Frees the seat that the do says it took.
    static let free: Barrier.Effect = { db, task in
        let seat = task.doneOperation?.result?["seat"]?.stringValue
        try db.execute(sql: "DELETE FROM seats WHERE seat = ?", arguments: [seat])
        return ["freed": .optional(seat)]
    }

    /// Reserves, then throws.
    static func failing(_ error: any Error & Sendable) -> Barrier.Effect {
        { db, task in
            _ = try reserve("z")(db, task)
            throw error
        }
    }
}

struct Accident: Error, Equatable {}

func task(
    _ direction: WorkerTask.Direction, saga: String = "s1", attempt: UInt64 = 1, epoch: UInt64 = 5, generation: String = "",
    result: JSON? = nil
) -> WorkerTask {
    let about = DoneOperation(operation: "\(saga)/seat/do", input: [:], result: result)
    return WorkerTask(
        action: "seat", operation: "\(saga)/seat/\(direction.rawValue)\(generation)", attempt: attempt, saga: saga, step: "seat",
        direction: direction, epoch: epoch, doneOperation: direction == .do ? nil : about)
}
