"""The work in DBOS: a workflow for each command and each saga, its steps recorded in PostgreSQL.

A step is a transaction of DBOS's datasource, which writes the participant's record and the step's in one commit. `bare` are steps that
do nothing at all: what is left is DBOS's own log.
"""
import pathlib

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource

WRITE = sa.text("SELECT write_message(CAST(:id AS uuid), :stream, 'Added', CAST(:body AS jsonb), :expected)")
ADD = sa.text("SELECT add_message(:stream, :type, CAST(:body AS jsonb))")


class Refused(Exception):
    """The card of the third step."""


def configured(database, process):
    DBOS(config=DBOSConfig(
        name="peers", system_database_url=database.url, executor_id=f"process-{process}", application_version="1", log_level="ERROR",
        enable_otlp=False))
    return SQLAlchemyDatasource.create(database.url)


def prepare(database):
    configured(database, 0)
    DBOS.launch()
    with psycopg.connect(database.where) as db:
        db.execute((pathlib.Path(__file__).parent / "messages.sql").read_text())


def begin(database, process):
    source = configured(database, process)

    @source.transaction(isolation_level="READ COMMITTED")
    def write(id, stream, body, expected):
        return source.sql_session().execute(WRITE, {"id": id, "stream": stream, "body": body, "expected": expected}).scalar_one()

    @source.transaction(isolation_level="READ COMMITTED")
    def act(stream, type, body):
        return source.sql_session().execute(ADD, {"stream": stream, "type": type, "body": body}).scalar_one()

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
