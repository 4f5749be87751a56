"""A participant's database: a table of seats beside the barrier's."""
from __future__ import annotations

import os
import pathlib
import sqlite3
from contextlib import closing
from typing import Any, Callable, Optional, Protocol, Union

import skald


class Store(Protocol):
    barrier: Any
    integrity_error: type[Exception]

    def query(self, sql: str, *values: object) -> list[Any]: ...

    def reserve(self, seat: str, undo: Optional[skald.Undo] = None) -> Callable[[Any], skald.Done]: ...

    def free(self, seat: str) -> Callable[[Any], Any]: ...

    def nested(self, kept: str, dropped: str) -> Callable[[Any], None]: ...

    def seats(self) -> list[str]: ...

    def states(self) -> dict[str, str]: ...

    def age(self, seconds: int) -> None: ...

    def forget(self, operation: str) -> None: ...


class _Store:
    mark = "?"

    def query(self, sql: str, *values: object) -> list[Any]:
        raise NotImplementedError

    def reserve(self, seat: str, undo: Optional[skald.Undo] = None) -> Callable[[Any], skald.Done]:
        def effect(db: Any) -> skald.Done:
            db.execute(f"INSERT INTO seats VALUES ({self.mark})", (seat,))
            return skald.Done({"seat": seat}, undo)
        return effect

    def free(self, seat: str) -> Callable[[Any], Any]:
        def effect(db: Any) -> Any:
            assert db.execute(f"DELETE FROM seats WHERE seat = {self.mark}", (seat,)).rowcount == 1
            return {"freed": seat}
        return effect

    def seats(self) -> list[str]:
        return [seat for seat, in self.query("SELECT seat FROM seats ORDER BY seat")]

    def states(self) -> dict[str, str]:
        return dict(self.query("SELECT operation, state FROM skald_operations ORDER BY operation"))

    def age(self, seconds: int) -> None:
        self.query(f"UPDATE skald_operations SET at = at - {seconds * 1000} RETURNING 1")

    def forget(self, operation: str) -> None:
        self.query(f"DELETE FROM skald_operations WHERE operation = {self.mark} RETURNING 1", operation)


class SQLiteStore(_Store):
    integrity_error: type[Exception] = sqlite3.IntegrityError

    def __init__(self, path: Union[str, pathlib.Path], patience: float = 30.0) -> None:
        self.path = path
        self.query("CREATE TABLE IF NOT EXISTS seats (seat TEXT PRIMARY KEY)")
        self.barrier = skald.SQLiteBarrier(path, patience=patience)

    def query(self, sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.path, timeout=30)) as db, db:
            return db.execute(sql, values).fetchall()

    def nested(self, kept: str, dropped: str) -> Callable[[Any], None]:
        def effect(db: sqlite3.Connection) -> None:
            self.reserve(kept)(db)
            db.execute("SAVEPOINT mine")
            self.reserve(dropped)(db)
            db.execute("ROLLBACK TO mine")
            db.execute("RELEASE mine")
        return effect


class ApartStore(SQLiteStore):
    """Every use of the barrier has one of its own, as processes have: nothing but the database stands between them."""

    @property
    def barrier(self) -> Any:
        return skald.SQLiteBarrier(self.path)

    @barrier.setter
    def barrier(self, _: Any) -> None: ...


class PostgresStore(_Store):
    mark = "%s"

    def __init__(self, dsn: str, patience: float = 30.0) -> None:
        import psycopg

        self.dsn = dsn
        self.integrity_error: type[Exception] = psycopg.errors.UniqueViolation
        self.query("CREATE TABLE IF NOT EXISTS seats (seat TEXT PRIMARY KEY)")
        self.barrier = skald.PostgresBarrier(dsn, patience=patience)

    def query(self, sql: str, *values: object) -> list[Any]:
        import psycopg

        with psycopg.connect(self.dsn, autocommit=True) as db:
            cursor = db.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def nested(self, kept: str, dropped: str) -> Callable[[Any], None]:
        import psycopg

        def effect(db: Any) -> None:
            self.reserve(kept)(db)
            with db.transaction():
                self.reserve(dropped)(db)
                raise psycopg.Rollback()
        return effect


def store_at(where: str, patience: float = 30.0) -> Store:
    """The store that a process of its own is told of: a path, or a connection string."""
    return SQLiteStore(where, patience) if os.sep == where[0] else PostgresStore(where, patience)
