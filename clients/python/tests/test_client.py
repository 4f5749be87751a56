"""Both clients against the real server: every operation, every error people catch, restarts."""
from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator

import pytest

import skald
import skaldwire
from both import Driven
from skald._ids import new_id

SOURCE = """
saga: two-steps
version: 1
steps:
  one: { command: counter.add, key: "${ input.key }", with: { n: 1 }, undo: none, because: a counter }
"""


@pytest.fixture(params=[skald.Client, Driven])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def either(kind: Any, shared: skaldwire.Server) -> Iterator[Any]:
    with kind(shared.endpoint) as client:
        yield client


def test_a_command_is_answered_and_its_id_makes_it_idempotent(either: Any, name: str) -> None:
    id = new_id()
    first = either.command("counter", name, "add", {"n": 4}, id=id, headers={"x-tenant": "a b", "correlation": "trip 7"})
    assert first.version == 1 and first.position > 0 and first.result == {"value": 4}
    assert either.command("counter", name, "add", {"n": 4}, id=id) == first
    (event,) = either.events("counter", name)
    assert event["headers"]["x-tenant"] == "a b" and event["correlation"] == "trip 7" and event["command"] == id


def test_words_of_any_kind_reach_the_server(either: Any, name: str) -> None:
    key = f"{name} 50% = é/-"
    assert either.command("counter", key, "add", {"n": 1}).version == 1
    assert either.get("counter", key) == skald.AggregateState("counter", key, 1, {"value": 1})


def test_errors_have_their_class_and_their_details(either: Any, name: str) -> None:
    with pytest.raises(skald.Rejected) as rejected:
        either.command("account", name, "deposit", {"amount": 1})
    assert rejected.value.reason == "not_open" and rejected.value.message
    id = new_id()
    either.command("counter", name, "add", {"n": 1}, id=id, expected=0)
    with pytest.raises(skald.Conflict) as conflict:
        either.command("counter", name, "add", {"n": 1}, expected=5)
    assert (conflict.value.expected, conflict.value.actual) == (5, 1)
    with pytest.raises(skald.IdReused):
        either.command("counter", name, "add", {"n": 2}, id=id)
    with pytest.raises(skald.BadRequest):
        either.command("counter", name, "add", {"n": "x"})
    with pytest.raises(skald.NotFound):
        either.get("counter", name + "-nobody")
    with pytest.raises(skald.SkaldError) as unknown:
        either.command("nothing", name, "add")
    assert unknown.value.code == "unknown_aggregate"
    with pytest.raises(skald.InvalidDefinition) as invalid:
        either.check("saga: x\nversion: 1\nsteps: {}\n")
    assert invalid.value.problems[0]["line"] >= 1
    with pytest.raises(ValueError):
        either.command("counter", name, "add", {"n": float("nan")})


def test_a_command_is_submitted_and_its_result_fetched(either: Any, name: str) -> None:
    id = either.submit("counter", name, "add", {"n": 2})
    assert either.result(id, wait=10).result == {"value": 2}
    refused = either.submit("account", name, "deposit", {"amount": 1})
    with pytest.raises(skald.Rejected, match="not_open|open"):
        either.result(refused, wait=10)
    began = time.monotonic()
    with pytest.raises(skald.NotFound):
        either.result(new_id(), wait=0.3)
    assert 0.25 < time.monotonic() - began < 5
    with pytest.raises(skald.Gone):
        either.result("01000000-0000-7000-8000-000000000000")


def test_state_and_events_are_read_at_any_point_and_page_by_page(either: Any, name: str) -> None:
    for n in range(120):
        either.submit("counter", name, "add", {"n": 1})
    last = either.command("counter", name, "add", {"n": 1})
    events = list(either.events("counter", name))
    assert [event["version"] for event in events] == list(range(1, 122))
    assert [event["version"] for event in either.events("counter", name, backwards=True)] == list(range(121, 0, -1))
    assert [event["version"] for event in either.events("counter", name, start=120)] == [120, 121]
    assert either.get("counter", name, version=7).state == {"value": 7}
    assert either.get("counter", name, position=events[9]["position"]).state == {"value": 10}
    assert either.get("counter", name, time="2000-01-01T00:00:00.000Z") == skald.AggregateState("counter", name, 0, None)
    assert last.position == events[-1]["position"] and either.info()["name"] == "skald"


