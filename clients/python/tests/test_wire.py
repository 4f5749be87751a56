"""Frames, words, ids."""
from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest

from skald._ids import new_id
from skald._wire import Malformed, check_id, check_name, encode, frame, parse, unword, word


@pytest.mark.parametrize("text, encoded", [
    ("alice", "alice"), ("a b", "a%20b"), ("-", "%2D"), ("--", "--"), ("50%", "50%25"), ("a=b", "a%3Db"),
    ("Zoë\n", "Zo%C3%AB%0A"),
    ("s/a/do~2", "s/a/do~2"), (7, "7"), (None, "-"),
])
def test_a_word_is_percent_encoded_and_read_back(text: Any, encoded: str) -> None:
    assert word(text) == encoded
    assert unword(encoded) == (None if text is None else str(text))


def test_a_frame_is_a_line_a_newline_and_json() -> None:
    assert frame("command", "i", "account", "a b", None, "open", body=encode({"é": 1}), headers={"x-a": "b=c"}) == \
        'SKALD1 command i account a%20b - open x-a=b%3Dc\n{"é":1}'.encode()
    assert frame("heartbeat", None) == b"SKALD1 heartbeat -"


def test_a_message_is_read_with_its_headers() -> None:
    message = parse(b'SKALD1 task 17 action a s%2Fb 2 saga=s deadline_ms=5 x-none=-\n{"input": 1}')
    assert (message.verb, message.id, message.words) == ("task", "17", ("action", "a", "s/b", "2"))
    assert message.headers == {"saga": "s", "deadline_ms": "5"} and message.body == {"input": 1}
    assert parse(b"SKALD1 error - gone").id is None and parse(b"SKALD1 ok i").body == {}


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK", b"SKALD2 ok i", b"SKALD1 ok", b"SKALD1 ok \xff", b"SKALD1 ok i %ff"])
def test_what_is_no_frame_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw)


def test_a_body_that_is_not_json_is_malformed_when_it_is_read() -> None:
    with pytest.raises(Malformed):
        parse(b"SKALD1 ok i\n{").body


@pytest.mark.parametrize("body", [float("nan"), {"a": {1, 2}}, "x" * (1 << 20)])
def test_a_body_the_server_would_refuse_is_not_made(body: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        encode(body)


def test_a_head_a_header_a_name_and_an_id_are_checked() -> None:
    for bad in (lambda: frame("command", "i", "k" * 5000), lambda: frame("command", "i", headers={"X A": "b"}),
                lambda: check_name("Reserve", "action"), lambda: check_id(""), lambda: check_id("-"), lambda: check_id("$a"),
                lambda: check_id("a" * 65)):
        with pytest.raises(ValueError):
            bad()


def test_ids_rise_and_are_unique_over_threads() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def make(ids: list[str]) -> None:
        ids.extend(new_id() for _ in range(2000))

    threads = [threading.Thread(target=make, args=(ids,)) for ids in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == sorted(ids) for ids in made) and len({id for ids in made for id in ids}) == 8000
    assert uuid.UUID(made[0][0]).version == 7 and uuid.UUID(made[0][0]).variant == uuid.RFC_4122
