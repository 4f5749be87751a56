"""The warehouse: `stock.reserve` takes goods from the shelf for an order, `stock.release` puts them back."""
import random

import participant
import skald

SCHEMA = """
CREATE TABLE IF NOT EXISTS shelf (sku TEXT PRIMARY KEY, remaining INTEGER NOT NULL);
INSERT INTO shelf VALUES ('lamp', 1000000), ('bread', 1000000), ('unicorn', 0) ON CONFLICT (sku) DO NOTHING;
CREATE TABLE IF NOT EXISTS reservations (
    reservation INTEGER PRIMARY KEY, order_id TEXT NOT NULL, sku TEXT NOT NULL, count INTEGER NOT NULL,
    released INTEGER NOT NULL DEFAULT 0
);
"""


def offer(worker, path, trouble):
    barrier = participant.barrier(path, SCHEMA)

    @worker.action("stock.reserve")
    @trouble
    def reserve(task):
        sku, count = task.input["sku"], task.input["count"]

        def effect(db):
            if sku == "bread" and random.random() < 0.5:
                raise skald.Refuse("restocking", "the baker is on her way")
            taken = db.execute("UPDATE shelf SET remaining = remaining - ? WHERE sku = ? AND remaining >= ?", (count, sku, count))
            if taken.rowcount != 1:
                raise skald.Refuse("out_of_stock", f"fewer than {count} of {sku} are left")
            kept = db.execute("INSERT INTO reservations (order_id, sku, count) VALUES (?, ?, ?)",
                              (task.input["order"], sku, count))
            return {"reservation": f"r-{kept.lastrowid}"}

        return barrier.run(task, effect)

    @worker.action("stock.release")
    @trouble
    def release(task):
        def effect(db):
            # Runs only when this database has the reservation: the barrier answers for one that never was.
            reservation = int(task.done_operation.result["reservation"][2:])
            sku, count = db.execute("UPDATE reservations SET released = released + 1 WHERE reservation = ? RETURNING sku, count",
                                    (reservation,)).fetchone()
            db.execute("UPDATE shelf SET remaining = remaining + ? WHERE sku = ?", (count, sku))

        return barrier.run(task, effect)
