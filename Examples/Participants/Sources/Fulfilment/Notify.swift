import GRDB
import Participants
import SkaldClient

/// The letter box: `notify.send` writes to the customer. The letter lies in the outbox, from where somebody posts it.
struct Notify {
    private static let schema = """
        CREATE TABLE IF NOT EXISTS letters (
            letter INTEGER PRIMARY KEY, customer TEXT NOT NULL, tracking TEXT NOT NULL
        );
        """

    private let participant: Participant

    init(_ path: String) throws { participant = try Participant(path, schema: Self.schema) }

    func offer(to worker: Worker, _ trouble: Trouble) {
        worker.action("notify.send", trouble.around(participant.once(Self.send)))
    }

    private static let send: Barrier.Effect = { db, task in
        try db.execute(
            sql: "INSERT INTO letters (customer, tracking) VALUES (?, ?)",
            arguments: [task.input.text("customer"), task.input.text("tracking")])
        return ["letter": .int(db.lastInsertedRowID)]
    }
}
