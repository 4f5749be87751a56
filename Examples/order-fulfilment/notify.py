"""The letter box: `notify.send` writes to the customer. The letter lies in the outbox, from where somebody posts it."""
import participant

SCHEMA = "CREATE TABLE IF NOT EXISTS letters (letter INTEGER PRIMARY KEY, customer TEXT NOT NULL, tracking TEXT NOT NULL)"


def offer(worker, path, trouble):
    barrier = participant.barrier(path, SCHEMA)

    @worker.action("notify.send")
    @trouble
    def send(task):
        def effect(db):
            written = db.execute("INSERT INTO letters (customer, tracking) VALUES (?, ?)",
                                 (task.input["customer"], task.input["tracking"]))
            return {"letter": written.lastrowid}

        return barrier.run(task, effect)
