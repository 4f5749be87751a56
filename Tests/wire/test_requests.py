"""Requests: results of commands, state then and now, events page by page."""
import time

import pytest

from skaldwire import Client, new_id


def fold(events):
    """What a counter's events add up to: the oracle of every read of the past."""
    return {"value": sum(event["body"]["n"] for event in events)} if events else None


@pytest.fixture
def counted(client, name):
    """A counter with 250 events, beyond two snapshots, in a few different milliseconds."""
    for n in range(1, 6):
        ids = [client.send_command("counter", name, "add", {"n": n, "note": str(i)}) for i in range(50)]
        assert all(reply.ok for reply in client.answers(ids))
        time.sleep(0.005)
    return client.events(aggregate="counter", key=name)


def test_server_info_leads_to_the_process_and_its_store(server, client):
    info = client.ask("server.info")
    assert (info["pid"], info["data"]) == (server.process.pid, str(server.data.resolve()))
    assert (info["retention_ms"], info["waiting"]) == (86_400_000, 0)


def test_server_info_names_protocol_and_limits(client):
    info = client.ask("server.info")
    assert info["name"] == "skald" and "SKALD1" in str(info["protocol"]) and info["read_only"] is False
    assert info["version"] and info["started"].endswith("Z")
    memory = info["memory"]
    assert memory["budget_bytes"] == 256 << 20
    assert memory["held_bytes"] == sum(memory[kind]["bytes"] for kind in ("aggregates", "sagas", "remote_aggregates"))


def test_a_result_can_be_asked_for_before_during_and_after(server, client, name):
    """SS-12 DX-03: a wait that comes first is answered by the command that comes second."""
    id = new_id()
    with Client(server.endpoint) as other:
        early = other.send_request("command.result", {"id": id, "wait_ms": 10_000})
        assert other.ask("server.info")
        reply = client.command("counter", name, "add", {"n": 4}, id=id)
        expected = {"state": "done", "ok": {"version": 1, "position": reply.position, "result": {"value": 4}}}
        assert other.answer(early).body == expected
        assert other.ask("command.result", id=id) == client.ask("command.result", id=id, wait_ms=5) == expected


def test_a_refused_result_is_kept_like_any_other(client, name):
    id = new_id()
    client.command("account", name, "deposit", {"amount": 1}, id=id)
    result = client.ask("command.result", id=id)
    assert result["state"] == "done" and result["error"]["code"] == "rejected" and result["error"]["reason"] == "not_open"


def test_a_result_of_an_unseen_id_is_waited_for_and_then_not_found(client):
    """SS-12"""
    started = time.monotonic()
    assert client.request("command.result", {"id": new_id(), "wait_ms": 300}).code == "not_found"
    assert 0.25 < time.monotonic() - started < 5
    assert client.request("command.result", {"id": new_id()}).code == "not_found"


def test_a_very_old_id_is_gone_rather_than_unknown(client):
    """SS-12: past the retention time nobody can say, and the answer says so."""
    assert client.request("command.result", {"id": "01000000-0000-7000-8000-000000000000"}).code == "gone"


def test_each_wait_stands_alone(server, client, name):
    """DX-04: fifty waits, half of them in vain; each gets its own answer."""
    ids = [new_id() for _ in range(50)]
    with Client(server.endpoint) as other:
        waits = [other.send_request("command.result", {"id": id, "wait_ms": 1500}) for id in ids]
        assert other.ask("server.info")
        for id in ids[::2]:
            assert client.command("counter", name, "add", {"n": 1}, id=id).ok
        answers = other.answers(waits)
    assert [answer.code for answer in answers] == [None, "not_found"] * 25


def test_a_submitted_command_is_accepted_and_its_result_fetched_later(client, name):
    """SS-03 SS-13: accepted means processed; submit and result are the two halves of `command`."""
    id = new_id()
    command = {"id": id, "aggregate": "counter", "key": name, "name": "add", "body": {"n": 3}}
    first = client.ask("command.submit", **command)
    assert first["id"] == id and first["state"] in ("accepted", "done")
    result = client.ask("command.result", id=id, wait_ms=10_000)
    assert result["ok"]["version"] == 1 and result["ok"]["result"] == {"value": 3}
    assert client.ask("command.submit", **command)["state"] == "done"
    assert client.request("command.submit", {**command, "body": {"n": 4}}).code == "id_reused"
    assert len(client.events(aggregate="counter", key=name)) == 1


