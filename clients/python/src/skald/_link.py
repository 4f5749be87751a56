"""Sockets as every part of the kit opens them, and a way to wake the thread that owns one."""
from __future__ import annotations

import os
import re
import socket
from typing import Any, Optional

import zmq

DEFAULT_ENDPOINT = "tcp://127.0.0.1:7117"


def address(endpoint: Optional[str]) -> str:
    """The endpoint named, else SKALD_ENDPOINT as for the command line, else where a server listens unless told otherwise."""
    named = endpoint or os.environ.get("SKALD_ENDPOINT") or DEFAULT_ENDPOINT
    if not re.fullmatch(r"tcp://.+:\d+|(ipc|inproc)://.+", named):
        raise ValueError(f"'{named}' is no endpoint: tcp://HOST:PORT or ipc://PATH")
    return named


def connect(context: Any, endpoint: str, linger_ms: int = 0) -> Any:
    """A DEALER to the server. libzmq makes the connection, again and again; what is sent before waits in the socket."""
    dealer = context.socket(zmq.DEALER)
    try:
        for option, value in (
            (zmq.LINGER, linger_ms), (zmq.SNDHWM, 0), (zmq.RCVHWM, 0), (zmq.RECONNECT_IVL, 50), (zmq.RECONNECT_IVL_MAX, 1000),
            (zmq.HEARTBEAT_IVL, 5000), (zmq.HEARTBEAT_TIMEOUT, 15000), (zmq.IPV6, 1),
        ):
            dealer.setsockopt(option, value)
        dealer.connect(endpoint)
    except BaseException:
        dealer.close(0)
        raise
    return dealer


class WakeUp:
    """Wakes a poll from any thread, and from a signal's handler."""

    def __init__(self) -> None:
        self.reader, self._writer = socket.socketpair()
        self.reader.setblocking(False)
        self._writer.setblocking(False)

    def set(self) -> None:
        try:
            self._writer.send(b"\0")
        except (BlockingIOError, OSError):
            pass  # full: the poll is awake already; closed: nobody polls any more

    def clear(self) -> None:
        try:
            while self.reader.recv(4096):
                pass
        except (BlockingIOError, OSError):
            pass

    def close(self) -> None:
        self.reader.close()
        self._writer.close()
