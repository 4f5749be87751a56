"""A worker's side of the conversation. No socket, no clock, no thread: frames and the time go in, frames and tasks come out."""
from __future__ import annotations

import logging
import random
from dataclasses import dataclass, field
from typing import Mapping, Optional

from ._ids import new_id
from ._wire import JSON, Malformed, Message, encode, frame, parse
from .errors import SkaldError, error_of

log = logging.getLogger("skald")
GRACE = 1.0
"""Seconds a worker that is to stop waits for its first welcome: tasks may be on their way already."""
PASSING = ("busy", "internal", "timeout", "read_only")
"""What the server says to what it would take later."""


def pause(error: SkaldError) -> float:
    """Seconds until the server may be asked again."""
    return max(0.25, min(10.0, error.details.get("retry_after_ms", 1000) / 1000))


@dataclass(frozen=True)
class Offer:
    """What a worker says it can do."""

    actions: tuple[str, ...]
    aggregates: tuple[str, ...]
    credit: int
    heartbeat: float
    dedupes: bool
    schema: int
    limits: Mapping[str, Mapping[str, JSON]]

    def body(self, credit: int, holding: list[str]) -> bytes:
        body: dict[str, JSON] = {
            "actions": list(self.actions), "aggregates": list(self.aggregates), "credit": credit,
            "heartbeat_ms": int(self.heartbeat * 1000), "dedupes": self.dedupes, "schema": self.schema, "holding": holding,
        }
        if self.limits:
            body["limits"] = {action: dict(limit) for action, limit in self.limits.items()}
        return encode(body)


@dataclass
class Held:
    answer: Optional[bytes] = None
    sent: Optional[float] = None
    """When the answer went out on the present connection. It may be lost still, so it is kept for a while."""
    again: Optional[float] = None
    """When it is to be sent again: the server could not keep it."""


