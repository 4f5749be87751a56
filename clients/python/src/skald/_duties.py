"""What a worker can do, and how what its handlers say becomes frames. Shared by both workers."""
from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable, Mapping, Optional, Union

from ._session import Offer
from ._wire import JSON, Message, check_name, encode, frame
from .aggregate import Aggregate, Assignment, read_assignment, schema_of
from .outcomes import Done, NotNow, Refuse, Unknown
from .task import Task, read_task

log = logging.getLogger("skald")
Handler = Callable[[Task], Any]
Work = Union[Task, Assignment]


class Duties:
    def __init__(self) -> None:
        self._actions: dict[str, Handler] = {}
        self._aggregates: dict[str, Aggregate] = {}

    def add_action(self, name: str, handler: Handler) -> None:
        if check_name(name, "action") in self._actions:
            raise ValueError(f"there is a handler for '{name}' already")
        self._actions[name] = handler

    def add_aggregate(self, name: str, aggregate: Aggregate) -> None:
        if check_name(name, "aggregate") in self._aggregates:
            raise ValueError(f"there is an aggregate '{name}' already")
        schema = schema_of(aggregate)
        for other, known in self._aggregates.items():
            if schema_of(known) != schema:
                raise ValueError(f"'{name}' has schema {schema}, '{other}' {schema_of(known)}: a worker offers one; "
                                 "give both the same, or run two workers")
        self._aggregates[name] = aggregate

    def offer(self, credit: int, heartbeat: float, dedupes: bool, limits: Optional[Mapping[str, Mapping[str, JSON]]]) -> Offer:
        schema = max((schema_of(aggregate) for aggregate in self._aggregates.values()), default=1)
        return Offer(tuple(self._actions), tuple(self._aggregates), credit, heartbeat, dedupes, schema, dict(limits or {}))

    def read(self, message: Message, renew: Callable[[str], None]) -> tuple[Handler, Work]:
        """A task and what does it; raises for one that this worker did not offer or cannot read."""
        kind = message.words[0] if message.words else None
        if kind == "action":
            task = read_task(message, renew)
            if task.action not in self._actions:
                raise LookupError(f"no handler for the action '{task.action}'")
            return self._actions[task.action], task
        assignment = read_assignment(message)
        aggregate = self._aggregates.get(assignment.aggregate)
        if kind not in ("decide", "fold") or aggregate is None:
            raise LookupError(f"no handler for a '{kind}' of '{assignment.aggregate}'")
        return lambda _: assignment.run(aggregate), assignment


def perform(handler: Handler, work: Work) -> bytes:
    """Runs a handler and gives the frame that answers; raises nothing."""
    try:
        return done(work, handler(work))  # type: ignore[arg-type]  # an aggregate's ignores it
    except BaseException as error:
        return failed(work.id, error)


async def perform_async(handler: Callable[[Task], Awaitable[Any]], work: Work) -> bytes:
    """The same, of a coroutine; a cancelled one is unknown."""
    try:
        return done(work, await handler(work))  # type: ignore[arg-type]
    except BaseException as error:
        return failed(work.id, error)


def done(work: Work, returned: Any) -> bytes:
    body = returned if isinstance(work, Assignment) else Done.of(returned).body
    return frame("done", work.id, body=encode(body))


def failed(task: str, error: BaseException) -> bytes:
    """What was raised, said to the server. A broken handler is never a no: nobody knows what it did."""
    if isinstance(error, Refuse):
        return frame("refuse", task, error.code, body=_message(error.message))
    if isinstance(error, NotNow):
        return frame("retry", task, int(error.after * 1000), body=_message(error.message))
    if not isinstance(error, Unknown):
        log.error("task %s: unknown, since its handler raised %s", task, type(error).__name__, exc_info=error)
        return frame("unknown", task, body=_message(f"{type(error).__name__}: {error}"))
    return frame("unknown", task, body=_message(error.message))


def _message(text: str) -> bytes:
    return encode({"message": text.encode("utf-8", "replace").decode()[:4096]})
