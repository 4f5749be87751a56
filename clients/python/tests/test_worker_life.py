"""Connections that come late, break, and come back; and the end of a worker."""
from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

import skald
from conftest import KIT
from fake import FakeServer, running
from skald._wire import parse

BOTH = pytest.mark.parametrize("kind", [skald.Worker, skald.AsyncWorker])


def held_up(kind: Any, fake: FakeServer, **options: Any) -> tuple[Any, threading.Event]:
    """A worker whose handler says that it has begun, and waits for a word."""
    worker, go = kind(fake.endpoint, heartbeat=0.5, **options), threading.Event()
    worker.begun = threading.Semaphore(0)

    @worker.action("act")
    def act(task: skald.Task) -> str:
        worker.begun.release()
        assert go.wait(10)
        return task.id

    return worker, go


def begun(worker: Any, count: int) -> None:
    for _ in range(count):
        assert worker.begun.acquire(timeout=10), "a task did not arrive"


@BOTH
def test_a_welcome_that_does_not_come_is_asked_for_again(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    with running(worker, fake):
        first = fake.next("ready")
        late = fake.peer
        second = fake.next("ready")
        assert fake.peer != late and first.id != second.id
        fake.send(f"welcome {second.id} 7", {"heartbeat_ms": 500, "liveness": 3})
        fake.task("1")
        go.set()
        assert fake.next("done").id == "1"


@BOTH
def test_a_worker_may_be_there_before_its_server(fake: FakeServer, kind: Any) -> None:
    fake.close()
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        threading.Event().wait(0.3)
        fake.open()
        fake.welcome()
        fake.task("1")
        assert fake.next("done").id == "1"


@BOTH
def test_a_silent_server_is_left_and_what_is_held_is_named(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        first = fake.peer
        assert fake.welcome().body["holding"] == ["1"] and fake.peer != first
        go.set()
        assert fake.next("done").id == "1"


@BOTH
def test_an_answer_of_the_time_without_a_server_is_sent_after_the_welcome(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        fake.task("2")
        begun(worker, 2)
        fake.close()
        go.set()
        threading.Event().wait(0.1)
        fake.open()
        ready = after_unknown_session(fake)
        assert sorted(ready.body["holding"]) == ["1", "2"]
        assert sorted([str(fake.next("done").id), str(fake.next("done").id)]) == ["1", "2"]


@BOTH
def test_an_answer_that_got_lost_on_its_way_is_sent_again(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        lost = fake.next("done")
        fake.restart()
        assert after_unknown_session(fake).body["holding"] == ["1"]
        assert fake.next("done") == lost
        fake.send("error 1 gone", {"message": "late"})
        fake.silent(0.15)
        fake.send("bye -")
        assert fake.welcome().body["holding"] == []


@BOTH
@pytest.mark.parametrize("code", ["read_only", "internal"])
def test_an_answer_that_cannot_be_kept_now_is_sent_again(fake: FakeServer, kind: Any, code: str) -> None:
    """The disk of the server is full: the effect is there, and its answer must not be lost."""
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        first = fake.next("done")
        for _ in range(2):
            fake.send(f"error 1 {code}", {"message": "full", "retry_after_ms": 250})
            assert fake.next("done") == first
        fake.send("error 1 gone", {"message": "late"})
        fake.silent(0.4)


@BOTH
def test_tasks_past_their_time_take_no_more_places_than_there_are(fake: FakeServer, kind: Any) -> None:
    """The server gives credit back for attempts that ran out of time, while their handlers go on."""
    worker, go = held_up(kind, fake, credit=1)
    with running(worker, fake):
        fake.welcome()
        for task in ("1", "2", "3"):
            fake.task(task)
        back = fake.next("retry")
        assert back.id == "3" and back.words == ("1000",)
        go.set()
        assert sorted(str(fake.next("done").id) for _ in range(2)) == ["1", "2"]


@BOTH
def test_an_answer_is_forgotten_once_the_connection_has_shown_it_lives(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        fake.next("done")
        with fake.beating():
            fake.silent(2)
        fake.send("bye -")
        assert fake.welcome().body["holding"] == []
        fake.silent(0.1)


@BOTH
def test_a_task_that_is_gone_is_finished_and_said_all_the_same(fake: FakeServer, kind: Any) -> None:
    """A late done still counts as long as its step waits for it."""
    worker, go = held_up(kind, fake)
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        fake.send("bye -")
        assert fake.welcome().body["holding"] == ["1"]
        fake.send("error 1 gone", {"message": "offered to another"})
        go.set()
        assert fake.next("done").id == "1"


@BOTH
@pytest.mark.parametrize("code", ["forbidden", "unauthenticated", "bad_request"])
def test_a_worker_that_the_server_will_not_have_says_why(fake: FakeServer, kind: Any, code: str) -> None:
    import asyncio

    worker, _ = held_up(kind, fake)

    over = threading.Event()

    def answer() -> None:
        while not over.is_set():  # a slow machine asks twice
            if fake.socket.poll(50) and (message := parse(fake.raw())).verb == "ready":
                fake.send(f"error {message.id} {code}", {"message": "no"})

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(skald.SkaldError) as caught:
        asyncio.run(worker.run()) if kind is skald.AsyncWorker else worker.run()
    over.set()
    thread.join()
    assert (caught.value.code, caught.value.message) == (code, "no")


@BOTH
def test_a_drained_worker_finishes_what_it_holds_and_says_bye(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake, credit=4)
    with running(worker, fake) as thread:
        fake.welcome()
        fake.task("1")
        fake.task("2")
        begun(worker, 2)
        worker.stop()
        ready = fake.next("ready")
        assert ready.body["credit"] == 0 and sorted(ready.body["holding"]) == ["1", "2"]
        fake.task("3")  # under way when the server heard of it
        fake.send(f"welcome {ready.id} 7", {"heartbeat_ms": 500, "liveness": 3})
        with fake.beating():
            fake.silent(0.3)
        go.set()
        assert sorted(str(fake.next("done").id) for _ in range(3)) == ["1", "2", "3"]
        fake.next("bye")
        thread.join(5)
        assert not thread.is_alive()


@BOTH
@pytest.mark.parametrize("welcomed_before", [True, False])
def test_a_drained_worker_that_holds_nothing_still_does_what_is_under_way(
    fake: FakeServer, kind: Any, welcomed_before: bool
) -> None:
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        first = fake.next("ready")
        if not welcomed_before:
            worker.stop()
            threading.Event().wait(0.1)
        fake.send(f"welcome {first.id} 7", {"heartbeat_ms": 500, "liveness": 3})
        threading.Event().wait(0.1)
        worker.stop()
        ready = fake.next("ready")
        assert ready.body["credit"] == 0
        fake.silent(0.15)
        fake.task("1")
        fake.send(f"welcome {ready.id} 7", {"heartbeat_ms": 500, "liveness": 3})
        assert fake.next("done").id == "1"
        fake.next("bye")


@BOTH
def test_a_worker_is_drained_over_a_restart(fake: FakeServer, kind: Any) -> None:
    worker, go = held_up(kind, fake)
    with running(worker, fake) as thread:
        fake.welcome()
        fake.task("1")
        begun(worker, 1)
        fake.restart()
        worker.stop()
        ready = after_unknown_session(fake)
        assert ready.body["holding"] == ["1"] and ready.body["credit"] == 0
        go.set()
        assert fake.next("done", welcoming=True).id == "1"
        fake.next("bye", welcoming=True)
        thread.join(5)


@BOTH
def test_a_worker_without_a_server_stops_at_once(kind: Any, tmp_path: pathlib.Path) -> None:
    worker = kind(f"ipc://{tmp_path}/nobody")
    worker.action("act")(lambda task: {})
    with running(worker):
        threading.Event().wait(0.1)


PROGRAM = """
import asyncio, sys, time, skald
worker = getattr(skald, sys.argv[2])(sys.argv[1], heartbeat=0.5)
@worker.action("act")
def act(task):
    time.sleep(task.input)
    return task.id
asyncio.run(worker.run()) if sys.argv[2] == "AsyncWorker" else worker.run()
print("over")
"""


def program(fake: FakeServer, kind: Any) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, fake.endpoint, kind.__name__], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=str(KIT / "src")))


@BOTH
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(fake: FakeServer, kind: Any, number: signal.Signals) -> None:
    process = program(fake, kind)
    fake.welcome(30)
    fake.task("1", 2)
    threading.Event().wait(0.5)
    process.send_signal(number)
    ready = fake.next("ready")
    assert ready.body["credit"] == 0 and ready.body["holding"] == ["1"]
    fake.send(f"welcome {ready.id} 7", {"heartbeat_ms": 500, "liveness": 3})
    with fake.beating():
        assert fake.next("done").id == "1"
        fake.next("bye")
    assert process.communicate(timeout=10)[0] == "over\n" and process.returncode == 0


@BOTH
def test_a_second_signal_ends_at_once(fake: FakeServer, kind: Any) -> None:
    process = program(fake, kind)
    fake.welcome(30)
    fake.task("1", 600)
    threading.Event().wait(0.5)
    process.send_signal(signal.SIGINT)
    fake.next("ready")
    process.send_signal(signal.SIGINT)
    fake.next("bye")
    process.communicate(timeout=10)
    assert process.returncode not in (0, None)


@BOTH
def test_another_worker_takes_over_where_one_was_killed(fake: FakeServer, kind: Any) -> None:
    process = program(fake, kind)
    fake.welcome(30)
    fake.task("1", 600)
    threading.Event().wait(0.5)
    process.kill()
    process.communicate()
    worker, go = held_up(kind, fake)
    go.set()
    with running(worker, fake):
        assert fake.welcome().body["holding"] == []
        fake.task("2", attempt=2)
        assert fake.next("done").id == "2"


def after_unknown_session(fake: FakeServer) -> Any:
    """A server that was started anew knows nobody; gives the `ready` that follows, welcomed."""
    while (message := parse(fake.raw())).verb != "ready":
        fake.send(f"error {message.id or '-'} unknown_session", {"message": "say ready first"})
    fake.send(f"welcome {message.id} 8", {"heartbeat_ms": 500, "liveness": 3})
    return message
