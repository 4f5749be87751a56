import GRDB
import Participants
import SkaldClient

/// The card: `payment.charge` charges it, `payment.status` says whether it was charged. There is no way back.
struct Payment {
    private static let schema = """
        CREATE TABLE IF NOT EXISTS charges (
            charge INTEGER PRIMARY KEY, order_id TEXT NOT NULL, customer TEXT NOT NULL, amount INTEGER NOT NULL
        );
        """

    private let participant: Participant

    init(_ path: String) throws { participant = try Participant(path, schema: Self.schema) }

    func offer(to worker: Worker, _ trouble: Trouble) {
        worker.action("payment.charge", trouble.around(participant.once(Self.charge)))
        worker.action("payment.status", trouble.around(participant.asked))
    }

    private static let charge: Barrier.Effect = { db, task in
        let customer = try task.input.text("customer")
        guard !customer.hasPrefix("broke") else { throw Refuse("declined", "the card of \(customer) is declined") }
        let amount = try task.input.number("amount") + task.input.number("shipping")
        try db.execute(
            sql: "INSERT INTO charges (order_id, customer, amount) VALUES (?, ?, ?)",
            arguments: [task.input.text("order"), customer, amount])
        return ["charge": .string("c-\(db.lastInsertedRowID)"), "amount": .int(amount)]
    }
}