@dataclass
class Session:
    offer: Offer
    endpoint: str
    """Of the server, for the log."""
    outbox: list[bytes] = field(default_factory=list)
    tasks: list[Message] = field(default_factory=list)
    failure: Optional[SkaldError] = None
    """Why the server will not have this worker: nothing that trying again would mend."""
    finished: bool = False
    wants_reopen: bool = False
    welcomed: bool = False
    draining: bool = False
    epoch: int = 0

    def __post_init__(self) -> None:
        self.heartbeat, self.liveness = self.offer.heartbeat, 3
        self.held: dict[str, Held] = {}
        self._open = 0
        self._ready: Optional[str] = None
        self._ready_at = self._heard = self._spoke = 0.0
        self._reopen_at: Optional[float] = None
        self._offered = 0
        self._idle_since: Optional[float] = None
        self._give_up_at: Optional[float] = None

    @property
    def patience(self) -> float:
        """Seconds of silence after which the other side is lost."""
        return self.heartbeat * self.liveness

    def opened(self, now: float) -> None:
        """There is a fresh connection."""
        self.wants_reopen, self._reopen_at = False, None
        self._greet(now)

    def stop(self, now: float) -> None:
        """No more tasks: what is held is finished, then it is over."""
        if not self.draining:
            self.draining = True
            if self.welcomed:
                self._say_ready(now)

    def answer(self, task: str, answer: bytes, now: float) -> None:
        held = self.held.get(task)
        if held is not None:
            self._open -= held.answer is None
            held.answer = answer
            if self.welcomed:
                self._send_answer(held, now)

    def working(self, task: str, now: float) -> None:
        held = self.held.get(task)
        if held is not None and held.answer is None and self.welcomed:
            self._send(frame("working", task), now)

    def received(self, raw: bytes, now: float) -> None:
        self._heard = now
        try:
            message = parse(raw)
            if message.verb == "task":
                self._take(message, now)
            elif message.verb == "welcome" and message.id == self._ready:
                self._welcome(message, now)
            elif message.verb == "error":
                self._refused(message, now)
            elif message.verb == "bye":
                self._lose("the server is going down", now + random.uniform(0.25, 0.75))
        except (Malformed, KeyError, TypeError) as error:
            log.warning("a message of the server was dropped: %s", error)

    def tick(self, now: float) -> None:
        """What the time says."""
        if self._reopen_at is not None and now >= self._reopen_at:
            self.wants_reopen = True
        elif self._reopen_at is None and self._ready is not None and now - self._ready_at >= self.patience:
            self._lose(f"no welcome from {self.endpoint} yet", now)
        elif self.welcomed and now - self._heard >= self.patience:
            self._lose(f"the server has been silent for {self.patience:g} s", now)
        elif self.welcomed and now - self._spoke >= self.heartbeat / 2:
            self._send(frame("heartbeat", None), now)
        for task, held in list(self.held.items()):
            if held.again is not None and now >= held.again and self.welcomed:
                self._send_answer(held, now)
            elif held.sent is not None and now - held.sent >= self.patience:
                del self.held[task]
        if self.draining:
            self._finish_if_idle(now)

    def next_due(self) -> float:
        """`tick` has nothing to say before this."""
        due = [self._reopen_at] if self._reopen_at is not None else [self._ready_at + self.patience] if self._ready else []
        if self.welcomed:
            due += [self._heard + self.patience, self._spoke + self.heartbeat / 2]
            due += [held.again for held in self.held.values() if held.again is not None]
        if self._give_up_at is not None:
            due.append(self._give_up_at)
        return min(due)

    def _greet(self, now: float) -> None:
        self.welcomed = False
        self.outbox.clear()
        for held in self.held.values():
            held.sent = None
        self._say_ready(now)

    def _say_ready(self, now: float) -> None:
        self._ready, self._ready_at = new_id(), now
        self._offered = 0 if self.draining else self.offer.credit
        self._send(frame("ready", self._ready, body=self.offer.body(self._offered, list(self.held))), now)

    def _welcome(self, message: Message, now: float) -> None:
        body = message.body
        self.epoch = int(message.words[0] or 0) if message.words else 0
        self.heartbeat = max(0.05, int(body.get("heartbeat_ms", self.offer.heartbeat * 1000)) / 1000)
        self.liveness = max(1, int(body.get("liveness", 3)))
        self._ready, self.welcomed = None, True
        if not self.draining:
            log.info("connected to %s, offering %s", self.endpoint, ", ".join(self.offer.actions + self.offer.aggregates))
        for held in self.held.values():
            if held.answer is not None and held.sent is None:
                self._send_answer(held, now)
        if self.draining and self._offered:  # it was told to stop before it was welcomed
            self._say_ready(now)

    def _take(self, message: Message, now: float) -> None:
        task = str(message.id)
        known = self.held.get(task)
        if known is None:
            self.held[task] = Held()
            self._open += 1
            # A server gives credit back for attempts that ran out of time, while their handlers may go on.
            if self._open > 2 * max(1, self.offer.credit) and not self.draining:
                self.answer(task, frame("retry", task, 1000, body=encode({"message": "every place is taken"})), now)
            else:
                self.tasks.append(message)
        elif known.answer is not None and self.welcomed:
            self._send_answer(known, now)

    def _refused(self, message: Message, now: float) -> None:
        code = message.words[0] if message.words and message.words[0] else "internal"
        error = error_of(code, message.body)
        if code == "unknown_session":
            if self.welcomed:  # one for each frame that was under way: only the first is news
                self._greet(now)
        elif message.id is None and code not in ("unsupported_version", "unauthenticated"):
            log.error("the server: %s", error)
        elif message.id is None or message.id == self._ready:
            if code in PASSING:
                self._lose(str(error), now + pause(error))
            else:
                self.failure = error
        elif message.id in self.held:
            log.log(logging.DEBUG if code == "gone" else logging.ERROR, "task %s: %s", message.id, error)
            held = self.held[message.id]
            if held.sent is not None and code in PASSING:
                held.sent, held.again = None, now + pause(error)
            elif held.sent is not None:
                del self.held[message.id]

    def _lose(self, why: str, until: float) -> None:
        log.warning("%s; connecting anew", why)
        self.welcomed, self._ready, self._reopen_at = False, None, until

    def _finish_if_idle(self, now: float) -> None:
        if any(held.answer is None for held in self.held.values()):
            self._idle_since = self._give_up_at = None
            return
        if self._idle_since is None:
            self._idle_since = now
        unsent = sum(held.sent is None for held in self.held.values())
        patience = self.patience if self.welcomed or unsent else min(GRACE, self.patience) if self._ready else 0.0
        self._give_up_at = self._idle_since + patience
        if self.welcomed and self._ready is None and not unsent:
            self._send(frame("bye", None), now)
            self.finished = True
        elif now >= self._give_up_at:
            if unsent:
                log.warning("%d answers could not be sent: the server is away", unsent)
            self._send(frame("bye", None), now)
            self.finished = True

    def _send_answer(self, held: Held, now: float) -> None:
        held.sent, held.again = now, None
        if held.answer is not None:
            self._send(held.answer, now)

    def _send(self, raw: bytes, now: float) -> None:
        self._spoke = now
        self.outbox.append(raw)
