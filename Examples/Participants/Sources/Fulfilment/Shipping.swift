import GRDB
import Participants
import SkaldClient

/// The carrier: `shipping.quote` names a price and changes nothing, `shipping.dispatch` sends a parcel on its way.
struct Shipping {
    private static let schema = """
        CREATE TABLE IF NOT EXISTS dispatches (
            parcel INTEGER PRIMARY KEY, order_id TEXT NOT NULL, reservation TEXT NOT NULL, address TEXT NOT NULL
        );
        """

    private let participant: Participant

    init(_ path: String) throws { participant = try Participant(path, schema: Self.schema) }

    func offer(to worker: Worker, _ trouble: Trouble) {
        worker.action("shipping.quote", trouble.around(Self.quote))
        worker.action("shipping.dispatch", trouble.around(participant.once(Self.dispatch)))
    }

    /// Needs no barrier: asked twice it says the same.
    private static let quote: Worker.Handler = { task in ["price": .int(3 + 2 * (try task.input.number("count")))] }

    private static let dispatch: Barrier.Effect = { db, task in
        try db.execute(
            sql: "INSERT INTO dispatches (order_id, reservation, address) VALUES (?, ?, ?)",
            arguments: [task.input.text("order"), task.input.text("reservation"), task.input.text("address")])
        return ["tracking": .string("t-\(db.lastInsertedRowID)")]
    }
}
