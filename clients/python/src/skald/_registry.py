"""How handlers are given to a worker."""
from __future__ import annotations

import inspect
from typing import Any, Callable, Mapping, Optional, TypeVar

from ._duties import Duties
from ._link import address
from ._session import Offer
from ._wire import JSON
from .aggregate import Aggregate

F = TypeVar("F", bound=Callable[..., Any])
MOST_CREDIT = 4096


class Registry:
    _takes_coroutines = False

    def __init__(self, endpoint: Optional[str], credit: int, heartbeat: float, dedupes: bool,
                 limits: Optional[Mapping[str, Mapping[str, JSON]]]) -> None:
        if not 1 <= credit <= MOST_CREDIT:
            raise ValueError(f"credit is {credit}: 1 to {MOST_CREDIT} tasks at once")
        if not 0.1 <= heartbeat <= 60:
            raise ValueError(f"heartbeat is {heartbeat:g} s: 0.1 to 60")
        self.endpoint, self.credit = address(endpoint), credit
        self._heartbeat, self._dedupes, self._limits = heartbeat, dedupes, limits
        self._duties = Duties()

    def action(self, name: str) -> Callable[[F], F]:
        """`@worker.action("airline.reserve")`: the function does these tasks and returns the result."""
        if not isinstance(name, str):
            raise TypeError('name the action: @worker.action("NAME")')

        def register(handler: F) -> F:
            if inspect.iscoroutinefunction(handler) and not self._takes_coroutines:
                raise TypeError(f"'{name}' is a coroutine function: give it to an AsyncWorker")
            self._duties.add_action(name, handler)
            return handler
        return register

    def aggregate(self, name: str, aggregate: Aggregate) -> None:
        """Decides commands and folds events of an aggregate type."""
        self._duties.add_aggregate(name, aggregate)

    def _offer(self) -> Offer:
        offer = self._duties.offer(self.credit, self._heartbeat, self._dedupes, self._limits)
        if not offer.actions and not offer.aggregates:
            raise ValueError("nothing to do: give the worker an action or an aggregate before it runs")
        return offer
