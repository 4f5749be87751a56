"""The same seats with the Python kit and its barrier: `kit.py ENDPOINT FOLDER`."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients" / "python" / "src"))

import skald  # noqa: E402

endpoint, folder = sys.argv[1:]
barrier = skald.SQLiteBarrier(f"{folder}/seats.db")
worker = skald.Worker(endpoint, credit=8, heartbeat=0.5)


def effect(db, operation):
    db.execute("CREATE TABLE IF NOT EXISTS effects (operation TEXT NOT NULL)")
    db.execute("INSERT INTO effects VALUES (?)", (operation,))
    return db.execute("SELECT count(*) FROM effects").fetchone()[0]


@worker.action("seat.reserve")
def reserve(task):
    def book(db):
        if "to" not in task.input:
            raise skald.Refuse("bad_input", "'to' is missing")
        return {"seat": effect(db, task.operation)}
    return barrier.run(task, book)


@worker.action("seat.cancel")
def cancel(task):
    return barrier.run(task, lambda db: effect(db, task.operation) and {})


@worker.action("seat.status")
def status(task):
    return barrier.probe(task)


worker.run()
