"""The worker for asyncio: coroutines run on the event loop, plain functions in threads."""
from __future__ import annotations

import asyncio
import inspect
import signal
import threading
import time
from typing import Any, Mapping, Optional

import zmq.asyncio

from ._duties import Handler, Work, failed, perform, perform_async
from ._link import connect
from ._pool import Pool
from ._registry import Registry
from ._session import Session
from ._wire import JSON, Message
from .worker import LINGER_MS


class AsyncWorker(Registry):
    """Does tasks of the server's sagas and decides for aggregates; see `Worker`.

    `async def` handlers share the event loop with the heartbeats: what blocks belongs into a plain `def`, which gets a thread.
    """

    _takes_coroutines = True

    def __init__(self, endpoint: Optional[str] = None, *, credit: int = 16, heartbeat: float = 2.5, dedupes: bool = False,
                 limits: Optional[Mapping[str, Mapping[str, JSON]]] = None, context: Optional[Any] = None) -> None:
        super().__init__(endpoint, credit, heartbeat, dedupes, limits)
        self._context = context
        self._stopping = False
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._news: Optional[asyncio.Event] = None
        self._running: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Takes no more tasks, finishes those it has, and ends `run`. From any thread."""
        self._stopping = True
        self._from_anywhere(self._wake)

    async def run(self, *, signals: bool = True) -> None:
        """Works until it is stopped; SIGTERM and SIGINT stop it (in the main thread), a second one at once. Once per worker."""
        loop = self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        session, pool = Session(self._offer(), self.endpoint), Pool(self.credit)
        listens = signals and threading.current_thread() is threading.main_thread() and self._listen(loop)
        context = self._context or zmq.asyncio.Context.instance()
        socket: Any = None
        reader: Optional[asyncio.Task[None]] = None
        try:
            session.wants_reopen = True
            while not session.finished and session.failure is None:
                if session.wants_reopen:
                    await self._drop(reader, socket, 0)
                    socket = connect(context, self.endpoint)
                    reader = loop.create_task(self._read(session, socket))
                    session.opened(time.monotonic())
                await self._step(session, pool, socket)
            if session.failure is not None:
                raise session.failure
        finally:
            if not session.finished and socket is not None:
                socket.send(b"SKALD1 bye -")
            for task in self._running:
                task.cancel()
            if listens:
                self._deafen(loop)
            pool.close()
            await self._drop(reader, socket, LINGER_MS)

    async def _step(self, session: Session, pool: Pool, socket: Any) -> None:
        assert self._news is not None
        if self._stopping:
            session.stop(time.monotonic())
        for message in session.tasks:
            self._begin(session, pool, message)
        session.tasks.clear()
        session.tick(time.monotonic())
        for raw in session.outbox:
            await socket.send(raw)
        session.outbox.clear()
        if session.finished or session.failure is not None or session.wants_reopen:
            return
        try:
            await asyncio.wait_for(self._news.wait(), max(0.0, session.next_due() - time.monotonic()) + 0.001)
        except asyncio.TimeoutError:
            pass
        self._news.clear()

    async def _read(self, session: Session, socket: Any) -> None:
        while True:
            frames = await socket.recv_multipart()
            session.received(frames[-1], time.monotonic())
            self._wake()

    @staticmethod
    async def _drop(reader: Optional[asyncio.Task[None]], socket: Any, linger_ms: int) -> None:
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])
        if socket is not None:
            socket.close(linger_ms)

    def _begin(self, session: Session, pool: Pool, message: Message) -> None:
        task = str(message.id)
        try:
            handler, work = self._duties.read(message, lambda task: self._from_anywhere(self._renew, session, task))
        except Exception as error:
            session.answer(task, failed(task, error), time.monotonic())
            return
        if inspect.iscoroutinefunction(handler):
            running = asyncio.ensure_future(self._do(session, handler, work))
            self._running.add(running)
            running.add_done_callback(self._running.discard)
        else:
            pool.submit(lambda: self._from_anywhere(self._answered, session, task, perform(handler, work)))

    async def _do(self, session: Session, handler: Handler, work: Work) -> None:
        self._answered(session, work.id, await perform_async(handler, work))

    def _answered(self, session: Session, task: str, answer: bytes) -> None:
        session.answer(task, answer, time.monotonic())
        self._wake()

    def _renew(self, session: Session, task: str) -> None:
        session.working(task, time.monotonic())
        self._wake()

    def _wake(self) -> None:
        if self._news is not None:
            self._news.set()

    def _from_anywhere(self, call: Any, *arguments: Any) -> None:
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            pass  # the loop is closed: nobody can be told any more, and the server asks again

    def _listen(self, loop: asyncio.AbstractEventLoop) -> bool:
        def stop() -> None:
            self.stop()
            self._deafen(loop)

        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            return False
        return True

    @staticmethod
    def _deafen(loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
