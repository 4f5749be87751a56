"""kill -9 and SIGTERM under load: what was acknowledged is there, once, and every saga ends."""
import os
import random
import signal
import time

from ledger import Ledger
from skaldwire import Client, new_id

ROUNDS = int(os.environ.get("SKALD_CRASH_ROUNDS", "20"))


def test_kill_nine_loses_nothing_doubles_nothing_and_every_saga_ends(own):
    """ES-05 ES-13 SS-01 SS-03 SS-17 DX-17: rounds of load, SIGKILL at a random moment, verify, restart, ledger."""
    seed = int(os.environ.get("SKALD_SEED", str(random.randrange(2**32))))
    ledger, chance = Ledger(seed), random.Random(seed + 1)
    print(f"SKALD_SEED={seed}")
    with Client(own.endpoint) as client:
        ledger.prepare(client)
    for round in range(ROUNDS):
        with Client(own.endpoint) as client:
            ledger.load(client, chance.uniform(0.02, 0.25))
            own.kill()
            ledger.drain(client)                # answers that left before the end
        verified = own.run("store", "verify", "--data", own.data)
        assert verified.returncode == 0, (round, verified.stdout, verified.stderr)
        own.start()
        ledger.survive(own)
    with Client(own.endpoint) as client:
        ledger.reread(client)
    assert ledger.acknowledged > ROUNDS * 10 and set(ledger.ended.values()) == {"completed", "compensated"}


def test_sigterm_drains_and_exits_0_within_ten_seconds(own):
    """Whatever was answered is there afterwards; the rest may be sent again."""
    ledger = Ledger(7)
    with Client(own.endpoint) as client:
        ledger.prepare(client)
        ledger.load(client, 0.3)
        started = time.monotonic()
        own.signal(signal.SIGTERM)
        ledger.load(client, 0.1)
        assert own.process.wait(10) == 0 and time.monotonic() - started < 10
        ledger.drain(client, 0.05)
    own.start()
    ledger.survive(own)


def test_an_idle_server_stops_at_once(own):
    started = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - started < 3


def test_a_restart_decides_answers_and_remembers_as_before(own, name):
    """ES-05 ES-06 SS-17 AK-02: state, replies of old ids and the next decision are the same after kill -9."""
    with Client(own.endpoint) as client:
        client.command("account", name, "open", {"owner": "x"})
        for _ in range(150):
            client.command("account", name, "deposit", {"amount": 1})
        done, refused, crashed = new_id(), new_id(), new_id()
        commands = ((done, "account", "withdraw", {"amount": 150}), (refused, "account", "withdraw", {"amount": 1}),
                    (crashed, "counter", "crash", {}))
        before = [client.command(type, name, command, body, id=id).raw for id, type, command, body in commands]
        state = client.ask("aggregate.get", aggregate="account", key=name)
    own.kill()
    own.start()
    with Client(own.endpoint) as client:
        assert [client.command(type, name, command, body, id=id).raw for id, type, command, body in commands] == before
        assert client.ask("aggregate.get", aggregate="account", key=name) == state
        assert client.ask("command.result", id=done)["ok"]["version"] == 152
        assert client.command("account", name, "withdraw", {"amount": 1})["reason"] == "insufficient_funds"
        assert client.command("account", name, "deposit", {"amount": 1}).version == 153


def test_timers_outlive_the_process(own, name):
    """DX-13: a sleep, a deadline and a waiting retry that were running at the crash end after it."""
    declines = {"command": "card.charge", "key": name, "with": {"amount": 1}}
    inline = {
        "sleep": {"steps": {"nap": {"sleep": "600ms"}}},
        "deadline": {"deadline": "600ms", "steps": {"charge": {**declines, "pivot": True, "retry": {
            "attempts": "forever", "first": "1h", "only": ["not_issued"]}}}},
        "retry": {"steps": {"charge": {**declines, "pivot": True, "retry": {
            "attempts": 50, "first": "600ms", "factor": 1, "only": ["not_issued"]}}}},
    }
    with Client(own.endpoint) as client:
        ids = {what: client.ask("saga.start", inline={"saga": what, "version": 1, **definition}, input={})["id"]
               for what, definition in inline.items()}
    own.kill()
    own.start()
    with Client(own.endpoint) as client:
        assert client.command("card", name, "issue", {"limit": 10}).ok
        assert {what: client.end_of(id, 15)["state"] for what, id in ids.items()} == {
            "sleep": "completed", "deadline": "compensated", "retry": "completed"}


def test_a_second_server_on_the_same_store_is_refused(own):
    other = own.run("serve", "--data", own.data, "--bind", f"ipc://{own.folder}/other")
    assert other.returncode not in (0, None) and other.stderr
    with Client(own.endpoint) as client:
        assert client.ask("server.info")


def test_payloads_are_never_logged(own, name):
    """DX-22: not of commands, not of refusals, not of malformed messages, not of sagas."""
    secret = "5ecret-payload"
    with Client(own.endpoint) as client:
        client.command("account", name, "open", {"owner": secret})
        client.command("account", name, "open", {"owner": secret})
        client.command("counter", name, "crash", {"note": secret})
        client.send(f'SKALD1 command bad counter {name} - add\n{{"note": "{secret}'.encode())
        client.receive()
        client.send(secret.encode())
        saga = client.ask("saga.start", definition="transfer-money", input={"from": secret, "to": secret, "amount": 1})
        assert client.end_of(saga["id"])["state"] == "compensated"
    assert own.stop() == 0
    assert secret not in own.log.read_text(errors="replace")
