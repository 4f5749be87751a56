"""The calls that wait for an answer, and when to lose patience with them. No clock, no socket."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from .errors import Busy

MOST = 16_384
"""Calls waiting at once; the server answers `busy` above this many per connection."""
PATIENCE = 2.0
"""Seconds of silence after which all is sent again on a fresh connection; doubles for each call up to `MOST_PATIENCE`."""
MOST_PATIENCE = 10.0


@dataclass
class Pending:
    frame: bytes
    until: float
    patience: float
    due: float


@dataclass
class Due:
    expired: list[str] = field(default_factory=list)
    resend: Optional[list[bytes]] = None
    """Everything still pending, in the order it was opened, when the connection is to be made anew; else None."""


class Exchange:
    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._pending: dict[str, Pending] = {}
        self._next: Optional[float] = None
        self._renewed: Optional[float] = None
        """When everything pending was last sent again."""

    @property
    def next_due(self) -> Optional[float]:
        """No call is due before this: may be early, never late."""
        return self._next

    def open(self, id: str, frame: bytes, now: float, until: float, wait: float) -> None:
        """`wait` is how long the server was asked to wait before it answers, in seconds."""
        if id in self._pending:
            raise ValueError(f"a call with the id '{id}' waits for its answer already")
        if len(self._pending) >= MOST:
            raise Busy("busy", f"{MOST} calls wait for an answer already; receive some first", {"retry_after_ms": 100})
        patience = self._patience + wait
        due = min(until, now + patience)
        self._pending[id] = Pending(frame, until, patience, due)
        self._next = due if self._next is None else min(self._next, due)

    def close(self, id: Optional[str]) -> bool:
        """False when nobody waits for this id (any more): a late or repeated answer."""
        found = id is not None and self._pending.pop(id, None) is not None
        if not self._pending:
            self._next = None
        return found

    def close_all(self) -> list[str]:
        ids = list(self._pending)
        self._pending.clear()
        self._next = None
        return ids

    def due(self, now: float) -> Due:
        """What silence up to `now` means."""
        result = Due()
        if self._next is None or self._next > now:
            return result
        again = False
        for id, call in list(self._pending.items()):
            if call.until <= now:
                result.expired.append(id)
                del self._pending[id]
            elif call.due <= now:
                again = again or not self._was_renewed(call, now)
                call.patience = max(call.patience, min(call.patience * 2, MOST_PATIENCE))
                call.due = min(call.until, now + call.patience)
        if again:
            result.resend = [call.frame for call in self._pending.values()]
            self._renewed = now
        self._next = min((call.due for call in self._pending.values()), default=None)
        return result

    def _was_renewed(self, call: Pending, now: float) -> bool:
        """Whether another call's silence has just had this one sent again. Without this, calls that were opened a
        moment apart would each make the connection anew."""
        return self._renewed is not None and now - self._renewed < call.patience / 2
