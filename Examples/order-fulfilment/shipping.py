"""The carrier: `shipping.quote` names a price and changes nothing, `shipping.dispatch` sends a parcel on its way."""
import participant

SCHEMA = """
CREATE TABLE IF NOT EXISTS dispatches (
    parcel INTEGER PRIMARY KEY, order_id TEXT NOT NULL, reservation TEXT NOT NULL, address TEXT NOT NULL
);
"""


def offer(worker, path, trouble):
    barrier = participant.barrier(path, SCHEMA)

    @worker.action("shipping.quote")
    @trouble
    def quote(task):
        # Needs no barrier: asked twice it says the same.
        return {"price": 3 + 2 * task.input["count"]}

    @worker.action("shipping.dispatch")
    @trouble
    def dispatch(task):
        def effect(db):
            sent = db.execute("INSERT INTO dispatches (order_id, reservation, address) VALUES (?, ?, ?)",
                              (task.input["order"], task.input["reservation"], task.input["address"]))
            return {"tracking": f"t-{sent.lastrowid}"}

        return barrier.run(task, effect)
