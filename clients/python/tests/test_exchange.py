"""When a call is sent again, and when it is given up: no clock."""
from __future__ import annotations

import pytest

from skald._exchange import MOST, Exchange
from skald.errors import Busy


def test_silence_sends_everything_again_in_order_ever_more_rarely_until_time_is_up() -> None:
    exchange = Exchange(patience=2)
    exchange.open("a", b"A", now=0, until=30, wait=0)
    exchange.open("b", b"B", now=1, until=30, wait=0)
    assert exchange.due(1.9).resend is None
    resent = []
    now = 0.0
    while exchange.next_due is not None:
        now = exchange.next_due
        due = exchange.due(now)
        if due.resend:
            resent.append((now, due.resend))
        if due.expired:
            assert (now, due.expired) == (30, ["a", "b"])
    assert resent[0] == (2, [b"A", b"B"]) and resent[2][0] == 6 and len(resent) < 12


def test_calls_opened_one_after_the_other_lose_patience_with_a_connection_once() -> None:
    exchange = Exchange(patience=2)
    for index in range(100):
        exchange.open(str(index), b"", now=index / 1000, until=2.5, wait=0)
    resent = 0
    while exchange.next_due is not None and exchange.next_due < 2.5:
        resent += exchange.due(exchange.next_due).resend is not None
    assert resent == 1
    assert len(exchange.due(2.5).expired) == 100


def test_a_call_that_waits_on_the_server_is_given_that_time() -> None:
    exchange = Exchange(patience=2)
    exchange.open("a", b"A", now=0, until=35, wait=5)
    assert exchange.next_due == 7


def test_an_answer_counts_once() -> None:
    exchange = Exchange()
    exchange.open("a", b"A", 0, 30, 0)
    with pytest.raises(ValueError, match="already"):
        exchange.open("a", b"A", 0, 30, 0)
    assert exchange.close("a") and not exchange.close("a") and not exchange.close(None) and exchange.next_due is None
    assert exchange.due(100).expired == []


def test_the_number_of_calls_is_bounded() -> None:
    exchange = Exchange()
    for number in range(MOST):
        exchange.open(str(number), b"", 0, 30, 0)
    with pytest.raises(Busy):
        exchange.open("one more", b"", 0, 30, 0)
    assert len(exchange.close_all()) == MOST and exchange.next_due is None
