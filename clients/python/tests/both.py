"""Both clients under one face: the async one, driven call by call."""
from __future__ import annotations

import asyncio
import inspect
from typing import Any

import skald


class Driven:
    """An `AsyncClient` whose calls wait."""

    def __init__(self, endpoint: str, timeout: float = 30.0) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = skald.AsyncClient(endpoint, timeout)

    def __enter__(self) -> Driven:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if not self.loop.is_closed():
            self.loop.run_until_complete(self.client.close())
            self.loop.close()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.client, name)

        async def drive(*arguments: Any, **named: Any) -> Any:
            result = call(*arguments, **named)
            return await result if inspect.isawaitable(result) else [item async for item in result]

        return lambda *arguments, **named: self.loop.run_until_complete(drive(*arguments, **named))
