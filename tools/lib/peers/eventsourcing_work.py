"""The work in the Python library `eventsourcing`: aggregates, saved through an application's repository."""
import os
import uuid

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

NAMES = uuid.UUID("6f1c2f6e-3d0b-4f0e-9a53-0f6f1f0c8a01")


class Stream(Aggregate):
    """A counter, a saga or a participant: what happened to it is a name and a body."""

    class Begun(Aggregate.Created):
        name: str
        body: str

    @event(Begun)
    def __init__(self, name, body):
        self.count = 1

    @staticmethod
    def create_id(name, body):
        return uuid.uuid5(NAMES, name)

    @event("Happened")
    def happen(self, what, body):
        self.count += 1


class Work(Application):
    name = "work"


def application(database, makes_tables=False):
    os.environ.update({
        "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": database.name, "POSTGRES_HOST": database.folder,
        "CREATE_TABLE": "y" if makes_tables else "n", "POSTGRES_PORT": "5432", "POSTGRES_USER": "skald",
        "POSTGRES_PASSWORD": "none", "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
        # aggregates stay in memory, and nothing is asked to see whether they have changed: only their one writer changes them
        "AGGREGATE_CACHE_MAXSIZE": "20000", "AGGREGATE_CACHE_FASTFORWARD": "n"})
    return Work()


def prepare(database):
    application(database, makes_tables=True)


def begin(database, process):
    app, begun = application(database), set()

    def told(name, what, body):
        """The aggregate with one more event, which may be its first."""
        if name not in begun:
            begun.add(name)
            return Stream(name, body)
        one = app.repository.get(Stream.create_id(name, body))
        one.happen(what, body)
        return one

    def append(number, key, body):
        app.save(told(f"counter-{key}", "added", body))
        return 1

    def saga(number, key, body, undone):
        """Each step is one transaction: the participant's event and the saga's."""
        trip, records = Stream(f"saga-{number}", body), 1
        app.save(trip)
        steps = [("hotel", "reserved"), ("flight", "booked")]
        steps += [(None, "refused"), ("flight", "cancelled"), ("hotel", "released")] if undone else [("card", "charged")]
        for participant, what in steps:
            trip.happen(what, body)
            changed = [trip] if participant is None else [trip, told(f"{participant}-{key}", what, body)]
            app.save(*changed)
            records += len(changed)
        return records

    def unit(work, number, key, version, body, undone):
        return append(number, key, body) if work == "append" else saga(number, key, body, undone)

    return unit
