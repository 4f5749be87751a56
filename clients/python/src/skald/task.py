"""A task: one attempt of one operation, handed to this worker."""
from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional

from ._wire import JSON, Malformed, Message

_OWN = ("saga", "step", "direction", "deadline_ms", "epoch")


@dataclass(frozen=True)
class DoneOperation:
    """The operation that an undo takes back or a probe asks about."""

    operation: str
    input: JSON
    result: JSON = None
    """None when nobody knows, and always in a probe."""


def _ignore(task: str) -> None:
    """Nobody holds a lease: a task made by hand, in a test say."""


@dataclass
class Task:
    id: str
    action: str
    operation: str
    """The same for every attempt: what participants tell repetitions by."""
    attempt: int
    saga: str = ""
    step: str = ""
    direction: str = "do"
    """`do`, `undo` or `probe`."""
    epoch: int = 0
    input: JSON = None
    done_operation: Optional[DoneOperation] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    lease: Optional[float] = None
    """Seconds one lease of this attempt lasts; None: as long as it takes."""
    deadline: Optional[float] = None
    """When the lease ends, on the clock of `time.monotonic`."""
    _renew: Callable[[str], None] = field(default=_ignore, repr=False)

    def working(self) -> None:
        """Says that the work goes on: the lease runs anew. From any thread."""
        if self.lease is not None:
            self.deadline = time.monotonic() + self.lease
        self._renew(self.id)

    @property
    def time_left(self) -> Optional[float]:
        """Seconds until the lease ends, never negative."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())


def number(text: Optional[str], what: str) -> int:
    try:
        return int(text or "")
    except ValueError:
        raise Malformed(f"{what} is '{text}', no number") from None


def read_task(message: Message, renew: Callable[[str], None]) -> Task:
    """The action task of a message; Malformed when it is none."""
    try:
        _, action, operation, attempt = message.words
    except ValueError:
        raise Malformed("an action task has a name, an operation and an attempt") from None
    headers, body = message.headers, message.body
    direction = headers.get("direction", "do")
    done = body.get("do")
    if action is None or operation is None or direction not in ("do", "undo", "probe") or (direction != "do" and not done):
        raise Malformed(f"an action task of direction '{direction}' lacks its name, its operation or what it is about")
    lease = number(headers["deadline_ms"], "deadline_ms") / 1000 if "deadline_ms" in headers else None
    return Task(
        id=str(message.id), action=action, operation=operation, attempt=number(attempt, "the attempt"),
        saga=headers.get("saga", ""), step=headers.get("step", ""), direction=direction,
        epoch=number(headers.get("epoch", "0"), "the epoch"), input=body.get("input"),
        done_operation=DoneOperation(done["operation"], done.get("input"), done.get("result")) if done else None,
        headers={name: value for name, value in headers.items() if name not in _OWN},
        lease=lease, deadline=None if lease is None else time.monotonic() + lease, _renew=renew)
