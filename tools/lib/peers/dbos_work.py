"""The work in DBOS: a workflow for each command and each saga, its steps recorded in PostgreSQL.

A step writes the participant's record through a connection of its own, under an id that makes a repeated step known; then DBOS
records the step: two commits. DBOS's datasource, which offers to do both in one transaction, does less than half as many.
`bare` are steps that do nothing at all: what is left is DBOS's own log.
"""
import pathlib
import threading

import psycopg
from dbos import DBOS, DBOSConfig, SetWorkflowID


class Refused(Exception):
    """The card of the third step."""


def configured(database, process):
    DBOS(config=DBOSConfig(
        name="peers", system_database_url=database.url, executor_id=f"process-{process}", application_version="1",
        log_level="ERROR", enable_otlp=False))


def prepare(database):
    configured(database, 0)
    DBOS.launch()
    with psycopg.connect(database.where) as db:
        db.execute((pathlib.Path(__file__).parent / "messages.sql").read_text())


def begin(database, process):
    configured(database, process)
    local = threading.local()

    def execute(statement, *values):
        if not hasattr(local, "link"):
            local.link = psycopg.connect(database.where, autocommit=True, prepare_threshold=0)
        return local.link.execute(statement, values).fetchone()[0]

    @DBOS.step()
    def write(id, stream, body, expected):
        return execute("SELECT write_message(%s, %s, 'Added', %s, %s)", id, stream, body, expected)

    @DBOS.step()
    def act(stream, type, body):
        return execute("SELECT add_message(md5(%s)::uuid, %s, %s, %s)", f"{DBOS.workflow_id} {stream} {type}", stream, type, body)

    @DBOS.step()
    def nothing(stream, type, body):
        return 1

    @DBOS.step()
    def refuse(stream):
        raise Refused(stream)

    @DBOS.workflow()
    def append(id, key, body, expected):
        return write(id, f"counter-{key}", body, expected)

    @DBOS.workflow()
    def saga(key, body, refused, bare):
        step, undo = nothing if bare else act, []
        try:
            step(f"hotel-{key}", "Reserved", body)
            undo.append((f"hotel-{key}", "Released"))
            step(f"flight-{key}", "Booked", body)
            undo.append((f"flight-{key}", "Cancelled"))
            refuse(f"card-{key}") if refused else step(f"card-{key}", "Charged", body)
        except Refused:
            for stream, type in reversed(undo):
                step(stream, type, body)
            return "undone"
        return "completed"

    DBOS.launch()

    def unit(work, number, key, version, body, undone):
        id = f"00000000-0000-7000-8000-{number:012x}"
        with SetWorkflowID(id):
            if work == "append":
                append(id, key, body, version - 1)
                return 2
            end = saga(key, body, undone, work == "bare")
        if end != ("undone" if undone else "completed"):
            raise RuntimeError(f"the saga ended as {end}")
        return 1 if work == "bare" else 5 if undone else 4

    return unit
