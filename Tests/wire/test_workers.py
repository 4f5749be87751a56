"""Workers over the wire, the bad ones too: what each does to its own saga, and to nobody else's."""
import signal
import time

import pytest
from skaldwire import Client, Server, frame
from workers import RawWorker

ERRAND = """
saga: {name}
version: 1
steps:
  fetch:
    call: {name}.fetch
    with: {{ what: "${{ input.what ?? 'tea' }}" }}
    timeout: {timeout}
    retry: {{ attempts: {attempts}, first: 50ms, jitter: none }}
    undo: {{ call: {name}.put-back, timeout: {timeout}, retry: {{ attempts: {undos}, first: 50ms, jitter: none }} }}
  pay:
    pivot: true
    needs: [fetch]
    call: {name}.pay
    retry: {{ attempts: 1, first: 50ms, jitter: none }}
"""


def errand(client, name, attempts=5, undos=5, timeout="60s"):
    """The timeout is short only where it must run out: on a busy machine an answer takes its time."""
    client.ask("def.register", source=ERRAND.format(name=name, attempts=attempts, undos=undos, timeout=timeout))
    return client.ask("saga.start", definition=name, input={})["id"]


def names(client, saga):
    return [event["name"] for event in client.ask("saga.history", id=saga)["events"]]


@pytest.fixture
def worker(server, name):
    workers = []

    def make(*actions, **options):
        workers.append(RawWorker(server.endpoint, [f"{name}.{action}" for action in actions], **options))
        return workers[-1]

    yield make
    for made in workers:
        made.stop()


def test_an_errand_is_done(client, worker, name):
    """The thirty lines of the README of workers: task, done, task, done."""
    saga, one = errand(client, name), worker("fetch", "pay")
    fetch = one.task("fetch")
    assert fetch.body == {"input": {"what": "tea"}} and fetch.operation == f"{saga}/fetch/do" and fetch.attempt == 1
    one.done(fetch, {"cup": 1})
    one.done(one.task("pay"))
    view = client.end_of(saga)
    assert view["state"] == "completed" and view["steps"][0]["result"] == {"cup": 1} and not one.errors


def test_a_cancel_that_waits_for_the_pivot_is_to_be_seen_until_it_is_decided(client, server, worker, name):
    saga, one = errand(client, name), worker("fetch", "pay")
    one.done(one.task("fetch"))
    pay = one.task("pay")
    view = client.ask("saga.cancel", id=saga, reason="changed my mind")
    assert (view["state"], view["cancel_requested"]) == ("running", "changed my mind")
    assert "cancel noted" in server.run("saga", "show", saga).stdout
    one.done(pay)
    view = client.end_of(saga)
    assert view["state"] == "completed" and "cancel_requested" not in view


def test_an_undo_that_comes_with_the_result_replaces_the_one_of_the_definition(client, worker, name):
    """SG-07"""
    saga, one = errand(client, name), worker("fetch", "pay", "put-back", "special")
    one.done(one.task("fetch"), {"cup": 1}, undo={"call": f"{name}.special", "with": {"cup": "${ 1 }"}})
    one.say("refuse", one.task("pay"), "poor", body={"message": "no money"})
    undo = one.task("fetch", "undo")
    assert undo.name == f"{name}.special" and undo.body["input"] == {"cup": "${ 1 }"}
    assert undo.body["do"] == {"operation": f"{saga}/fetch/do", "input": {"what": "tea"}, "result": {"cup": 1}}
    one.done(undo)
    assert client.end_of(saga)["state"] == "compensated"


def test_attempts_share_their_operation_and_a_worker_is_heard_on_when_to_come_again(client, worker, name):
    """SG-08"""
    saga, one = errand(client, name), worker("fetch", "pay")
    first = one.task("fetch")
    one.say("retry", first, "300", body={"message": "closed"})
    begun = time.monotonic()
    second = one.task("fetch")
    assert time.monotonic() - begun > 0.25
    assert (second.operation, second.attempt) == (first.operation, 2) and second.id != first.id
    one.done(second)
    one.done(one.task("pay"))
    assert client.end_of(saga)["state"] == "completed"


def test_one_that_never_answers_is_unknown_and_then_undone(client, worker, name):
    """SG-14: silence is never a no."""
    saga, one = errand(client, name, attempts=2, timeout="1s"), worker("fetch", "pay", "put-back")
    one.task("fetch"), one.task("fetch")
    undo = one.task("fetch", "undo")
    assert undo.body["do"]["result"] is None
    one.done(undo)
    view = client.end_of(saga)
    assert view["state"] == "compensated" and view["steps"][0]["certainty"] == "maybe"


