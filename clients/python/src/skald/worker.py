"""The worker whose handlers are plain functions, run in threads."""
from __future__ import annotations

import signal
import threading
import time
from collections import deque
from functools import partial
from typing import Any, Mapping, Optional

import zmq

from ._duties import failed, perform
from ._link import WakeUp, connect
from ._pool import Pool
from ._registry import Registry
from ._session import Session
from ._wire import JSON, Message

LINGER_MS = 1000
"""How long the last words may take to leave."""


class Worker(Registry):
    """Does tasks of the server's sagas and decides for aggregates.

    Handlers run in up to `credit` threads; the thread in `run` owns the socket, so heartbeats go on while they work.
    `dedupes=True` promises one effect per operation however often a task comes: that is what a barrier is for.
    """

    def __init__(self, endpoint: Optional[str] = None, *, credit: int = 16, heartbeat: float = 2.5, dedupes: bool = False,
                 limits: Optional[Mapping[str, Mapping[str, JSON]]] = None, context: Optional[Any] = None) -> None:
        super().__init__(endpoint, credit, heartbeat, dedupes, limits)
        self._context = context
        self._said: deque[tuple[str, Optional[bytes]]] = deque()
        self._stopping = threading.Event()
        self._wake = WakeUp()

    def stop(self) -> None:
        """Takes no more tasks, finishes those it has, and ends `run`. From any thread, or a signal's handler."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, signals: bool = True) -> None:
        """Works until it is stopped; SIGTERM and SIGINT stop it (in the main thread), a second one at once.

        Finds the server again by itself. Raises `SkaldError` when the server will not have this worker. Once per worker.
        """
        session = Session(self._offer(), self.endpoint)
        pool = Pool(self.credit)
        before = self._listen() if signals and threading.current_thread() is threading.main_thread() else {}
        context = self._context or zmq.Context.instance()
        socket = connect(context, self.endpoint)
        try:
            session.opened(time.monotonic())
            while not session.finished and session.failure is None:
                socket = self._step(session, pool, context, socket)
            if session.failure is not None:
                raise session.failure
        finally:
            if not session.finished:
                socket.send(b"SKALD1 bye -")
            socket.close(LINGER_MS)
            pool.close()
            self._wake.close()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _listen(self) -> dict[int, Any]:
        before: dict[int, Any] = {}

        def stop(*_: object) -> None:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, stop)
        return before

    def _step(self, session: Session, pool: Pool, context: Any, socket: Any) -> Any:
        if session.wants_reopen:
            socket.close(0)
            socket = connect(context, self.endpoint)
            session.opened(time.monotonic())
        for raw in session.outbox:
            socket.send(raw)
        session.outbox.clear()
        poller = zmq.Poller()
        poller.register(socket, zmq.POLLIN)
        poller.register(self._wake.reader.fileno(), zmq.POLLIN)
        poller.poll(max(0, int((session.next_due() - time.monotonic()) * 1000) + 1))
        self._wake.clear()
        self._hear(session, socket)
        if self._stopping.is_set():
            session.stop(time.monotonic())
        for message in session.tasks:
            self._begin(session, pool, message)
        session.tasks.clear()
        self._answer(session)
        session.tick(time.monotonic())
        for raw in session.outbox if session.finished else ():
            socket.send(raw)
        return socket

    def _hear(self, session: Session, socket: Any) -> None:
        try:
            for _ in range(self.credit + 16):  # then a word in between: heartbeats must leave
                session.received(socket.recv_multipart(zmq.NOBLOCK)[-1], time.monotonic())
        except zmq.Again:
            pass

    def _begin(self, session: Session, pool: Pool, message: Message) -> None:
        task = str(message.id)
        try:
            handler, work = self._duties.read(message, lambda task: self._say(task, None))
        except Exception as error:
            session.answer(task, failed(task, error), time.monotonic())
        else:
            pool.submit(partial(self._do, handler, work))

    def _do(self, handler: Any, work: Any) -> None:
        self._say(work.id, perform(handler, work))

    def _say(self, task: str, answer: Optional[bytes]) -> None:
        self._said.append((task, answer))
        self._wake.set()

    def _answer(self, session: Session) -> None:
        while self._said:
            task, answer = self._said.popleft()
            if answer is None:
                session.working(task, time.monotonic())
            else:
                session.answer(task, answer, time.monotonic())
