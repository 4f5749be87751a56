"""Tasks as the server would hand them out."""
from __future__ import annotations

from typing import Any, Optional

from skald import DoneOperation, Task


def do(saga: str = "s1", attempt: int = 1, epoch: int = 1, lease: Optional[float] = None, input: Any = None) -> Task:
    return made(saga, "do", attempt, epoch, lease, None, input)


def undo(saga: str = "s1", attempt: int = 1, epoch: int = 1, result: Any = None, generation: str = "") -> Task:
    return made(saga, f"undo{generation}", attempt, epoch, None, DoneOperation(f"{saga}/seat/do", {}, result))


def probe(saga: str = "s1", lease: Optional[float] = None) -> Task:
    return made(saga, "probe", 1, 1, lease, DoneOperation(f"{saga}/seat/do", {}))


def made(saga: str, word: str, attempt: int, epoch: int, lease: Optional[float], about: Optional[DoneOperation],
         input: Any = None) -> Task:
    import time

    return Task(id="1", action="seat.reserve", operation=f"{saga}/seat/{word}", attempt=attempt, epoch=epoch, saga=saga,
                step="seat", direction=word.partition("~")[0], done_operation=about, input=input, lease=lease,
                deadline=None if lease is None else time.monotonic() + lease)
