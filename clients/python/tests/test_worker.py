"""The life of a worker, of both kinds, against a server made up for the test."""
from __future__ import annotations

import threading
import time
from typing import Any, Callable

import pytest

import skald
from fake import FakeServer, running

BOTH = pytest.mark.parametrize("kind", [skald.Worker, skald.AsyncWorker])


@BOTH
def test_ready_says_what_the_worker_can_do(fake: FakeServer, kind: Any) -> None:
    worker = kind(fake.endpoint, credit=3, heartbeat=0.5, dedupes=False, limits={"act": {"concurrent": 2, "per_second": 5}})
    worker.action("act")(lambda task: {})
    with running(worker, fake):
        body = fake.welcome().body
    assert body == {"actions": ["act"], "aggregates": [], "credit": 3, "heartbeat_ms": 500, "dedupes": False, "schema": 1,
                    "holding": [], "limits": {"act": {"concurrent": 2, "per_second": 5}}}


@BOTH
def test_a_task_carries_everything_and_its_result_is_sent(fake: FakeServer, kind: Any) -> None:
    seen: list[skald.Task] = []
    worker = kind(fake.endpoint, heartbeat=0.5)

    @worker.action("act")
    def act(task: skald.Task) -> Any:
        seen.append(task)
        return skald.Done({"hold": 1}, undo=skald.Undo.call("cancel", {"hold": 1}))

    with running(worker, fake):
        fake.welcome()
        fake.task("12", None, direction="undo", operation="s/a%20b/undo~2", attempt=3, more=" x-tenant=a%20b",
                  do={"operation": "s/a b/do", "input": {"n": 1}, "result": {"hold": 0}})
        assert fake.said() == (b'SKALD1 done 12\n{"result":{"hold":1},"undo":{"call":"cancel","with":{"hold":1}}}')
    (task,) = seen
    assert (task.id, task.action, task.operation, task.attempt) == ("12", "act", "s/a b/undo~2", 3)
    assert (task.saga, task.step, task.direction, task.epoch, dict(task.headers)) == ("s", "a", "undo", 7, {"x-tenant": "a b"})
    assert task.done_operation == skald.DoneOperation("s/a b/do", {"n": 1}, {"hold": 0})
    assert task.time_left is not None and 20 < task.time_left <= 30


def raises(error: BaseException) -> Callable[[skald.Task], Any]:
    def handler(task: skald.Task) -> Any:
        raise error
    return handler


ANSWERS = [
    (lambda task: None, 'done 1\n{"result":{}}'),
    (lambda task: [task.input], 'done 1\n{"result":[5]}'),
    (lambda task: skald.Done(1, skald.Undo.command("hotel.release", "Rome", {"n": 1})),
     'done 1\n{"result":1,"undo":{"command":"hotel.release","key":"Rome","with":{"n":1}}}'),
    (raises(skald.Refuse("sold_out", "none left")), 'refuse 1 sold_out\n{"message":"none left"}'),
    (raises(skald.NotNow(1.5, "later")), 'retry 1 1500\n{"message":"later"}'),
    (raises(skald.NotNow(1e9)), 'retry 1 86400000\n{"message":""}'),
    (raises(skald.Unknown("lost it")), 'unknown 1\n{"message":"lost it"}'),
    (raises(ZeroDivisionError("by 0")), 'unknown 1\n{"message":"ZeroDivisionError: by 0"}'),
    (raises(SystemExit(3)), 'unknown 1\n{"message":"SystemExit: 3"}'),
    (lambda task: skald.Refuse("Not A Code"), 'unknown 1\n{"message":"ValueError'),
    (lambda task: {1, 2}, 'unknown 1\n{"message":"TypeError'),
    (lambda task: "x" * (1 << 20), 'unknown 1\n{"message":"ValueError'),
]


@BOTH
@pytest.mark.parametrize("handler, answer", ANSWERS)
def test_what_a_handler_says_becomes_the_answer(fake: FakeServer, kind: Any, handler: Any, answer: str) -> None:
    worker = kind(fake.endpoint, heartbeat=0.5)
    worker.action("act")(handler)
    with running(worker, fake):
        fake.welcome()
        fake.task("1", 5)
        assert fake.said().decode().startswith("SKALD1 " + answer)


def test_coroutines_run_side_by_side_and_what_they_raise_counts(fake: FakeServer) -> None:
    import asyncio

    worker = skald.AsyncWorker(fake.endpoint, heartbeat=0.5)
    both = 0

    @worker.action("act")
    async def act(task: skald.Task) -> Any:
        nonlocal both
        both += 1
        while both < 2:
            await asyncio.sleep(0.005)
        if task.id == "2":
            raise skald.Refuse("no")
        return {}

    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        fake.task("2")
        assert {fake.said().split(b"\n")[0] for _ in range(2)} == {b"SKALD1 done 1", b"SKALD1 refuse 2 no"}


