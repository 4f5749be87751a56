"""What each operation asks and how its answer reads, for both clients.

An operation is a generator: it yields a call, gets its answer (or its error), and returns the result.
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Generator, Mapping, Optional, TypeVar, Union

from ._ids import new_id
from ._wire import JSON, Message, check_id, encode, frame
from .answers import Accepted, AggregateState, StartedSaga
from .errors import NotFound, SkaldError, error_of

T = TypeVar("T")
SLICE = 5.0
"""Seconds the server is asked to wait at once: a longer wait is asked for again, so a restart costs little of it."""
Headers = Optional[Mapping[str, str]]


@dataclass(frozen=True)
class Call:
    id: str
    frame: bytes
    wait: float = 0.0
    key: str = ""
    """The id under which a caller may ask again, when it is not that of the message."""


Operation = Generator[Call, Message, T]


def _request(operation: str, arguments: Mapping[str, JSON], *, id: Optional[str] = None, wait: float = 0.0, key: str = "",
             headers: Headers = None) -> Call:
    given = {name: value for name, value in arguments.items() if value is not None}
    id = check_id(id or new_id())
    return Call(id, frame("request", id, operation, body=encode(given), headers=headers), wait, key)


def request(operation: str, arguments: Mapping[str, JSON], id: Optional[str] = None) -> Operation[JSON]:
    return (yield _request(operation, arguments, id=id)).body


def command(aggregate: str, key: str, name: str, body: JSON, expected: Optional[int], id: Optional[str],
            headers: Headers) -> Operation[Accepted]:
    id = check_id(id or new_id())
    encoded = encode({} if body is None else body)
    answer = yield Call(id, frame("command", id, aggregate, key, expected, name, body=encoded, headers=headers))
    return Accepted(int(answer.words[0] or 0), int(answer.words[1] or 0), answer.body)


def submit(aggregate: str, key: str, name: str, body: JSON, expected: Optional[int], id: Optional[str],
           headers: Headers) -> Operation[str]:
    id = check_id(id or new_id())
    arguments = {"id": id, "aggregate": aggregate, "key": key, "expected": expected, "name": name,
                 "body": {} if body is None else body}
    yield _request("command.submit", arguments, key=id, headers=headers)
    return id


def result(id: str, wait: float) -> Operation[Optional[Accepted]]:
    until = time.monotonic() + wait
    while True:
        left = max(0.0, min(SLICE, until - time.monotonic()))
        try:
            body = (yield _request("command.result", {"id": id, "wait_ms": int(left * 1000) or None}, wait=left, key=id)).body
        except NotFound:
            if time.monotonic() >= until:
                raise
            continue
        if body["state"] == "done":
            if "error" in body:
                raise error_of(str(body["error"]["code"]), body["error"])
            ok = body["ok"]
            return Accepted(ok["version"], ok["position"], ok.get("result", {}))
        if time.monotonic() >= until:
            return None


def get(aggregate: str, key: str, version: Optional[int], position: Optional[int],
        at: Optional[str]) -> Operation[AggregateState]:
    where = {"aggregate": aggregate, "key": key, "version": version, "position": position, "time": at}
    body = (yield _request("aggregate.get", where)).body
    return AggregateState(body["aggregate"], body["key"], body["version"], body["state"])


def start(arguments: Mapping[str, JSON], id: Optional[str], key: Optional[str], again: bool,
          headers: Headers) -> Operation[StartedSaga]:
    # The saga's id is made here, so that a start without an answer can be made again by whoever got `Unanswered`.
    id = id or new_id()
    arguments = {**arguments, "id": id, "key": key, "again": again or None}
    body = (yield _request("saga.start", arguments, key=id, headers=headers)).body
    return StartedSaga(body["id"], body["state"], body["existing"])


def saga(id: str, wait: float) -> Operation[dict[str, JSON]]:
    until = time.monotonic() + wait
    while True:
        left = max(0.0, min(SLICE, until - time.monotonic()))
        view: dict[str, JSON] = (yield _request("saga.get", {"id": id, "wait_ms": int(left * 1000) or None}, wait=left)).body
        if view["state"] not in ("running", "compensating") or time.monotonic() >= until:
            return view


def answer_of(message: Message) -> Union[Message, SkaldError]:
    """An `ok` as it is, an `error` as what is raised."""
    return error_of(message.words[0] or "internal", message.body) if message.verb == "error" else message
