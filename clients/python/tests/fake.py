"""A server made up for tests: a ROUTER that says what the test tells it to."""
from __future__ import annotations

import json
import pathlib
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from typing import Any, Iterator, Optional

import zmq

from skald import AsyncWorker, Worker
from skald._wire import Message, parse


class FakeServer:
    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="skald-fake-"))
        self.endpoint = f"ipc://{self.folder}/s"
        self.heartbeat_ms = 500
        self.peer = b""
        self.open()

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self) -> None:
        self.context = zmq.Context()
        self.socket: Any = self.context.socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.bind(self.endpoint)

    def close(self) -> None:
        """As a server that is killed: nothing is said."""
        self.socket.close(0)
        self.context.term()

    def restart(self) -> None:
        self.close()
        self.open()

    def raw(self, timeout: float = 10) -> bytes:
        """The next message, whoever sent it."""
        assert self.socket.poll(timeout * 1000), "nothing came"
        self.peer, *frames = self.socket.recv_multipart()
        assert len(frames) == 1
        return bytes(frames[0])

    def said(self) -> bytes:
        """The next message but heartbeats, as it came."""
        while (raw := self.raw()) == b"SKALD1 heartbeat -":
            pass
        return raw

    def next(self, verb: str, timeout: float = 10, welcoming: bool = False) -> Message:
        """The next message but heartbeats, which must be of this verb; with `welcoming`, a `ready` is answered before it."""
        until = time.monotonic() + timeout
        while True:
            message = parse(self.raw(max(0.0, until - time.monotonic())))
            if welcoming and message.verb == "ready":
                self.send(f"welcome {message.id} 7", {"heartbeat_ms": self.heartbeat_ms, "liveness": 3})
            elif message.verb != "heartbeat":
                assert message.verb == verb, f"{verb} expected: {message}"
                return message

    def silent(self, seconds: float) -> None:
        """Nothing but heartbeats comes."""
        until = time.monotonic() + seconds
        while self.socket.poll(max(0, (until - time.monotonic()) * 1000)):
            message = parse(self.raw())
            assert message.verb == "heartbeat", f"silence expected: {message}"

    def send(self, text: str, body: Any = None, to: Optional[bytes] = None) -> None:
        raw = text.encode() if body is None else text.encode() + b"\n" + json.dumps(body).encode()
        self.socket.send_multipart([to or self.peer, b"SKALD1 " + raw])

    def welcome(self, timeout: float = 10) -> Message:
        """Waits for `ready` and answers it; gives what was said."""
        ready = self.next("ready", timeout)
        self.send(f"welcome {ready.id} 7", {"heartbeat_ms": self.heartbeat_ms, "liveness": 3, "server": "s"})
        return ready

    def task(self, id: str, input: Any = None, action: str = "act", operation: str = "s/a/do", attempt: int = 1, more: str = "",
             direction: str = "do", **body: Any) -> None:
        headers = f"saga=s step=a direction={direction} deadline_ms=30000 epoch=7{more}"
        self.send(f"task {id} action {action} {operation} {attempt} {headers}", {"input": input, **body})

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Hears and says heartbeats while the test does something else; anything else that comes is lost."""
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(self.heartbeat_ms / 2000):
                self.send("heartbeat -")

        thread = threading.Thread(target=beat)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@contextmanager
def running(worker: Any, fake: Optional[FakeServer] = None) -> Iterator[threading.Thread]:
    """Runs a worker, of either kind, in a thread; stops it, in a way that the server knows of, and sees that it ends."""
    import asyncio

    def run() -> None:
        if isinstance(worker, AsyncWorker):
            asyncio.run(worker.run())
        else:
            assert isinstance(worker, Worker)
            worker.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        until = time.monotonic() + 10
        while fake is not None and thread.is_alive() and time.monotonic() < until:
            if fake.socket.poll(20) and (message := parse(fake.raw())).verb == "ready":
                fake.send(f"welcome {message.id} 7", {"heartbeat_ms": fake.heartbeat_ms, "liveness": 3})
        thread.join(max(0.0, until - time.monotonic()))
        assert not thread.is_alive(), "the worker did not stop"
