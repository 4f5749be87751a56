"""Carries the calls of a sync client: one thread that owns the socket; callers wait for futures."""
from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Any, Optional

import zmq

from ._exchange import Exchange
from ._link import WakeUp, connect
from ._operations import Call, answer_of
from ._wire import Malformed, Message, parse
from .errors import Closed, SkaldError, Unanswered

log = logging.getLogger("skald")


class Courier:
    """Any thread may `post` and `close`."""

    def __init__(self, context: Any, endpoint: str) -> None:
        self._context, self._endpoint = context, endpoint
        self._exchange = Exchange()
        self._waiting: dict[str, tuple[Call, float, Future[Message]]] = {}
        self._posted: deque[tuple[Call, float, Future[Message]]] = deque()
        self._lock = threading.Lock()
        self._closed = False
        self._process = os.getpid()
        self._wake = WakeUp()
        self._socket = connect(context, endpoint)
        self._thread = threading.Thread(target=self._run, name="skald-client", daemon=True)
        self._thread.start()

    def post(self, call: Call, timeout: float) -> Future[Message]:
        future: Future[Message] = Future()
        if os.getpid() != self._process:
            raise Closed("closed", "this client was made before a fork; make one in each process")
        with self._lock:
            if self._closed:
                raise Closed("closed", "the client is closed")
            self._posted.append((call, timeout, future))
        self._wake.set()
        return future

    def close(self) -> None:
        if os.getpid() != self._process:
            return  # the thread is the parent's
        with self._lock:
            self._closed = True
        self._wake.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        error: SkaldError = Closed("closed", "the client was closed; it may or may not have happened")
        try:
            while not self._closed:
                self._step()
        except Exception as failure:  # the thread's last words: nobody may wait for ever
            log.exception("the client's connection failed")
            error = SkaldError("internal", f"the client's connection failed: {failure}")
        with self._lock:
            self._closed = True
        self._socket.close(0)
        self._wake.close()
        for _, _, future in [*self._waiting.values(), *self._posted]:
            future.set_exception(error)

    def _step(self) -> None:
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._wake.reader.fileno(), zmq.POLLIN)
        due = self._exchange.next_due
        poller.poll(None if due is None else max(0, int((due - time.monotonic()) * 1000) + 1))
        self._wake.clear()
        self._open_posted()
        self._receive()
        self._lose_patience()

    def _open_posted(self) -> None:
        while self._posted:
            call, timeout, future = self._posted.popleft()
            now = time.monotonic()
            try:
                self._exchange.open(call.id, call.frame, now, now + timeout + call.wait, call.wait)
            except Exception as error:
                future.set_exception(error)
                continue
            self._waiting[call.id] = (call, timeout + call.wait, future)
            self._socket.send(call.frame)

    def _receive(self) -> None:
        while (message := self._next()) is not None:
            if message.id is None and message.verb == "error":
                error = answer_of(message)
                for id in self._exchange.close_all():
                    self._settle(id, error)
            elif message.verb in ("ok", "error") and self._exchange.close(message.id):
                self._settle(str(message.id), answer_of(message))

    def _next(self) -> Optional[Message]:
        while True:
            try:
                return parse(self._socket.recv_multipart(zmq.NOBLOCK)[-1])
            except zmq.Again:
                return None
            except Malformed as error:
                log.warning("%s: %s", self._endpoint, error)

    def _lose_patience(self) -> None:
        due = self._exchange.due(time.monotonic())
        for id in due.expired:
            call, seconds, _ = self._waiting[id]
            self._settle(id, Unanswered(call.key or id, seconds, self._endpoint))
        if due.resend is not None:
            log.warning("no answer from %s yet; asking again", self._endpoint)
            self._socket.close(0)
            self._socket = connect(self._context, self._endpoint)
            for frame in due.resend:
                self._socket.send(frame)

    def _settle(self, id: str, answer: object) -> None:
        _, _, future = self._waiting.pop(id)
        if isinstance(answer, Message):
            future.set_result(answer)
        elif isinstance(answer, SkaldError):
            future.set_exception(answer)
