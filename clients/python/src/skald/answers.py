"""What the clients' calls give back."""
from __future__ import annotations

from dataclasses import dataclass

from ._wire import JSON


@dataclass(frozen=True)
class Accepted:
    """A command was accepted, and is durable."""

    version: int
    """Events of the aggregate, those of this command included."""
    position: int
    """Position of the aggregate's last event among all events; 0 when it has none."""
    result: JSON


@dataclass(frozen=True)
class AggregateState:
    aggregate: str
    key: str
    version: int
    state: JSON
    """None before its first event."""


@dataclass(frozen=True)
class StartedSaga:
    id: str
    state: str
    existing: bool
    """A saga of that key or id was there before; this is it."""
