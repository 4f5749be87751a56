"""Orders for order-fulfilment, the workers that fulfil them, and what their SQLite files say about it in the end.

The files are the ledger outside: the server has no part in them, and every effect of a step is a row of its own.
"""
import collections
import contextlib
import dataclasses
import os
import pathlib
import sqlite3
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STOCKED = 1_000_000     # what the shelf starts with, of everything but unicorns
ENDED = ("completed", "compensated")


def make_order(number, chance):
    """Seven of ten can be fulfilled at once; for the rest the shelf is being filled, or empty, or the card is declined."""
    sku = chance.choices(["lamp", "bread", "unicorn"], [8, 1, 1])[0]
    customer = chance.choices(["ann", "broke"], [9, 1])[0]
    return {"order": f"o-{number}", "customer": f"{customer}-{number}", "sku": sku, "count": chance.randint(1, 5),
            "amount": chance.randint(10, 500), "address": f"{number} Main Street"}


class Worker:
    """A worker's process, in `python` or `swift`; ended by its pid."""

    def __init__(self, language, swift, endpoint, data, log, options=()):
        program = [sys.executable, str(ROOT / "Examples/order-fulfilment/worker.py")] if language == "python" else [str(swift)]
        self.language, self.log = language, log
        self.command = [*program, "--endpoint", endpoint, "--data", str(data), *map(str, options)]
        self.environment = dict(os.environ, PYTHONPATH=str(ROOT / "clients/python/src"), SWIFT_BACKTRACE="enable=no")
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL; returns when it is gone."""
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()

    def stop(self, seconds=15):
        """SIGTERM; the exit code once it has answered what it held."""
        self.process.terminate()
        return self.process.wait(seconds)


@dataclasses.dataclass
class Audit:
    """What the participants have done for the sagas, told apart by what is wrong with it."""

    effects: int = 0        # rows that stand, and what was put back
    doubled: list = dataclasses.field(default_factory=list)     # an effect that is there twice
    wrong: list = dataclasses.field(default_factory=list)       # a saga and its effects do not agree

    @property
    def is_clean(self):
        return not self.doubled and not self.wrong


def audit(folder, sagas):
    """Holds the files in `folder` against the sagas as the server lists them; every order is that of one saga."""
    found = Audit()
    books = Books(folder)
    for saga in sagas:
        order = saga["input"]["order"]
        audit_order(found, order, saga, books)
        books.known.add(order)
    for order in sorted(books.orders() - books.known):
        found.wrong.append(f"{order}: has effects, and no saga asked for them")
    for sku, remaining in books.shelf.items():
        held = sum(one["count"] for rows in books.reservations.values() for one in rows
                   if one["sku"] == sku and not one["released"])
        if sku != "unicorn" and remaining + held != STOCKED:
            found.wrong.append(f"{sku}: {remaining} on the shelf and {held} reserved are not {STOCKED}")
    return found


class Books:
    """The participants' rows, by order."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.known = set()
        self.reservations = by_order(rows(folder / "stock.sqlite", "SELECT * FROM reservations"))
        self.charges = by_order(rows(folder / "payment.sqlite", "SELECT * FROM charges"))
        self.dispatches = by_order(rows(folder / "shipping.sqlite", "SELECT * FROM dispatches"))
        letters = rows(folder / "notify.sqlite", "SELECT tracking FROM letters")
        self.letters = collections.Counter(row["tracking"] for row in letters)
        self.shelf = {row["sku"]: row["remaining"] for row in rows(folder / "stock.sqlite", "SELECT * FROM shelf")}

    def orders(self):
        return self.reservations.keys() | self.charges.keys() | self.dispatches.keys()

    def of(self, order):
        """Reservations, charges, parcels and letters of an order."""
        parcels = self.dispatches.get(order, [])
        letters = sum(self.letters[f"t-{parcel['parcel']}"] for parcel in parcels)
        return self.reservations.get(order, []), self.charges.get(order, []), parcels, letters


def audit_order(found, order, saga, books):
    reservations, charges, parcels, letters = books.of(order)
    released = [one["released"] for one in reservations]
    counts = {"reservations": len(reservations), "charges": len(charges), "parcels": len(parcels), "letters": letters}
    found.effects += sum(counts.values()) + sum(released)
    found.doubled += [f"{order}: {count} {what}" for what, count in counts.items() if count > 1]
    found.doubled += [f"{order}: a reservation was released {times} times" for times in released if times > 1]
    standing = len(reservations) - sum(released)
    if saga["state"] == "completed":
        right = standing == len(charges) == len(parcels) == 1 and letters >= saga["output"]["notified"]
        right = right and charges[0]["amount"] == saga["input"]["amount"] + 3 + 2 * saga["input"]["count"]
    elif saga["state"] == "compensated":
        right = standing == len(charges) == len(parcels) == letters == 0
    else:
        right = True    # it has not ended: whether that may be is for the caller to say
    if not right:
        found.wrong.append(f"{order}: saga {saga['id']} is {saga['state']}, and there are {standing} reservations, "
                           f"{len(charges)} charges, {len(parcels)} parcels, {letters} letters")


def rows(path, query):
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as db:
        db.row_factory = sqlite3.Row
        return db.execute(query).fetchall()


def by_order(found):
    grouped = collections.defaultdict(list)
    for row in found:
        grouped[row["order_id"]].append(row)
    return grouped


def listed(client, definition):
    """Every saga of a definition, as the server lists it."""
    sagas, after = [], None
    while True:
        page = client.ask("saga.list", definition=definition, limit=1000, **({} if after is None else {"after": after}))
        sagas += page["sagas"]
        after = page["next"]
        if after is None:
            return sagas
