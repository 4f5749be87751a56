"""The client for asyncio: the same calls, to be awaited."""
from __future__ import annotations

from typing import Any, AsyncIterator, Mapping, Optional

import zmq.asyncio

from . import _operations as ops
from ._acourier import AsyncCourier
from ._link import address
from ._operations import Headers, Operation, T
from ._wire import JSON
from .answers import Accepted, AggregateState, StartedSaga
from .errors import SkaldError


class AsyncClient:
    """A connection to a server, for the tasks of one event loop. See `Client`, whose calls these are.

    A task that is cancelled while it waits gives its call up: it may still happen.
    """

    def __init__(self, endpoint: Optional[str] = None, timeout: float = 30.0, *, context: Optional[Any] = None) -> None:
        self.timeout = timeout
        self._courier = AsyncCourier(context or zmq.asyncio.Context.instance(), address(endpoint))

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection; calls that still wait raise `Closed`."""
        await self._courier.close()

    async def command(self, aggregate: str, key: str, name: str, body: JSON = None, *, expected: Optional[int] = None,
                      id: Optional[str] = None, headers: Headers = None) -> Accepted:
        """Sends a command and waits until it is durable, or raises why not. The same `id` again gives the same answer."""
        return await self._perform(ops.command(aggregate, key, name, body, expected, id, headers))

    async def submit(self, aggregate: str, key: str, name: str, body: JSON = None, *, expected: Optional[int] = None,
                     id: Optional[str] = None, headers: Headers = None) -> str:
        """Makes a command durable without waiting for its decision; gives the id to ask `result` with."""
        return await self._perform(ops.submit(aggregate, key, name, body, expected, id, headers))

    async def result(self, id: str, wait: float = 0.0) -> Optional[Accepted]:
        """What became of a command: None when it is not decided yet, else its answer, or its error raised."""
        return await self._perform(ops.result(id, wait))

    async def get(self, aggregate: str, key: str, *, version: Optional[int] = None, position: Optional[int] = None,
                  time: Optional[str] = None) -> AggregateState:
        """The state now, or folded up to a version, a position or a time (RFC 3339)."""
        return await self._perform(ops.get(aggregate, key, version, position, time))

    def events(self, aggregate: Optional[str] = None, key: Optional[str] = None, *, start: Optional[int] = None,
               backwards: bool = False) -> AsyncIterator[dict[str, JSON]]:
        """Every event, page by page. `start` is inclusive: a version when `key` is given, else a position."""
        where = {"aggregate": aggregate, "key": key, "backwards": backwards or None}
        return self._pages("event.read", where, "events", "from", start)

    async def info(self) -> dict[str, JSON]:
        """Name, version and limits of the server."""
        return await self._ask("server.info", {})

    async def start(self, definition: str, input: JSON = None, *, version: Optional[int] = None, id: Optional[str] = None,
                    key: Optional[str] = None, again: bool = False, headers: Headers = None) -> StartedSaga:
        """Starts a saga; without `version` the highest. The same `id` or `key` again gives the first one."""
        arguments = {"definition": definition, "version": version, "input": {} if input is None else input}
        return await self._perform(ops.start(arguments, id, key, again, headers))

    async def start_inline(self, definition: Mapping[str, JSON], input: JSON = None, *, id: Optional[str] = None,
                           key: Optional[str] = None, again: bool = False, headers: Headers = None) -> StartedSaga:
        """Starts a saga whose definition is given along and not registered."""
        arguments = {"inline": definition, "input": {} if input is None else input}
        return await self._perform(ops.start(arguments, id, key, again, headers))

    async def saga(self, id: str, wait: float = 0.0) -> dict[str, JSON]:
        """A saga's view; with `wait`, once it has ended, is stuck, or so many seconds are over."""
        return await self._perform(ops.saga(id, wait))

    def sagas(self, *, state: Optional[str] = None, definition: Optional[str] = None,
              key: Optional[str] = None, overdue: bool = False, backwards: bool = False) -> AsyncIterator[dict[str, JSON]]:
        """Views without steps, oldest first unless `backwards`."""
        where = {"state": state, "definition": definition, "key": key, "overdue": overdue or None,
                 "backwards": backwards or None}
        return self._pages("saga.list", where, "sagas", "after")

    async def history(self, id: str) -> list[dict[str, JSON]]:
        """A saga's events, oldest first."""
        return [item async for item in self._pages("saga.history", {"id": id}, "events", "from")]

    async def cancel(self, id: str, reason: str) -> dict[str, JSON]:
        """Rolls a saga back."""
        return await self._ask("saga.cancel", {"id": id, "reason": reason})

    async def terminate(self, id: str, reason: str) -> dict[str, JSON]:
        """Stops a saga now and undoes nothing."""
        return await self._ask("saga.terminate", {"id": id, "reason": reason})

    async def repair(self, id: str, step: str, do: str, reason: str, *, index: Optional[int] = None,
                     with_: JSON = None) -> dict[str, JSON]:
        """Acts on one step of a stuck saga: `do` is `retry` or `waive`."""
        return await self._ask("saga.repair", {"id": id, "step": step, "index": index, "do": do, "with": with_, "reason": reason})

    async def check(self, source: str) -> dict[str, JSON]:
        """Checks a definition (YAML or JSON text) without keeping it: `{name, version, warnings, proof}`."""
        return await self._ask("def.check", {"source": source})

    async def register(self, source: str) -> dict[str, JSON]:
        """Registers a definition (YAML or JSON text)."""
        return await self._ask("def.register", {"source": source})

    async def definitions(self) -> list[dict[str, JSON]]:
        return [item async for item in self._pages("def.list", {}, "definitions", "after")]

    async def definition(self, name: str, version: Optional[int] = None) -> dict[str, JSON]:
        """`{name, version, source, …}`; without `version` the highest."""
        return await self._ask("def.get", {"name": name, "version": version})

    async def request(self, operation: str, arguments: Optional[Mapping[str, JSON]] = None, *, id: Optional[str] = None) -> Any:
        """Any operation by its name; an argument that is None is left out."""
        return await self._perform(ops.request(operation, arguments or {}, id))

    async def _ask(self, operation: str, arguments: Mapping[str, JSON]) -> dict[str, JSON]:
        answer: dict[str, JSON] = await self.request(operation, arguments)
        return answer

    async def _pages(self, operation: str, where: Mapping[str, JSON], items: str, cursor: str,
                     start: JSON = None) -> AsyncIterator[dict[str, JSON]]:
        while True:
            page = await self.request(operation, {**where, cursor: start})
            for item in page[items]:
                yield item
            start = page["next"]
            if start is None:
                return

    async def _perform(self, operation: Operation[T]) -> T:
        try:
            call = next(operation)
            while True:
                try:
                    answer = await self._courier.ask(call, self.timeout)
                except SkaldError as error:
                    call = operation.throw(error)
                else:
                    call = operation.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
