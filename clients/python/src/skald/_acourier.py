"""Carries the calls of an async client, on the event loop of whoever calls."""
from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Optional

from ._exchange import Exchange
from ._link import connect
from ._operations import Call, answer_of
from ._wire import Malformed, Message, parse
from .errors import Closed, SkaldError, Unanswered

log = logging.getLogger("skald")


class AsyncCourier:
    def __init__(self, context: Any, endpoint: str) -> None:
        self._context, self._endpoint = context, endpoint
        self._exchange = Exchange()
        self._waiting: dict[str, tuple[Call, float, asyncio.Future[Message]]] = {}
        self._socket: Any = None
        self._reader: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._closed = False

    async def ask(self, call: Call, timeout: float) -> Message:
        if self._closed:
            raise Closed("closed", "the client is closed")
        if self._socket is None:
            self._open()
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        now, seconds = time.monotonic(), timeout + call.wait
        self._exchange.open(call.id, call.frame, now, now + seconds, call.wait)
        self._waiting[call.id] = (call, seconds, future)
        try:
            self._arm()
            await self._socket.send(call.frame)
            return await future
        finally:
            self._exchange.close(call.id)
            self._waiting.pop(call.id, None)

    async def close(self) -> None:
        self._closed = True
        for id in self._exchange.close_all():
            self._settle(id, Closed("closed", "the client was closed; it may or may not have happened"))
        if self._timer is not None:
            self._timer.cancel()
        await self._drop()

    def _open(self) -> None:
        self._socket = connect(self._context, self._endpoint)
        self._reader = asyncio.get_running_loop().create_task(self._read(self._socket))

    async def _drop(self) -> None:
        reader, socket = self._reader, self._socket
        self._reader = self._socket = None
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])
        if socket is not None:
            socket.close(0)

    async def _read(self, socket: Any) -> None:
        while True:
            frames = await socket.recv_multipart()
            try:
                message = parse(frames[-1])
                if message.id is None and message.verb == "error":
                    error = answer_of(message)
                    for id in self._exchange.close_all():
                        self._settle(id, error)
                elif message.verb in ("ok", "error") and self._exchange.close(message.id):
                    self._settle(str(message.id), answer_of(message))
            except Malformed as error_:
                log.warning("%s: %s", self._endpoint, error_)

    def _arm(self) -> None:
        """Sees to it that silence is noticed in time."""
        due = self._exchange.next_due
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, due - time.monotonic()) + 0.001, self._lose_patience)

    def _lose_patience(self) -> None:
        due = self._exchange.due(time.monotonic())
        for id in due.expired:
            call, seconds, _ = self._waiting[id]
            self._settle(id, Unanswered(call.key or id, seconds, self._endpoint))
        if due.resend is not None:
            log.warning("no answer from %s yet; asking again", self._endpoint)
            if self._reader is not None:
                self._reader.cancel()
            self._socket.close(0)
            self._open()
            for frame in due.resend:
                self._socket.send(frame)
        self._arm()

    def _settle(self, id: str, answer: object) -> None:
        _, _, future = self._waiting[id]
        if future.done():
            return
        if isinstance(answer, Message):
            future.set_result(answer)
        elif isinstance(answer, SkaldError):
            future.set_exception(answer)