def test_a_submitted_command_needs_an_id_that_is_not_the_dash_for_none(client, name):
    command = {"aggregate": "counter", "key": name, "name": "add", "body": {"n": 3}}
    for id in ("-", "", "$x", "i" * 65):
        assert client.request("command.submit", {"id": id, **command}).code == "bad_request", id
    assert client.events(aggregate="counter", key=name) == []


def test_submitted_and_sent_commands_share_one_order(client, name):
    """SS-06"""
    ids = []
    for i in range(200):
        if i % 2:
            ids.append(client.send_command("counter", name, "add", {"n": i}))
        else:
            ids.append(new_id())
            client.send_request("command.submit", {"id": ids[-1], "aggregate": "counter", "key": name, "name": "add",
                                                   "body": {"n": i}})
    client.answers(ids[1::2])
    assert client.ask("command.result", id=ids[-2], wait_ms=5000)["state"] == "done"
    assert [event["command"] for event in client.events(aggregate="counter", key=name, limit=1000)] == ids


def test_state_at_any_version_position_and_time_is_the_fold_of_a_prefix(client, counted, name):
    """ES-06 ES-19 AK-01 AK-11: with snapshots behind and between."""
    def state(**at):
        return client.ask("aggregate.get", aggregate="counter", key=name, **at)

    for version in (0, 1, 2, 99, 100, 101, 199, 200, 249, 250):
        answer = state(version=version)
        assert (answer["version"], answer["state"]) == (version, fold(counted[:version])), version
    for index in (0, 1, 50, 120, 249):
        event = counted[index]
        assert state(position=event["position"])["state"] == fold(counted[:index + 1])
        upto = [other for other in counted if other["time"] <= event["time"]]
        assert state(time=event["time"])["state"] == fold(upto) and state(time=event["time"])["version"] == len(upto)
    assert state()["state"] == state(position=2**62)["state"] == fold(counted)
    assert (state(time="2000-01-01T00:00:00.000Z")["version"], state(time="2000-01-01T00:00:00.000Z")["state"]) == (0, None)
    assert client.request("aggregate.get", {"aggregate": "counter", "key": name, "version": 251}).code == "not_found"


def test_events_are_read_page_by_page_in_both_directions(client, counted, name):
    """AK-04 AK-12: forward and backward pages of any size make the same history."""
    for limit in (7, 100, 250, 1000):
        assert client.events(aggregate="counter", key=name, limit=limit) == counted
        assert client.events(aggregate="counter", key=name, limit=limit, backwards=True) == counted[::-1]
    page = client.ask("event.read", aggregate="counter", key=name, limit=1, **{"from": 17})
    assert page["events"] == [counted[16]] and page["next"] == 18
    page = client.ask("event.read", aggregate="counter", key=name, limit=1, backwards=True, **{"from": 17})
    assert page["events"] == [counted[16]] and page["next"] == 16
    assert client.ask("event.read", aggregate="counter", key=name)["next"] == 101
    assert client.ask("event.read", aggregate="counter", key=name, **{"from": 251}) == {"events": [], "next": None}


def test_a_larger_limit_is_lowered_not_refused(client, counted, name):
    assert len(client.ask("event.read", limit=5000)["events"]) <= 1000
    assert len(client.ask("event.read", aggregate="counter", key=name, limit=5000)["events"]) == 250


def test_the_merged_log_is_dense_and_agrees_with_each_type_and_key(client, counted, name):
    """ES-12 AK-04: positions without a gap over all types; each type and key a filter of it."""
    everything = client.events(limit=1000)
    assert [event["position"] for event in everything] == list(range(1, len(everything) + 1))
    assert [event for event in everything if (event["aggregate"], event["key"]) == ("counter", name)] == counted
    of_type = client.events(aggregate="counter", limit=1000)
    assert of_type == [event for event in everything if event["aggregate"] == "counter"]
    times = [event["time"] for event in everything]
    assert times == sorted(times)
    start = counted[10]["position"]
    assert client.ask("event.read", limit=3, **{"from": start})["events"] == everything[start - 1:start + 2]


