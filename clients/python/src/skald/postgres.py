"""The barrier in PostgreSQL, by psycopg 3: `pip install './clients/python[postgres]'` in the repository."""
from __future__ import annotations

import json
import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional, Union

from .barrier import TABLE, Answer, Barrier, Book, Retry, Row, Verdict, settle
from .outcomes import Unknown
from .task import Task

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]
else:
    Connection = Any

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    operation TEXT PRIMARY KEY, direction TEXT NOT NULL, state TEXT NOT NULL, code TEXT, answer JSON,
    epoch BIGINT NOT NULL, attempt BIGINT NOT NULL, at BIGINT NOT NULL
)
"""
TRIES = 10
IDLE = 64
"""Connections kept for later."""


class PostgresBook(Book[Connection]):
    def __init__(self, db: Connection) -> None:
        self.db = db

    def claim(self, operation: str, direction: str, epoch: int, attempt: int) -> Row:
        # The insert waits for another transaction that holds the same operation, then sees what became of it.
        self._execute(f"INSERT INTO {TABLE} VALUES (%s, %s, 'open', NULL, NULL, %s, %s, %s) ON CONFLICT (operation) DO NOTHING",
                      operation, direction, epoch, attempt, _now())
        state, code, answer, seen_epoch, seen_attempt = self._execute(
            f"SELECT state, code, answer::text, epoch, attempt FROM {TABLE} WHERE operation = %s FOR UPDATE",
            operation).fetchone()
        return Row(state, code, None if answer is None else json.loads(answer), seen_epoch, seen_attempt)

    def store(self, operation: str, state: str, code: Optional[str], answer: Optional[bytes], epoch: int, attempt: int) -> None:
        self._execute(
            f"UPDATE {TABLE} SET state = %s, code = %s, answer = %s::json, epoch = %s, attempt = %s, at = %s "
            "WHERE operation = %s",
            state, code, None if answer is None else answer.decode("utf-8"), epoch, attempt, _now(), operation)

    @contextmanager
    def effect(self) -> Iterator[None]:
        import psycopg

        self._execute("SET LOCAL lock_timeout TO DEFAULT")
        try:
            with self.db.transaction():
                yield
                if self.db.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
                    raise RuntimeError("the effect must not begin, commit or roll back: the barrier does, around it")
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected) as error:
            raise Retry from error

    def _execute(self, query: str, *values: object) -> Any:
        from psycopg.rows import tuple_row

        return self.db.cursor(row_factory=tuple_row).execute(query, values)


class PostgresBarrier(Barrier[Connection]):
    """`where` is a connection string, or a function that opens a `psycopg.Connection`.

    A second run waits while a first one has the same operation, at most `patience` seconds and no longer than the task's
    lease. Transactions that the database gives up (serialization, deadlock) begin anew, a few times.
    """

    def __init__(self, where: Union[str, Callable[[], Connection]], *, patience: float = 30.0) -> None:
        self._where, self._patience, self._is_made = where, patience, False
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the connections kept for later."""
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    def sweep(self, older_than: float) -> int:
        with self._connection() as db:
            return db.execute(f"DELETE FROM {TABLE} WHERE at < %s", (_now() - int(older_than * 1000),)).rowcount

    def _settle(self, task: Task, effect: Optional[Callable[[Connection], object]]) -> Answer:
        import psycopg

        tries = 0
        while True:
            tries += 1
            try:
                with self._connection() as db:
                    return self._transact(db, task, effect).answer
            except psycopg.errors.LockNotAvailable:
                return Unknown("another attempt of this operation has not ended yet")
            except (Retry, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected) as error:
                if tries == TRIES:
                    raise error.__cause__ or error
                time.sleep(random.uniform(0, min(0.5, 0.005 * 2**tries)))

    def _transact(self, db: Connection, task: Task, effect: Optional[Callable[[Connection], object]]) -> Verdict:
        import psycopg

        left = task.time_left
        patience = self._patience if left is None else min(self._patience, left)
        with db.transaction():
            db.execute(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
            verdict = settle(PostgresBook(db), task, effect)
            if not verdict.keeps:
                raise psycopg.Rollback()
        return verdict

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        db = self._take()
        try:
            yield db
        except BaseException:
            db.close()
            raise
        with self._lock:
            if len(self._idle) < IDLE and not db.closed:
                self._idle.append(db)
                return
        db.close()

    def _take(self) -> Connection:
        """A connection that works: an idle one may have been cut since it was last used."""
        import psycopg

        while True:
            with self._lock:
                db = self._idle.pop() if self._idle else None
            if db is None:
                return self._open()
            try:
                db.execute("SELECT 1")
                return db
            except psycopg.Error:
                db.close()

    def _open(self) -> Connection:
        import psycopg

        where: Any = self._where
        db: Connection = where() if callable(where) else psycopg.connect(where)
        try:
            db.autocommit = True  # outside `transaction()`, which begins and commits
            if not self._is_made:
                _make(db)
                self._is_made = True
        except BaseException:
            db.close()
            raise
        return db


def _make(db: Connection) -> None:
    """Makes the table where it is missing; where it is there, no right to make tables is needed."""
    from psycopg.rows import scalar_row

    if db.cursor(row_factory=scalar_row).execute("SELECT to_regclass(%s)::text", (TABLE,)).fetchone() is not None:
        return
    with db.transaction():
        # Two that make a table at once get in each other's way, even with IF NOT EXISTS.
        db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (TABLE,))
        db.execute(SCHEMA)


def _now() -> int:
    """Milliseconds since 1970, as the table keeps them."""
    return time.time_ns() // 1_000_000
