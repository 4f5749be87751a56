"""Aggregates in Python: pure functions that the server calls and whose events it keeps."""
from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol, Sequence, Union

from ._wire import JSON, Malformed, Message, check_name
from .task import number


@dataclass(frozen=True)
class Event:
    name: str
    body: JSON = field(default_factory=dict)
    schema: int = 1

    def __post_init__(self) -> None:
        check_name(self.name, "event")


@dataclass(frozen=True)
class Decision:
    """What a command leads to; no events is a legal answer."""

    events: Sequence[Union[Event, tuple[str, JSON]]] = ()
    result: JSON = None


@dataclass(frozen=True)
class Command:
    name: str
    body: JSON


@dataclass(frozen=True)
class Context:
    """Where and for whom a command is decided."""

    aggregate: str
    key: str
    version: int
    """Of the state handed in: how many events led to it."""
    epoch: int
    expected: Optional[int]
    deadline: Optional[float]
    """On the clock of `time.monotonic`."""


class Aggregate(Protocol):
    """What `Worker.aggregate` takes. States are JSON; `initial` is the one before the first event.

    `decide` may raise `Refuse(code)`. It and `evolve` are pure: no clock, no randomness, no I/O. A number `schema` counts the
    shapes of the state: 1 where there is none.
    """

    initial: Any

    def decide(self, state: Any, command: Command, context: Context) -> Decision: ...

    def evolve(self, state: Any, event: Event) -> Any: ...


def schema_of(aggregate: Aggregate) -> int:
    return int(getattr(aggregate, "schema", 1))


@dataclass(frozen=True)
class Assignment:
    """A decide or fold task."""

    id: str
    aggregate: str
    version: int
    body: dict[str, JSON]
    command: Optional[Command] = None
    context: Optional[Context] = None

    def run(self, aggregate: Aggregate) -> dict[str, JSON]:
        """The body of `done`. Raises what the aggregate raises."""
        state = self.body.get("state")
        if state is None:
            state = copy.deepcopy(aggregate.initial)
        if self.command is None or self.context is None:
            for event in self.body["events"]:
                state = aggregate.evolve(state, Event(event["name"], event["body"], event.get("schema", 1)))
            return {"state": state}
        decision = aggregate.decide(copy.deepcopy(state), self.command, self.context)
        events = [event if isinstance(event, Event) else Event(*event) for event in decision.events]
        for event in events:
            state = aggregate.evolve(state, event)
        return {"events": [{"name": event.name, "body": event.body} for event in events], "state": state,
                "result": {} if decision.result is None else decision.result}


def read_assignment(message: Message) -> Assignment:
    """The decide or fold task of a message; Malformed when it is none."""
    kind, *rest = message.words
    if len(rest) != (4 if kind == "decide" else 3) or None in rest:
        raise Malformed(f"a {kind} task has another number of words")
    aggregate, key, version = str(rest[0]), str(rest[1]), number(rest[2], "the version")
    body = message.body
    if kind == "fold":
        return Assignment(str(message.id), aggregate, version, body)
    left = message.headers.get("deadline_ms")
    context = Context(aggregate, key, version, number(message.headers.get("epoch", "0"), "the epoch"), body.get("expected"),
                      None if left is None else time.monotonic() + number(left, "deadline_ms") / 1000)
    return Assignment(str(message.id), aggregate, version, body, Command(str(rest[3]), body.get("command")), context)