def test_one_that_answers_late_counts_while_nobody_is_sure_and_then_no_more(client, worker, name):
    """SG-15"""
    saga, one = errand(client, name, attempts=9, timeout="2s"), worker("fetch", "pay", "put-back")
    first = one.task("fetch")
    second = one.task("fetch")
    one.done(first, {"late": True})
    one.until(lambda: any(task.step == "pay" for task in one.tasks))
    one.say("refuse", one.task("pay"), "poor")
    undo = one.task("fetch", "undo")
    one.done(second)
    one.until(lambda: (second.id, "gone") in one.errors)
    one.done(undo)
    view = client.end_of(saga)
    assert view["steps"][0]["result"] == {"late": True} and view["state"] == "compensated"
    assert "answer.ignored" in names(client, saga)


def test_a_stale_no_does_not_kill_the_attempt_that_runs(client, worker, name):
    """DX-10"""
    saga, one = errand(client, name, attempts=9, timeout="2s"), worker("fetch", "pay")
    first = one.task("fetch")
    second = one.task("fetch")
    one.say("refuse", first, "stale")
    one.until(lambda: (first.id, "gone") in one.errors)
    one.done(second)
    one.done(one.task("pay"))
    assert client.end_of(saga)["state"] == "completed" and "answer.ignored" in names(client, saga)


def test_one_that_answers_twice_is_heard_once(client, worker, name):
    saga, one = errand(client, name), worker("fetch", "pay")
    fetch = one.task("fetch")
    one.done(fetch, {"n": 1})
    one.done(fetch, {"n": 2})
    one.say("refuse", fetch, "changed-my-mind")
    one.done(one.task("pay"))
    assert client.end_of(saga)["steps"][0]["result"] == {"n": 1}
    one.until(lambda: one.errors == [(fetch.id, "gone")] * 2)


def test_one_that_answers_for_another_attempt_or_for_none_changes_nothing(client, worker, name):
    saga, one, other = errand(client, name), worker("fetch"), worker("pay")
    fetch = one.task("fetch")
    other.done(fetch)
    other.until(lambda: (fetch.id, "forbidden") in other.errors)
    for task in ["1", "999999999", "0", "x", "d1-1", "18446744073709551616"]:
        one.done(task)
    one.until(lambda: len(one.errors) == 6)
    # Another spelling of the number of a task is no way past the one who holds it.
    other.say("refuse", f"0{fetch.id}", "forged")
    other.until(lambda: (f"0{fetch.id}", "gone") in other.errors)
    assert {code for _, code in one.errors} == {"gone"}
    assert client.ask("saga.get", id=saga)["steps"][0]["state"] == "running"
    one.done(fetch)
    other.done(other.task("pay"))
    assert client.end_of(saga)["state"] == "completed"


NONSENSE = [b"", b"[1]", b"{", b'{"undo": 1}', b'{"undo": {"call": "Not A Name"}}', b'{"undo": {"command": "$saga.x", "key": "k"}}',
            b'{"result": 123456789012345678901234567890}', b"{" + b'"a":{' * 70 + b"}" * 71]


@pytest.mark.parametrize("body", NONSENSE[1:], ids=range(len(NONSENSE) - 1))
def test_nonsense_is_unknown_and_never_a_no(client, worker, name, body):
    saga, one = errand(client, name), worker("fetch", "pay")
    first = one.task("fetch")
    one.say("done", first, body=body)
    second = one.task("fetch")
    assert second.operation == first.operation and second.attempt == 2
    assert (first.id, "bad_request") in one.errors
    one.done(second)
    one.done(one.task("pay"))
    assert client.end_of(saga)["state"] == "completed"


def test_an_answer_that_is_too_large_is_unknown_and_the_worker_lives(client, worker, name):
    saga, one = errand(client, name), worker("fetch", "pay")
    one.done(one.task("fetch"), {"big": "x" * (1 << 20)})
    one.done(one.task("fetch"), {"big": "x" * 1000})
    one.done(one.task("pay"))
    assert client.end_of(saga)["state"] == "completed"


def test_a_flood_of_answers_delays_nobody_elses_tasks(client, server, worker, name):
    """200,000 answers that mean nothing, while another action's round trips go on."""
    saga, flood = errand(client, name), worker("fetch")
    fetch = flood.task("fetch")
    junk = frame("done", "424242", body={"result": {}})
    other = f"{name}b"
    quick = RawWorker(server.endpoint, [f"{other}.fetch", f"{other}.pay"])
    client.ask("def.register", source=ERRAND.format(name=other, attempts=5, undos=5, timeout="60s"))
    slowest = 0
    for round in range(20):
        for _ in range(10_000):
            flood.socket.send(junk)
        begun = time.monotonic()
        busy = client.ask("saga.start", definition=other, input={})["id"]
        quick.done(quick.task("fetch"))
        quick.done(quick.task("pay"))
        assert client.end_of(busy)["state"] == "completed"
        slowest = max(slowest, time.monotonic() - begun)
        flood.take()
    quick.stop()
    assert slowest < 5, f"a round trip beside a flood took {slowest:.1f} s"
    flood.done(fetch)
    flood.until(lambda: client.ask("saga.get", id=saga)["steps"][0]["state"] == "completed", seconds=30)


