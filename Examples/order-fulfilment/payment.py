"""The card: `payment.charge` charges it, `payment.status` says whether it was charged. There is no way back."""
import participant
import skald

SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    charge INTEGER PRIMARY KEY, order_id TEXT NOT NULL, customer TEXT NOT NULL, amount INTEGER NOT NULL
);
"""


def offer(worker, path, trouble):
    barrier = participant.barrier(path, SCHEMA)

    @worker.action("payment.charge")
    @trouble
    def charge(task):
        def effect(db):
            customer, amount = task.input["customer"], task.input["amount"] + task.input["shipping"]
            if customer.startswith("broke"):
                raise skald.Refuse("declined", f"the card of {customer} is declined")
            charged = db.execute("INSERT INTO charges (order_id, customer, amount) VALUES (?, ?, ?)",
                                 (task.input["order"], customer, amount))
            return {"charge": f"c-{charged.lastrowid}", "amount": amount}

        return barrier.run(task, effect)

    @worker.action("payment.status")
    @trouble
    def status(task):
        return barrier.probe(task)
