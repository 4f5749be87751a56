"""The barrier in SQLite."""
from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional, Union

from .barrier import TABLE, Answer, Barrier, Book, Row, Verdict, settle
from .outcomes import Unknown
from .task import Task

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    operation TEXT PRIMARY KEY, direction TEXT NOT NULL, state TEXT NOT NULL, code TEXT, answer JSON,
    epoch INTEGER NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID
"""


class SQLiteBook(Book[sqlite3.Connection]):
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._guarded = self._offended = False
        db.set_authorizer(self._authorize)

    def claim(self, operation: str, direction: str, epoch: int, attempt: int) -> Row:
        self.db.execute(f"INSERT INTO {TABLE} VALUES (?, ?, 'open', NULL, NULL, ?, ?, ?) ON CONFLICT (operation) DO NOTHING",
                        (operation, direction, epoch, attempt, _now()))
        cursor = self.db.cursor()
        cursor.row_factory = None
        state, code, answer, *seen = cursor.execute(
            f"SELECT state, code, answer, epoch, attempt FROM {TABLE} WHERE operation = ?", (operation,)).fetchone()
        return Row(state, code, None if answer is None else json.loads(answer), *seen)

    def store(self, operation: str, state: str, code: Optional[str], answer: Optional[bytes], epoch: int, attempt: int) -> None:
        self.db.execute(
            f"UPDATE {TABLE} SET state = ?, code = ?, answer = ?, epoch = ?, attempt = ?, at = ? WHERE operation = ?",
            (state, code, None if answer is None else answer.decode("utf-8"), epoch, attempt, _now(), operation))

    @contextmanager
    def effect(self) -> Iterator[None]:
        self.db.execute("SAVEPOINT skald_effect")
        self._guarded = True
        try:
            yield
        except BaseException as error:
            self._guarded = False
            if self.db.in_transaction:  # a trigger or a full disk may have rolled back everything already
                self.db.execute("ROLLBACK TO skald_effect")
            if self._offended:
                raise RuntimeError("the effect must not begin, commit or roll back: the barrier does, around it") from error
            if not self.db.in_transaction:
                raise RolledBack from error
            raise
        self._guarded = False
        if not self.db.in_transaction:
            raise RolledBack
        self.db.execute("RELEASE skald_effect")

    def _authorize(self, action: int, *_: object) -> int:
        if self._guarded and action == _SQLITE_TRANSACTION:
            self._offended = True
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


_SQLITE_TRANSACTION = 22


class RolledBack(BaseException):
    """SQLite ended the transaction by itself; nothing can be written in it any more."""


class SQLiteBarrier(Barrier[sqlite3.Connection]):
    """`where` is the path of a database file, or a function that opens a connection; each run opens and closes one.

    A second run waits while a first one writes, at most `patience` seconds and no longer than the task's lease.
    """

    def __init__(self, where: Union[str, "os.PathLike[str]", Callable[[], sqlite3.Connection]], *,
                 patience: float = 30.0) -> None:
        if where == ":memory:" or where == "":
            raise ValueError("a barrier needs a file: another connection does not see a database in memory")
        self._where, self._patience, self._is_made = where, patience, False
        self._turn = threading.Lock()

    def sweep(self, older_than: float) -> int:
        db = self._open(self._patience)
        try:
            return db.execute(f"DELETE FROM {TABLE} WHERE at < ?", (_now() - int(older_than * 1000),)).rowcount
        finally:
            db.close()

    def _settle(self, task: Task, effect: Optional[Callable[[sqlite3.Connection], object]]) -> Answer:
        left = task.time_left
        until = time.monotonic() + (self._patience if left is None else min(self._patience, left))
        # SQLite lets who waits sleep and try again, and some starve: threads of one process take turns before they get there.
        if not self._turn.acquire(timeout=max(0.0, until - time.monotonic())):
            raise _waited()
        try:
            return self._write(until - time.monotonic(), task, effect)
        finally:
            self._turn.release()

    def _write(self, patience: float, task: Task, effect: Optional[Callable[[sqlite3.Connection], object]]) -> Answer:
        try:
            db = self._open(patience)
        except sqlite3.OperationalError as error:
            raise _busy(error) from error
        try:
            return self._transact(db, task, effect).answer
        except RolledBack as error:
            raise RuntimeError("the database rolled the transaction back in the midst of the effect") from error.__cause__
        finally:
            db.close()  # rolls back what is not committed

    @staticmethod
    def _transact(db: sqlite3.Connection, task: Task, effect: Optional[Callable[[sqlite3.Connection], object]]) -> Verdict:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise _busy(error) from error
        verdict = settle(SQLiteBook(db), task, effect)
        db.execute("COMMIT" if verdict.keeps else "ROLLBACK")
        return verdict

    def _open(self, patience: float) -> sqlite3.Connection:
        where: Any = self._where
        db: sqlite3.Connection = where() if callable(where) else sqlite3.connect(where)
        try:
            if sys.version_info >= (3, 12):
                db.autocommit = sqlite3.LEGACY_TRANSACTION_CONTROL
            db.isolation_level = None
            db.execute(f"PRAGMA busy_timeout = {max(1, int(patience * 1000))}")
            if not self._is_made:
                db.execute(SCHEMA)
                self._is_made = True
        except BaseException:
            db.close()
            raise
        return db


def _busy(error: sqlite3.OperationalError) -> Exception:
    is_busy = "locked" in str(error) or "busy" in str(error)
    return _waited() if is_busy else error


def _waited() -> Unknown:
    return Unknown("another writer holds the database")


def _now() -> int:
    """Milliseconds since 1970, as the table keeps them."""
    return time.time_ns() // 1_000_000