def test_attempts_of_an_undo_are_counted_apart_and_end_with_a_stuck_saga(client, server, worker, name):
    """DX-08"""
    saga, one = errand(client, name, attempts=3, undos=2), worker("fetch", "pay", "put-back")
    one.say("unknown", one.task("fetch"), body={"message": "?"})
    one.done(one.task("fetch"))
    one.say("refuse", one.task("pay"), "poor")
    for attempt in (1, 2):
        undo = one.task("fetch", "undo")
        assert undo.attempt == attempt
        one.say("unknown", undo, body={"message": "?"})
    view = client.end_of(saga)
    assert view["state"] == "stuck" and view["stuck_on"]["step"] == "fetch"
    assert f"saga {saga} ({name} v1) is stuck: undo of fetch: " in server.log.read_text()
    client.ask("saga.repair", id=saga, step="fetch", do="retry", reason="try again")
    one.done(one.task("fetch", "undo"))
    assert client.end_of(saga)["state"] == "compensated"


def test_a_connection_that_is_gone_leaves_its_tasks_unknown_within_its_liveness(client, worker, name):
    saga, one = errand(client, name), worker("fetch", heartbeat_ms=1_000)
    first = one.task("fetch")
    one.stop()
    two = worker("fetch", "pay")
    second = two.task("fetch")
    # The second attempt may have been for the connection nobody knew to be gone: that is how the server learns of it.
    assert second.attempt in (2, 3) and second.operation == first.operation
    two.done(second)
    two.done(two.task("pay"))
    assert client.end_of(saga)["state"] == "completed"


def test_a_killed_server_asks_nobody_twice_for_what_a_worker_holds(own, name):
    """SG-13 DX-17"""
    with Client(own.endpoint) as client:
        saga = errand(client, name)
        one = RawWorker(own.endpoint, [f"{name}.fetch", f"{name}.pay"])
        fetch = one.task("fetch")
        own.kill()
        own.start()
        one.done(fetch)
        one.until(lambda: one.errors)
        assert one.errors[0][1] == "unknown_session"
        one.errors.clear()
        one.ready([f"{name}.fetch", f"{name}.pay"], holding=[fetch.id])
        assert one.welcomes[-1] > one.welcomes[0], "the epoch rises"
        one.done(fetch)
        pay = one.task("pay")
        assert not one.tasks
        one.done(pay)
        assert client.end_of(saga)["state"] == "completed"
        assert names(client, saga).count("step.started") == 2
        one.stop()


def test_a_restored_backup_has_an_epoch_above_every_start_since(own, name):
    """A participant refuses an epoch below one it has seen."""
    copy, restored = own.folder / "copy", own.folder / "restored"
    assert own.run("store", "backup", copy, "--data", own.data).returncode == 0
    seen = []
    for _ in range(2):
        own.kill()
        own.start()
        one = RawWorker(own.endpoint, [f"{name}.fetch"])
        seen.append(one.welcomes[-1])
        one.stop()
    own.kill()
    # Starts that follow each other within a second run ahead of the clock.
    time.sleep(4)
    assert own.run("store", "restore", copy, "--data", restored, "--yes").returncode == 0
    with Server(own.binary, data=restored) as other:
        one = RawWorker(other.endpoint, [f"{name}.fetch"])
        assert seen == sorted(set(seen)) and one.welcomes[-1] > seen[-1]
        one.stop()


def test_a_server_that_stood_still_takes_nobody_for_silent(own, name):
    """Frozen for longer than its workers may be silent: what they have said meanwhile is heard first."""
    with Client(own.endpoint) as client:
        saga = errand(client, name)
        one = RawWorker(own.endpoint, [f"{name}.fetch", f"{name}.pay"], heartbeat_ms=1_000)
        fetch = one.task("fetch")
        own.signal(signal.SIGSTOP)
        for _ in range(40):
            time.sleep(0.1)
            one.socket.send(b"SKALD1 heartbeat -")
        own.signal(signal.SIGCONT)
        one.done(fetch)
        one.done(one.task("pay"))
        assert client.end_of(saga)["state"] == "completed"
        assert "step.unknown" not in names(client, saga) and not one.errors
        one.stop()


def test_a_saga_says_for_whom_it_waits(client, name, server):
    saga = errand(client, name)
    assert client.ask("saga.get", id=saga)["steps"][0]["waiting_for"] == f"{name}.fetch"
    shown = server.run("saga", "show", saga).stdout
    assert f"{name}.fetch" in shown, shown