def test_sagas_are_started_found_and_told(either: Any, name: str) -> None:
    either.command("account", f"a-{name}", "open", {"owner": "A"})
    either.command("account", f"a-{name}", "deposit", {"amount": 50})
    either.command("account", f"b-{name}", "open", {"owner": "B"})
    transfer = {"from": f"a-{name}", "to": f"b-{name}", "amount": 20}
    started = either.start("transfer-money", transfer)
    view = either.saga(started.id, wait=20)
    assert view["state"] == "completed" and not started.existing
    assert either.start("transfer-money", transfer, id=started.id).existing
    assert started.id in [saga["id"] for saga in either.sagas(state="completed", definition="transfer-money")]
    ids = [saga["id"] for saga in either.sagas(definition="transfer-money")]
    assert [saga["id"] for saga in either.sagas(definition="transfer-money", backwards=True)] == ids[::-1]
    history = either.history(started.id)
    assert history[0]["name"] == "saga.started" and history[-1]["name"] == "saga.completed"
    with pytest.raises(skald.IllegalState) as refused:
        either.cancel(started.id, "late")
    assert refused.value.reason
    with pytest.raises(skald.SkaldError):
        either.repair(started.id, "debit", "retry", "why not")
    with pytest.raises(skald.NotFound):
        either.saga("nobody")


def test_a_saga_that_waits_is_waited_for_and_ended(either: Any, name: str) -> None:
    definition = {"saga": "nap", "version": 1, "steps": {"rest": {"sleep": "1h"}}}
    ids = [either.start_inline(definition, {}, id=f"{word}-{name}").id for word in ("cancel", "terminate")]
    began = time.monotonic()
    assert either.saga(ids[0], wait=0.5)["state"] == "running" and 0.4 < time.monotonic() - began < 5
    either.cancel(ids[0], "no need")
    assert either.saga(ids[0], wait=10)["state"] == "compensated"
    assert either.terminate(ids[1], "stop")["state"] == "terminated"


def test_definitions_are_checked_registered_and_read(either: Any, name: str) -> None:
    assert either.check(SOURCE)["name"] == "two-steps"
    assert either.register(SOURCE)["version"] == 1
    assert "two-steps" in [definition["name"] for definition in either.definitions()]
    assert either.definition("two-steps", 1)["source"] == SOURCE == either.definition("two-steps")["source"]
    started = either.start("two-steps", {"key": name}, version=1)
    assert either.saga(started.id, wait=10)["state"] == "completed"
    with pytest.raises(skald.Conflict):
        either.register(SOURCE.replace("{ n: 1 }", "{ n: 2 }"))


def test_a_restart_under_a_wait_is_not_noticed(own: skaldwire.Server, kind: Any) -> None:
    with kind(own.endpoint) as client:
        started = client.start_inline({"saga": "nap", "version": 1, "steps": {"rest": {"sleep": "4s"}}}, {})
        own.kill()
        threading.Timer(0.5, own.start).start()
        assert client.saga(started.id, wait=30)["state"] == "completed"


def test_commands_over_kills_take_effect_once_each(own: skaldwire.Server, kind: Any) -> None:
    with kind(own.endpoint, 60) as client:
        def murder() -> None:
            for _ in range(5):
                time.sleep(0.2)
                own.kill()
                own.start()

        killer = threading.Thread(target=murder)
        killer.start()
        n = 0
        while killer.is_alive() or n < 100:
            n += 1
            assert client.command("counter", "k", "add", {"n": 1}).result == {"value": n}
        assert client.get("counter", "k").version == n


def test_threads_share_a_client_and_do_not_wait_for_each_other(client: skald.Client, name: str) -> None:
    started = client.start_inline({"saga": "nap", "version": 1, "steps": {"rest": {"sleep": "3s"}}}, {})
    with ThreadPoolExecutor(9) as pool:
        waiting = pool.submit(client.saga, started.id, 20)
        adds = [pool.submit(client.command, "counter", name, "add", {"n": 1}) for _ in range(400)]
        assert sorted(add.result().version for add in adds) == list(range(1, 401))
        assert not waiting.done() and waiting.result()["state"] == "completed"
