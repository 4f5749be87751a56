import GRDB
import Participants
import SkaldClient

/// The warehouse: `stock.reserve` takes goods from the shelf for an order, `stock.release` puts them back.
struct Stock {
    private static let schema = """
        CREATE TABLE IF NOT EXISTS shelf (sku TEXT PRIMARY KEY, remaining INTEGER NOT NULL);
        INSERT INTO shelf VALUES ('lamp', 1000000), ('bread', 1000000), ('unicorn', 0) ON CONFLICT (sku) DO NOTHING;
        CREATE TABLE IF NOT EXISTS reservations (
            reservation INTEGER PRIMARY KEY, order_id TEXT NOT NULL, sku TEXT NOT NULL, count INTEGER NOT NULL,
            released INTEGER NOT NULL DEFAULT 0
        );
        """

    private let participant: Participant

    init(_ path: String) throws { participant = try Participant(path, schema: Self.schema) }

    func offer(to worker: Worker, _ trouble: Trouble) {
        worker.action("stock.reserve", trouble.around(participant.once(Self.reserve)))
        worker.action("stock.release", trouble.around(participant.once(Self.release)))
    }

    private static let reserve: Barrier.Effect = { db, task in
        let (sku, count) = (try task.input.text("sku"), try task.input.number("count"))
        // why: a shelf that is being filled or not is an example's whim
        if sku == "bread", Bool.random() { throw Refuse("restocking", "the baker is on her way") }
        try db.execute(
            sql: "UPDATE shelf SET remaining = remaining - ? WHERE sku = ? AND remaining >= ?", arguments: [count, sku, count])
        guard db.changesCount == 1 else { throw Refuse("out_of_stock", "fewer than \(count) of \(sku) are left") }
        try db.execute(
            sql: "INSERT INTO reservations (order_id, sku, count) VALUES (?, ?, ?)",
            arguments: [task.input.text("order"), sku, count])
        return ["reservation": .string("r-\(db.lastInsertedRowID)")]
    }

    /// Runs only when this database has the reservation: the barrier answers for one that never was.
    private static let release: Barrier.Effect = { db, task in
        let done = task.doneOperation?.result ?? .null
        let reservation = Int64(try done.text("reservation").dropFirst(2))
        let found = try Row.fetchOne(
            db, sql: "UPDATE reservations SET released = released + 1 WHERE reservation = ? RETURNING sku, count",
            arguments: [reservation])
        guard let goods = found else { throw Unknown("the reservation is not there") }
        try db.execute(
            sql: "UPDATE shelf SET remaining = remaining + ? WHERE sku = ?",
            arguments: [goods["count"] as Int64, goods["sku"] as String])
        return Done()
    }
}
