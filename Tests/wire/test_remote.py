"""Aggregates that a worker decides for: frames as they are, and a worker of a page without a kit."""
import json
import threading
import time

import pytest
import zmq

from skaldwire import Client, frame, new_id


class Tally(threading.Thread):
    """Decides for `tally`: numbers are added, the sum is the state. It remembers nothing between two tasks."""

    def __init__(self, endpoint, credit=16, delay=0.0):
        super().__init__(daemon=True)
        self.endpoint, self.credit, self.delay = endpoint, credit, delay
        self.seen, self.welcomes, self.stopping = [], threading.Semaphore(0), threading.Event()

    def __enter__(self):
        self.start()
        assert self.welcomes.acquire(timeout=10)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join(10)

    def run(self):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 1000)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, 200)
        socket.connect(self.endpoint)
        offer = frame("ready", "r", body={"aggregates": ["tally"], "credit": self.credit, "heartbeat_ms": 5_000})
        socket.send(offer)
        while not self.stopping.is_set():
            if not socket.poll(200):
                socket.send(b"SKALD1 heartbeat -")
                continue
            head, _, body = socket.recv().partition(b"\n")
            words = head.decode().split(" ")
            if words[1] == "task":
                self.seen.append(words[3:7])
                time.sleep(self.delay)
                socket.send(self.answer(words, json.loads(body)))
            elif words[1] == "welcome":
                self.welcomes.release()
            elif words[1:4] == ["error", "-", "unknown_session"] or words[1] == "bye":
                socket.send(offer)
        socket.send(b"SKALD1 bye -")
        socket.close()

    def answer(self, words, body):
        task, kind, sum = words[2], words[3], (body["state"] or {"sum": 0})["sum"]
        if kind == "fold":
            return frame("done", task, body={"state": {"sum": sum + sum_of(body["events"])}})
        name, n = words[7], body["command"].get("n", 0)
        if name == "need" and words[6] == "0":
            return frame("refuse", task, "not_found", body={"message": "there is nothing"})
        if name == "spend" and sum < n:
            return frame("refuse", task, "too_little", body={"message": f"there is only {sum}"})
        numbers = {"add": [n], "burst": [1, 2, 3], "spend": [-n]}.get(name, [])
        events = [{"name": "added", "body": {"n": n}} for n in numbers]
        after = sum + sum_of(events)
        return frame("done", task, body={"events": events, "state": {"sum": after}, "result": {"sum": after}})


def sum_of(events):
    return sum(event["body"]["n"] for event in events)


@pytest.fixture
def tally(server):
    with Tally(server.endpoint) as worker:
        yield worker


def test_a_worker_decides_and_everything_else_is_as_ever(tally, client, name):
    """ES-04 SS-05 SS-14 SS-17: events, refusals, conflicts, receipts, reads."""
    id = new_id()
    first = client.command("tally", name, "add", {"n": 5}, id=id)
    assert (first.version, first.body) == (1, {"sum": 5})
    assert client.command("tally", name, "burst").version == 4
    assert client.command("tally", name, "spend", {"n": 50})["reason"] == "too_little"
    assert client.command("tally", name, "add", {"n": 1}, expected=1).body["actual"] == 4
    assert client.command("tally", name, "add", {"n": 5}, id=id).raw == first.raw
    assert client.command("tally", name, "add", {"n": 6}, id=id).code == "id_reused"
    assert client.command("tally", name + "-none", "need").code == "not_found"
    assert client.ask("aggregate.get", aggregate="tally", key=name) == {
        "aggregate": "tally", "key": name, "version": 4, "state": {"sum": 11}}
    for version, sum in enumerate((5, 6, 8, 11), 1):
        assert client.ask("aggregate.get", aggregate="tally", key=name, version=version)["state"] == {"sum": sum}
    assert [event["body"]["n"] for event in client.events(aggregate="tally", key=name)] == [5, 1, 2, 3]


def test_workers_and_their_types_are_listed(tally, client):
    assert "tally" in client.ask("server.info")["remote_aggregates"]
    assert any(worker["aggregates"] == ["tally"] for worker in client.ask("worker.list")["workers"])


def test_a_thousand_commands_without_waiting_take_effect_in_order(tally, client, name):
    """SS-06: on each of ten keys, through one worker that holds sixteen tasks."""
    ids = [client.send_command("tally", f"{name}-{n % 10}", "add", {"n": n}) for n in range(1000)]
    assert all(reply.ok for reply in client.answers(ids))
    for key in range(10):
        numbers = [event["body"]["n"] for event in client.events(aggregate="tally", key=f"{name}-{key}")]
        assert numbers == list(range(key, 1000, 10))


