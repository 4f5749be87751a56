"""The client whose calls wait for their answer."""
from __future__ import annotations

import weakref
from typing import Any, Iterator, Mapping, Optional

import zmq

from . import _operations as ops
from ._courier import Courier
from ._link import address
from ._operations import Headers, Operation, T
from ._wire import JSON
from .answers import Accepted, AggregateState, StartedSaga
from .errors import SkaldError


class Client:
    """A connection to a server. Any thread may use it; calls of several threads do not wait for each other.

    A call that stays unanswered is sent again under the same id, over a fresh connection, until `timeout` seconds are over:
    it takes effect once. Then `Unanswered` names the id. Waits (`wait=`) come on top of `timeout`.
    """

    def __init__(self, endpoint: Optional[str] = None, timeout: float = 30.0, *, context: Optional[Any] = None) -> None:
        self.timeout = timeout
        self._courier = Courier(context or zmq.Context.instance(), address(endpoint))
        self._closer = weakref.finalize(self, self._courier.close)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; calls that still wait raise `Closed`."""
        self._closer()

    def command(self, aggregate: str, key: str, name: str, body: JSON = None, *, expected: Optional[int] = None,
                id: Optional[str] = None, headers: Headers = None) -> Accepted:
        """Sends a command and waits until it is durable, or raises why not. The same `id` again gives the same answer."""
        return self._perform(ops.command(aggregate, key, name, body, expected, id, headers))

    def submit(self, aggregate: str, key: str, name: str, body: JSON = None, *, expected: Optional[int] = None,
               id: Optional[str] = None, headers: Headers = None) -> str:
        """Makes a command durable without waiting for its decision; gives the id to ask `result` with."""
        return self._perform(ops.submit(aggregate, key, name, body, expected, id, headers))

    def result(self, id: str, wait: float = 0.0) -> Optional[Accepted]:
        """What became of a command: None when it is not decided yet, else its answer, or its error raised."""
        return self._perform(ops.result(id, wait))

    def get(self, aggregate: str, key: str, *, version: Optional[int] = None, position: Optional[int] = None,
            time: Optional[str] = None) -> AggregateState:
        """The state now, or folded up to a version, a position or a time (RFC 3339)."""
        return self._perform(ops.get(aggregate, key, version, position, time))

    def events(self, aggregate: Optional[str] = None, key: Optional[str] = None, *, start: Optional[int] = None,
               backwards: bool = False) -> Iterator[dict[str, JSON]]:
        """Every event, page by page. `start` is inclusive: a version when `key` is given, else a position."""
        where = {"aggregate": aggregate, "key": key, "backwards": backwards or None}
        return self._pages("event.read", where, "events", "from", start)

    def info(self) -> dict[str, JSON]:
        """Name, version and limits of the server."""
        return self._ask("server.info", {})

    def start(self, definition: str, input: JSON = None, *, version: Optional[int] = None, id: Optional[str] = None,
              key: Optional[str] = None, again: bool = False, headers: Headers = None) -> StartedSaga:
        """Starts a saga; without `version` the highest. The same `id` or `key` again gives the first one."""
        arguments = {"definition": definition, "version": version, "input": {} if input is None else input}
        return self._perform(ops.start(arguments, id, key, again, headers))

    def start_inline(self, definition: Mapping[str, JSON], input: JSON = None, *, id: Optional[str] = None,
                     key: Optional[str] = None, again: bool = False, headers: Headers = None) -> StartedSaga:
        """Starts a saga whose definition is given along and not registered."""
        arguments = {"inline": definition, "input": {} if input is None else input}
        return self._perform(ops.start(arguments, id, key, again, headers))

    def saga(self, id: str, wait: float = 0.0) -> dict[str, JSON]:
        """A saga's view; with `wait`, once it has ended, is stuck, or so many seconds are over."""
        return self._perform(ops.saga(id, wait))

    def sagas(self, *, state: Optional[str] = None, definition: Optional[str] = None,
              key: Optional[str] = None, overdue: bool = False, backwards: bool = False) -> Iterator[dict[str, JSON]]:
        """Views without steps, oldest first unless `backwards`."""
        where = {"state": state, "definition": definition, "key": key, "overdue": overdue or None,
                 "backwards": backwards or None}
        return self._pages("saga.list", where, "sagas", "after")

    def history(self, id: str) -> list[dict[str, JSON]]:
        """A saga's events, oldest first."""
        return list(self._pages("saga.history", {"id": id}, "events", "from"))

    def cancel(self, id: str, reason: str) -> dict[str, JSON]:
        """Rolls a saga back."""
        return self._ask("saga.cancel", {"id": id, "reason": reason})

    def terminate(self, id: str, reason: str) -> dict[str, JSON]:
        """Stops a saga now and undoes nothing."""
        return self._ask("saga.terminate", {"id": id, "reason": reason})

    def repair(self, id: str, step: str, do: str, reason: str, *, index: Optional[int] = None,
               with_: JSON = None) -> dict[str, JSON]:
        """Acts on one step of a stuck saga: `do` is `retry` or `waive`."""
        return self._ask("saga.repair", {"id": id, "step": step, "index": index, "do": do, "with": with_, "reason": reason})

    def check(self, source: str) -> dict[str, JSON]:
        """Checks a definition (YAML or JSON text) without keeping it: `{name, version, warnings, proof}`."""
        return self._ask("def.check", {"source": source})

    def register(self, source: str) -> dict[str, JSON]:
        """Registers a definition (YAML or JSON text)."""
        return self._ask("def.register", {"source": source})

    def definitions(self) -> list[dict[str, JSON]]:
        return list(self._pages("def.list", {}, "definitions", "after"))

    def definition(self, name: str, version: Optional[int] = None) -> dict[str, JSON]:
        """`{name, version, source, …}`; without `version` the highest."""
        return self._ask("def.get", {"name": name, "version": version})

    def request(self, operation: str, arguments: Optional[Mapping[str, JSON]] = None, *, id: Optional[str] = None) -> Any:
        """Any operation by its name; an argument that is None is left out."""
        return self._perform(ops.request(operation, arguments or {}, id))

    def _ask(self, operation: str, arguments: Mapping[str, JSON]) -> dict[str, JSON]:
        answer: dict[str, JSON] = self.request(operation, arguments)
        return answer

    def _pages(self, operation: str, where: Mapping[str, JSON], items: str, cursor: str,
               start: JSON = None) -> Iterator[dict[str, JSON]]:
        while True:
            page = self.request(operation, {**where, cursor: start})
            yield from page[items]
            start = page["next"]
            if start is None:
                return

    def _perform(self, operation: Operation[T]) -> T:
        try:
            call = next(operation)
            while True:
                try:
                    answer = self._courier.post(call, self.timeout).result()
                except SkaldError as error:
                    call = operation.throw(error)
                else:
                    call = operation.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
