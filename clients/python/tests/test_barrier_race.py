"""Two at once: threads, processes, kills. One effect per operation, whatever happens."""
from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterator

import pytest

import skald
from cluster import Cluster
from conftest import KIT
from stores import ApartStore, PostgresStore, SQLiteStore, Store
from tasks import do, probe, undo


@pytest.fixture(params=["sqlite", "sqlite apart", "postgres", "postgres serializable"])
def where(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    if request.param.startswith("sqlite"):
        return str(tmp_path / f"{request.param}.db")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.database(request.param.partition(" ")[2] or None)


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    kind = PostgresStore if where[0] != os.sep else ApartStore if "sqlite apart" in where else SQLiteStore
    store: Store = kind(where)
    yield store
    if isinstance(store, PostgresStore):
        store.barrier.close()


def not_now(db: Any) -> None:
    raise skald.NotNow


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, all begun at the same moment."""
    start = threading.Barrier(len(work))

    def one(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


@pytest.mark.parametrize("failed_before", [False, True])
def test_eight_at_once_have_one_effect_and_one_answer(store: Store, failed_before: bool) -> None:
    if failed_before:  # its row is there then, and must be held as a new one is
        with pytest.raises(skald.NotNow):
            store.barrier.run(do(), not_now)

    def effect(db: Any) -> Any:
        time.sleep(0.05)
        return store.reserve("a")(db)

    answers = at_once(*[lambda: store.barrier.run(do(), effect)] * 8)
    assert answers == [skald.Done({"seat": "a"})] * 8 and store.seats() == ["a"]


def test_a_duplicate_waits_for_the_first_and_runs_when_that_rolled_back(store: Store) -> None:
    running = threading.Event()

    def first(db: Any) -> None:
        running.set()
        time.sleep(0.3)
        store.reserve("a")(db)
        raise ZeroDivisionError

    def second() -> Any:
        running.wait()
        return store.barrier.run(do(attempt=2), store.reserve("b"))

    answers = at_once(lambda: store.barrier.run(do(), first), second)
    assert isinstance(answers[0], ZeroDivisionError) and answers[1].result == {"seat": "b"} and store.seats() == ["b"]


def test_a_duplicate_whose_lease_ends_before_the_first_is_unknown(store: Store) -> None:
    running, go = threading.Event(), threading.Event()

    def first(db: Any) -> Any:
        running.set()
        go.wait(10)
        return store.reserve("a")(db)

    def others() -> Any:
        running.wait()
        try:
            with pytest.raises(skald.Unknown):
                store.barrier.run(do(attempt=2, lease=0.1), store.reserve("b"))
            with pytest.raises(skald.Unknown):
                store.barrier.probe(probe(lease=0.1))
        finally:
            go.set()

    answers = at_once(lambda: store.barrier.run(do(), first), others)
    assert answers == [skald.Done({"seat": "a"}), None] and store.seats() == ["a"]


def test_a_probe_waits_for_the_attempt_that_runs(store: Store) -> None:
    running = threading.Event()

    def effect(db: Any) -> Any:
        running.set()
        time.sleep(0.2)
        return store.reserve("a")(db)

    def ask() -> Any:
        running.wait()
        return store.barrier.probe(probe())

    answers = at_once(lambda: store.barrier.run(do(), effect), ask)
    assert answers == [skald.Done({"seat": "a"})] * 2


def test_a_do_and_its_undo_at_once_leave_nothing(store: Store) -> None:
    for number in range(30):
        saga, seat = f"s{number}", f"seat{number}"
        did, undid, undid_again = at_once(
            lambda: store.barrier.run(do(saga), store.reserve(seat)),
            lambda: store.barrier.run(undo(saga), store.free(seat)),
            lambda: store.barrier.run(undo(saga, attempt=2), store.free(seat)))
        first = isinstance(did, skald.Done)
        assert first or (isinstance(did, skald.Refuse) and did.code == "undone"), did
        expected = skald.Done({"freed": seat} if first else {})
        # The first attempt is stale when the second got in before it and had an answer, which it then gives too.
        assert undid == expected and undid_again == expected, (undid, undid_again)
    assert store.seats() == []


WORKER = """
import random, sys, skald, stores, tasks
store = stores.store_at(sys.argv[1])
numbers = [number for number in range(60) for _ in range(2)]
random.Random(sys.argv[2]).shuffle(numbers)
for number in numbers:
    done = store.barrier.run(tasks.do(f"s{number}"), store.reserve(f"seat{number}"))
    assert done.result == {"seat": f"seat{number}"}
print("over")
"""


def process(program: str, *arguments: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(KIT / "src"), str(KIT / "tests")])
    return subprocess.Popen([sys.executable, "-c", program, *arguments], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, env=dict(os.environ, PYTHONPATH=path))


def test_two_processes_that_do_the_same_from_the_start_do_it_once(store: Store, where: str) -> None:
    """A second effect would break the table's key, and be seen as an error."""
    workers = [process(WORKER, where, seed) for seed in "ab"]
    assert [worker.communicate(timeout=120)[0] for worker in workers] == ["over\n"] * 2
    assert len(store.seats()) == 60 and set(store.states().values()) == {"done"} and len(store.states()) == 60


VICTIM = """
import sys, time, stores, tasks
store = stores.store_at(sys.argv[1])
def effect(db):
    store.reserve("a")(db)
    print("in the midst", flush=True)
    time.sleep(60)
store.barrier.run(tasks.do(), effect)
"""


def test_a_process_killed_in_the_midst_leaves_nothing_and_the_next_attempt_runs(store: Store, where: str) -> None:
    victim = process(VICTIM, where)
    assert victim.stdout is not None and victim.stdout.readline() == "in the midst\n"
    victim.kill()
    victim.communicate()
    assert store.barrier.run(do(attempt=2), store.reserve("a")).result == {"seat": "a"}
    assert store.seats() == ["a"]