def test_a_coroutine_is_not_for_the_worker_of_threads() -> None:
    worker = skald.Worker()

    async def act(task: skald.Task) -> None: ...

    with pytest.raises(TypeError, match="AsyncWorker"):
        worker.action("act")(act)
    with pytest.raises(ValueError, match="nothing to do"):
        worker.run()


@BOTH
def test_an_action_without_its_name_is_refused_at_once(kind: Any) -> None:
    worker = kind()
    with pytest.raises(TypeError, match=r"@worker.action\(\"NAME\"\)"):
        @worker.action
        def reserve(task: skald.Task) -> None: ...


@pytest.mark.parametrize("kind", [skald.Worker, skald.AsyncWorker, skald.Client, skald.AsyncClient])
@pytest.mark.parametrize("endpoint", ["127.0.0.1:7117", "http://127.0.0.1:7117", "tcp://127.0.0.1", "ipc://"])
def test_what_is_no_endpoint_is_refused_with_what_one_is(kind: Any, endpoint: str) -> None:
    with pytest.raises(ValueError, match=f"'{endpoint}' is no endpoint: tcp://HOST:PORT or ipc://PATH"):
        kind(endpoint)


@BOTH
def test_a_worker_goes_where_the_environment_says_unless_it_is_told(
        fake: FakeServer, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kind().endpoint == "tcp://127.0.0.1:7117"
    monkeypatch.setenv("SKALD_ENDPOINT", fake.endpoint)
    assert kind("tcp://127.0.0.1:1").endpoint == "tcp://127.0.0.1:1"
    worker = kind(heartbeat=0.2)
    worker.action("act")(lambda task: {})
    with running(worker, fake):
        fake.welcome()


@BOTH
def test_a_worker_tells_where_it_has_come_to_and_where_nobody_is(
        fake: FakeServer, kind: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "skald")
    worker = kind(fake.endpoint, heartbeat=0.2)
    worker.action("act")(lambda task: {})
    with running(worker, fake):
        fake.next("ready")
        fake.welcome()
        fake.task("1")
        fake.next("done")
    assert f"no welcome from {fake.endpoint} yet; connecting anew" in caplog.messages
    assert f"connected to {fake.endpoint}, offering act" in caplog.messages


@BOTH
def test_heartbeats_go_on_while_handlers_work(fake: FakeServer, kind: Any) -> None:
    worker = kind(fake.endpoint, credit=1, heartbeat=0.5)
    worker.action("act")(lambda task: time.sleep(1.2))
    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        beats = 0
        with fake.beating():
            while (raw := fake.raw()) == b"SKALD1 heartbeat -":
                beats += 1
        assert raw.startswith(b"SKALD1 done 1") and beats >= 2


@BOTH
def test_working_renews_the_lease(fake: FakeServer, kind: Any) -> None:
    worker = kind(fake.endpoint, heartbeat=0.5)
    left: list[float] = []

    @worker.action("act")
    def act(task: skald.Task) -> None:
        task.deadline = 0.0
        task.working()
        left.append(task.time_left or 0)

    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        assert fake.said() == b"SKALD1 working 1" and fake.said().startswith(b"SKALD1 done 1")
    assert left[0] > 20


@BOTH
def test_a_task_that_comes_twice_is_done_once(fake: FakeServer, kind: Any) -> None:
    worker, count, go = kind(fake.endpoint, heartbeat=0.5), [0], threading.Event()

    @worker.action("act")
    def act(task: skald.Task) -> int:
        count[0] += 1
        go.wait(5)
        return count[0]

    with running(worker, fake):
        fake.welcome()
        fake.task("1")
        fake.task("1")
        go.set()
        assert fake.next("done").body == {"result": 1}
        fake.task("1")
        assert fake.next("done").body == {"result": 1}
    assert count == [1]


@BOTH
def test_a_task_nobody_can_do_is_unknown(fake: FakeServer, kind: Any) -> None:
    worker = kind(fake.endpoint, heartbeat=0.5)
    worker.action("act")(lambda task: {})
    with running(worker, fake):
        fake.welcome()
        fake.task("1", action="other")
        assert "no handler for the action 'other'" in fake.next("unknown").body["message"]
        fake.send("task 2 action act")
        assert fake.next("unknown").id == "2"
        fake.send("task 3 fold t k 0", {"state": None, "events": []})
        assert fake.next("unknown").id == "3"
        fake.send("task 4 action act s/a/undo 1 direction=undo", {"input": 1})
        assert fake.next("unknown").id == "4"
        fake.socket.send_multipart([fake.peer, b"\xff\xfe"])
        fake.task("5")
        assert fake.next("done").id == "5"