def test_an_event_says_what_happened_when_and_why(client, name):
    """ES-12: id, type, key, version, position, time, body, the command that caused it, headers."""
    headers = {"correlation": "trip 7", "causation": "click-1", "x-tenant": "ü"}
    id = client.send_command("counter", name, "add", {"n": 2, "note": "hi"}, headers=headers)
    reply = client.answer(id)
    (event,) = client.events(aggregate="counter", key=name)
    assert set(event) == {"position", "aggregate", "key", "version", "name", "body", "time", "id", "command", "correlation",
                          "causation", "actor", "schema", "headers"}
    assert event["body"] == {"n": 2, "note": "hi"} and event["command"] == id and event["position"] == reply.position
    assert event["correlation"] == "trip 7" and event["causation"] == "click-1" and event["headers"] == {"x-tenant": "ü"}
    assert event["id"].endswith(f"-{event['position']}") and event["time"].endswith("Z") and event["actor"] is None


def test_reads_change_nothing_and_no_request_alters_an_event(client, counted, name):
    """ES-11 ES-18 AK-07: after reads of every kind, and after more appends, the same events come back unchanged."""
    last = client.ask("event.read", limit=1, backwards=True)["events"][0]["position"]
    client.ask("aggregate.get", aggregate="counter", key=name)
    client.ask("aggregate.get", aggregate="counter", key=name, version=3)
    client.ask("saga.list"), client.ask("def.list"), client.ask("server.info")
    for operation in ("event.delete", "event.write", "aggregate.set", "aggregate.delete"):
        assert client.request(operation, {"aggregate": "counter", "key": name}).code == "unknown_operation"
    assert client.command("$saga", name, "add", {"n": 1}).code in ("forbidden", "bad_request", "unknown_aggregate")
    assert client.ask("event.read", limit=1, backwards=True)["events"][0]["position"] == last
    assert client.command("counter", name, "add", {"n": -1000}).ok
    assert client.events(aggregate="counter", key=name)[:250] == counted


def test_a_correction_is_a_new_event_and_the_wrong_one_stays(client, name):
    """AK-10"""
    client.command("counter", name, "add", {"n": 500, "note": "typed one zero too many"})
    client.command("counter", name, "add", {"n": -450, "note": "corrected"})
    assert client.ask("aggregate.get", aggregate="counter", key=name)["state"] == {"value": 50}
    assert [event["body"]["n"] for event in client.events(aggregate="counter", key=name)] == [500, -450]


def test_a_reader_never_sees_state_ahead_of_or_behind_the_log(server, client, name):
    """SS-02: while a writer adds ones, value and version are one, and no answer is older than what was acknowledged."""
    with Client(server.endpoint) as reader:
        acknowledged = 0
        for _ in range(40):
            ids = [client.send_command("counter", name, "add", {"n": 1}) for _ in range(25)]
            asked = [reader.send_request("aggregate.get", {"aggregate": "counter", "key": name}) for _ in range(5)]
            for answer in reader.answers(asked):
                seen = answer["version"] if answer.ok else 0
                assert seen >= acknowledged and (not answer.ok or answer["state"] == {"value": seen}), answer
            acknowledged = max(reply.version for reply in client.answers(ids))
            state = reader.ask("aggregate.get", aggregate="counter", key=name)
            newest = reader.ask("event.read", aggregate="counter", key=name, backwards=True, limit=1)["events"][0]
            assert state["version"] == state["state"]["value"] == newest["version"] == acknowledged


def test_arguments_of_the_wrong_kind_are_bad_requests(client, name):
    for operation, arguments in (
        ("aggregate.get", {}), ("aggregate.get", {"aggregate": "counter"}), ("aggregate.get", {"aggregate": 1, "key": "a"}),
        ("aggregate.get", {"aggregate": "counter", "key": name, "version": "one"}),
        ("aggregate.get", {"aggregate": "counter", "key": name, "time": "yesterday"}),
        ("event.read", {"limit": "many"}), ("event.read", {"key": name}), ("command.result", {}), ("saga.get", {}),
        ("saga.start", {}), ("def.get", {}), ("command.submit", {"id": new_id()}),
    ):
        reply = client.request(operation, arguments)
        assert reply.code == "bad_request" and reply["message"], (operation, arguments, reply)
