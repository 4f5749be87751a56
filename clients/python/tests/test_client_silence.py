"""Both clients and a server that is silent, late, or says odd things."""
from __future__ import annotations

import asyncio
import os
import pathlib
import pickle
import threading
import time
from typing import Any

import pytest

import skald
from both import Driven
from fake import FakeServer

BOTH = pytest.mark.parametrize("kind", [skald.Client, Driven])


def answering(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


@BOTH
def test_a_call_is_sent_again_over_a_fresh_connection_with_the_same_bytes(fake: FakeServer, kind: Any) -> None:
    heard: list[tuple[bytes, bytes]] = []

    def server() -> None:
        for _ in range(2):
            raw = fake.raw()
            heard.append((fake.peer, raw))
        fake.send(f"ok {raw.split()[2].decode()} 3 9", {"value": 1})
        fake.send(f"ok {raw.split()[2].decode()} 3 9", {"value": 1})

    thread = answering(server)
    with kind(fake.endpoint) as client:
        assert client.command("counter", "a", "add", {"n": 1}) == skald.Accepted(3, 9, {"value": 1})
    thread.join()
    (first, sent), (second, again) = heard
    assert sent == again and first != second


@BOTH
def test_silence_is_told_long_before_the_call_is_given_up(
        kind: Any, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    with kind(f"ipc://{tmp_path}/nobody", 2.5) as client, pytest.raises(skald.Unanswered):
        client.info()
    assert caplog.messages == [f"no answer from ipc://{tmp_path}/nobody yet; asking again"]


@BOTH
def test_no_answer_in_time_names_the_id_to_ask_with(kind: Any, tmp_path: pathlib.Path) -> None:
    with kind(f"ipc://{tmp_path}/nobody", 0.3) as client:
        began = time.monotonic()
        with pytest.raises(skald.Unanswered) as caught:
            client.command("counter", "a", "add", {"n": 1}, id="mine")
        assert 0.2 < time.monotonic() - began < 3 and caught.value.id == "mine"
        assert f"no answer from ipc://{tmp_path}/nobody in 0.3 s" in str(caught.value) and "id='mine'" in str(caught.value)
        with pytest.raises(skald.Unanswered) as caught:
            client.submit("counter", "a", "add", id="yours")
        assert caught.value.id == "yours"


@BOTH
def test_busy_says_when_and_an_error_for_all_reaches_who_waits(fake: FakeServer, kind: Any) -> None:
    def server() -> None:
        fake.send(f"error {fake.next('request').id} busy", {"message": "full", "retry_after_ms": 250})
        fake.next("request")
        fake.socket.send_multipart([fake.peer, b"\xff garbage"])
        fake.send("event 1 2 3")
        fake.send("ok not-asked-for")
        fake.send("error - unsupported_version", {"message": "SKALD2 is spoken here"})

    thread = answering(server)
    with kind(fake.endpoint) as client:
        with pytest.raises(skald.Busy) as busy:
            client.info()
        assert busy.value.retry_after == 0.25
        with pytest.raises(skald.SkaldError, match="SKALD2") as spoken:
            client.info()
        assert spoken.value.code == "unsupported_version"
    thread.join()


def test_a_closed_client_says_so_to_who_waits_and_who_comes(fake: FakeServer) -> None:
    client = skald.Client(fake.endpoint)
    threading.Timer(0.2, client.close).start()
    with pytest.raises(skald.Closed):
        client.info()
    with pytest.raises(skald.Closed):
        client.info()
    client.close()


def test_a_closed_async_client_says_so_too(fake: FakeServer) -> None:
    async def run() -> None:
        client = skald.AsyncClient(fake.endpoint)
        call = asyncio.ensure_future(client.info())
        await asyncio.sleep(0.1)
        await client.close()
        for ask in (call, client.info()):
            with pytest.raises(skald.Closed):
                await ask

    asyncio.run(run())


def test_a_cancelled_task_gives_its_call_up_and_the_others_go_on(fake: FakeServer) -> None:
    async def run() -> None:
        async with skald.AsyncClient(fake.endpoint) as client:
            first, second = asyncio.ensure_future(client.info()), asyncio.ensure_future(client.info())
            await asyncio.sleep(0.1)
            first.cancel()
            for _ in range(2):
                fake.send(f"ok {fake.next('request').id}", {"version": "1"})
            assert await second == {"version": "1"}
            with pytest.raises(asyncio.CancelledError):
                await first

    asyncio.run(run())


def test_a_client_does_not_outlive_a_fork(fake: FakeServer) -> None:
    client = skald.Client(fake.endpoint)
    child = os.fork()
    if child == 0:
        try:
            client.info()
        except skald.Closed:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    client.close()


@pytest.mark.parametrize("error", [
    skald.Rejected("rejected", "no", {"reason": "x"}), skald.Unanswered("i", 3, "ipc://s"), skald.Refuse("no", "m"), skald.NotNow(2, "m"),
    skald.Unknown("m"),
])
def test_errors_survive_the_way_between_processes(error: Any) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
