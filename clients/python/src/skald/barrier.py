"""The barrier's rules, whatever the database: one effect per operation, no undo of what never was, no late do behind its undo.

Everything happens in one transaction of the participant's database: what was answered before is looked up, the effect runs,
and its answer is stored beside it. Either all of that is there afterwards, or none.

    state of a row   meaning
    open             an attempt was here and left no effect: it raised, or said not now
    done, refused    answered; `answer` (and `code`) is what was said
    void             a do whose undo came first: it will never happen
    undone           a do that was done, and has been undone
"""
from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Callable, ContextManager, Generic, Optional, TypeVar, Union

from ._wire import JSON, encode
from .outcomes import Done, NotNow, Refuse, Unknown
from .task import Task

DB = TypeVar("DB")
Answer = Union[Done, Exception]
TABLE = "skald_operations"


@dataclass(frozen=True)
class Row:
    state: str
    code: Optional[str]
    answer: JSON
    epoch: int
    attempt: int


class Book(ABC, Generic[DB]):
    """The table inside one transaction."""

    db: DB

    @abstractmethod
    def claim(self, operation: str, direction: str, epoch: int, attempt: int) -> Row:
        """The row, `open` if it was not there; nobody else has it until the transaction ends."""

    @abstractmethod
    def store(self, operation: str, state: str, code: Optional[str], answer: Optional[bytes], epoch: int, attempt: int) -> None:
        """Writes a claimed row."""

    @abstractmethod
    def effect(self) -> ContextManager[None]:
        """Around the effect: what it changed is taken back when it raises."""


@dataclass(frozen=True)
class Verdict:
    answer: Answer
    keeps: bool
    """Commit; else roll back."""


def settle(book: Book[DB], task: Task, effect: Optional[Callable[[DB], object]]) -> Verdict:
    """Applies the rules inside a transaction. A database's own failures are raised: then everything is rolled back."""
    about = task.done_operation
    if task.direction != "do" and about is None:
        raise ValueError(f"a task of direction '{task.direction}' does not say which operation it is about")
    if task.direction == "probe" and about is not None:
        row = book.claim(about.operation, "do", task.epoch, 0)  # waits for an attempt that runs, and is rolled back
        return Verdict(_stored(row) or NotNow(0, "no effect so far"), keeps=False)
    # Always the do before its undo: two who take both in the same order do not wait for each other in a circle.
    do = book.claim(about.operation, "do", task.epoch, 0) if about and task.direction == "undo" else None
    row = book.claim(task.operation, task.direction, task.epoch, task.attempt)
    stored = _stored(row)
    if stored is not None:
        if about and do and do.state == "open":  # its row was swept: a late do must stay refused
            book.store(about.operation, "void", None, None, task.epoch, 0)
        return Verdict(stored, keeps=do is not None)
    if (task.epoch, task.attempt) < (row.epoch, row.attempt):
        return Verdict(Unknown("stale attempt"), keeps=False)
    if do is None or about is None:
        return _run(book, task, effect)
    if do.state == "open" and about.result is not None:
        return Verdict(Refuse("no_record", f"{about.operation} was done, but is not in {TABLE} of this database: "
                                           "done without the barrier, swept too early, or in another database"), keeps=False)
    if do.state == "done":
        task.done_operation = replace(about, result=do.answer["result"])
        return _run(book, task, effect)
    if do.state == "open":
        book.store(about.operation, "void", None, None, task.epoch, 0)
    nothing = Done({})
    book.store(task.operation, "done", None, encode(nothing.body), task.epoch, task.attempt)
    return Verdict(nothing, keeps=True)


def _run(book: Book[DB], task: Task, effect: Optional[Callable[[DB], object]]) -> Verdict:
    assert effect is not None
    try:
        with book.effect():
            done = Done.of(effect(book.db))
            answer = encode(done.body)
            done = Done.of_body(json.loads(answer))  # what a repetition gets: keys are text, tuples are lists
    except Refuse as refusal:
        message = encode({"message": refusal.message})
        book.store(task.operation, "refused", refusal.code, message, task.epoch, task.attempt)
        return Verdict(refusal, keeps=True)
    except Exception as error:
        if isinstance(error, Retry):
            raise
        book.store(task.operation, "open", None, None, task.epoch, task.attempt)
        return Verdict(error, keeps=True)
    book.store(task.operation, "done", None, answer, task.epoch, task.attempt)
    if task.direction == "undo" and task.done_operation is not None:
        book.store(task.done_operation.operation, "undone", None, None, task.epoch, 0)
    return Verdict(done, keeps=True)


def _stored(row: Row) -> Optional[Answer]:
    if row.state == "done":
        return Done.of_body(row.answer)
    if row.state == "refused":
        return Refuse(row.code or "refused", row.answer["message"])
    if row.state in ("void", "undone"):
        return Refuse("undone", "its undo came first")
    return None


class Retry(Exception):
    """The database asks to begin the transaction anew."""


class Barrier(ABC, Generic[DB]):
    """Used by any number of threads and processes at once."""

    def run(self, task: Task, effect: Callable[[DB], object]) -> Done:
        """The answer to a task: stored before, or that of `effect`, which runs inside the barrier's transaction.

        `effect` gets the database, and returns the result or a `Done`; `Refuse` is stored too; anything else it raises leaves
        nothing behind and is raised. It must not commit, and may run again after a rollback: what it does elsewhere is not
        protected. In an undo `task.done_operation.result` is then what this database knows of the do.
        """
        return _said(self._settle(task, effect))

    def probe(self, task: Task) -> Done:
        """The answer to a probe: what is stored, or `NotNow` when the do has had no effect so far. Marks nothing."""
        if task.direction != "probe":
            raise ValueError(f"task {task.id} is a {task.direction}, no probe")
        return _said(self._settle(task, None))

    @abstractmethod
    def sweep(self, older_than: float) -> int:
        """Deletes what is older than so many seconds, and says how many rows. Keep them longer than any saga lives:
        a do that is forgotten cannot be undone."""

    @abstractmethod
    def _settle(self, task: Task, effect: Optional[Callable[[DB], object]]) -> Answer:
        """Runs `settle` in a transaction."""


def _said(answer: Answer) -> Done:
    if isinstance(answer, Exception):
        raise answer
    return answer