def test_a_slow_decision_is_accepted_at_once_and_asked_for_later(server, name):
    """SS-11 SS-12"""
    with Tally(server.endpoint, delay=3), Client(server.endpoint) as client:
        id, started = new_id(), time.monotonic()
        order = {"id": id, "aggregate": "tally", "key": name, "name": "add", "body": {"n": 1}}
        assert client.ask("command.submit", **order) == {"id": id, "state": "accepted"}
        assert time.monotonic() - started < 2.5
        assert client.ask("command.result", id=id, wait_ms=1) == {"state": "pending"}
        assert client.ask("command.result", id=id, wait_ms=20_000)["ok"]["result"] == {"sum": 1}


def test_the_command_line_tells_in_its_time_that_no_worker_answers(own, name):
    with Tally(own.endpoint), Client(own.endpoint) as client:
        assert client.command("tally", name, "add", {"n": 1}).ok
    own.kill()
    own.start()
    for arguments, what in ((("send", f"tally/{name}", "add", '{"n": 1}'), "decided"), (("aggregate", "show", f"tally/{name}"), "folded")):
        run = own.run(*arguments, "--timeout", "2s")
        assert run.returncode == 5 and f"no worker has {what} it" in run.stderr and "worker list" in run.stderr, run.stderr


def test_a_command_that_waits_for_a_worker_is_pending_and_sent_again_waits_no_longer(own, name):
    with Client(own.endpoint) as client:
        with Tally(own.endpoint):
            assert client.command("tally", name, "add", {"n": 1}).ok
        id = client.send_command("tally", name, "add", {"n": 1}, headers={"deadline_ms": 3_000})
        # A read does not wait for the commands before it.
        while client.request("command.result", {"id": id}).code == "not_found":
            time.sleep(0.01)
        assert client.ask("command.result", id=id) == {"state": "pending"}
        assert client.ask("command.result", id=id, wait_ms=100) == {"state": "pending"}
        client.send_command("tally", name, "add", {"n": 1}, id=id, headers={"deadline_ms": 60_000})
        assert [client.answer(id, timeout=20).code for _ in range(2)] == ["timeout", "timeout"]
        assert client.request("command.result", {"id": id}).code == "not_found"


def test_what_was_accepted_is_decided_once_whatever_ends_the_server(own, name):
    """SS-03: kill -9 with submitted commands pending, with a worker at some of them and without one."""
    ids, expected = [], []
    with Client(own.endpoint) as client:
        with Tally(own.endpoint):
            assert client.command("tally", name, "add", {"n": 0}).ok
        for round in range(4):
            worker = Tally(own.endpoint, credit=1, delay=0.01) if round % 2 else None
            if worker:
                worker.__enter__()
            for n in range(20):
                ids.append(new_id())
                expected.append(20 * round + n)
                order = {"id": ids[-1], "aggregate": "tally", "key": name, "name": "add", "body": {"n": expected[-1]}}
                assert client.ask("command.submit", **order)["state"] == "accepted"
            own.kill()
            if worker:
                worker.__exit__()
            verified = own.run("store", "verify", "--data", own.data)
            assert verified.returncode == 0, (verified.stdout, verified.stderr)
            own.start()
        states = {client.ask("command.result", id=id)["state"] for id in ids}
        assert "pending" in states
        with Tally(own.endpoint):
            results = [client.ask("command.result", id=id, wait_ms=10_000) for id in ids]
            assert all(result["state"] == "done" and "ok" in result for result in results)
            numbers = [event["body"]["n"] for event in client.events(aggregate="tally", key=name)]
            assert numbers == [0] + expected
            assert [client.ask("command.result", id=id) for id in ids] == results


def test_without_a_worker_a_command_times_out(own, name):
    with Client(own.endpoint) as client:
        with Tally(own.endpoint):
            assert client.command("tally", name, "add", {"n": 1}).ok
        started = time.monotonic()
        reply = client.command("tally", name, "add", {"n": 1}, headers={"deadline_ms": 300})
        assert reply.code == "timeout" and 0.25 < time.monotonic() - started < 5
        with Tally(own.endpoint):
            assert client.command("tally", name, "look").version == 1
