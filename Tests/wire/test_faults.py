"""A disk that fails under the server: a failed sync is final, a full disk is not, and nothing acknowledged is lost by either."""
import errno
import os
import time

import pytest

import shim
from conftest import SAGAS
from skaldwire import Client, NoAnswer, Server


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    return shim.build(tmp_path_factory.mktemp("faults")) or pytest.skip("no C compiler")


@pytest.fixture
def failing(binary, faults):
    """Starts a server with faults; a later start has none."""
    servers = []

    def start(server=None, **settings):
        server = server or Server(binary, sagas=SAGAS)
        servers.append(server)
        server.environment = {"LD_PRELOAD": faults, **{name: str(value) for name, value in settings.items()}}
        server.start()
        server.environment = {}
        return server

    yield start
    for server in servers:
        server.remove()


def deposit_until_silence(client, name, process, most=200):
    """Answers that came; stops at the first that does not."""
    taken = 0
    client.command("account", name, "open", {"owner": "x"})
    for _ in range(most):
        try:
            reply = client.command("account", name, "deposit", {"amount": 1}, timeout=3)
        except NoAnswer:
            return taken
        if not reply.ok:
            return taken
        taken += 1
        if process.poll() is not None:
            return taken
    raise AssertionError("no sync failed")


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_failed_sync_is_final_whatever_its_error_and_loses_nothing_acknowledged(failing, name, code):
    server = failing(FAULT_SYNC=f"30 {code}")
    with Client(server.endpoint) as client:
        taken = deposit_until_silence(client, name, server.process)
        assert server.process.wait(10) == 74
    said = server.log.read_text(errors="replace")
    assert "could not be written" in said and "verify" in said
    assert server.run("store", "verify", "--data", server.data).returncode == 0
    server.start()
    with Client(server.endpoint) as client:
        balance = client.ask("aggregate.get", aggregate="account", key=name)
        version = balance["version"]
        assert version in (taken + 1, taken + 2)    # the last one was sent and not answered


def test_a_full_disk_reads_only_and_the_service_goes_on_by_itself(failing, name, tmp_path):
    full = tmp_path / "full"
    server = failing(FAULT_FULL=full)
    with Client(server.endpoint) as client:
        assert client.command("account", name, "open", {"owner": "x"}).ok
        full.touch()
        refused = client.command("account", name, "deposit", {"amount": 1})
        assert refused.code == "read_only", refused
        assert client.ask("aggregate.get", aggregate="account", key=name)["version"] == 1
        assert client.command("account", name, "deposit", {"amount": 1}).code == "read_only"
        full.unlink()
        until = time.monotonic() + 10
        while not (reply := client.command("account", name, "deposit", {"amount": 1})).ok and time.monotonic() < until:
            time.sleep(0.05)
        assert reply.ok and reply.version == 2, reply
    assert not (server.data / "TRIAL").exists()
    assert server.stop() == 0
    assert server.run("store", "verify", "--data", server.data).returncode == 0


def test_a_cut_data_file_is_refused_with_a_sentence(own, name):
    with Client(own.endpoint) as client:
        client.command("account", name, "open", {"owner": "x"})
        for _ in range(50):
            client.command("account", name, "deposit", {"amount": 1})
    own.kill()
    data = own.data / "data.mdb"
    os.truncate(data, data.stat().st_size // 2 // 4096 * 4096)
    with pytest.raises(RuntimeError, match=r"exit 74.*cut short") as told:
        own.start()
    assert "restore" in str(told.value)


def test_a_clock_set_back_by_an_hour_holds_up_no_saga_also_not_after_a_restart(failing, tmp_path):
    wrong = tmp_path / "clock"
    wrong.write_text("0")
    nap = {"saga": "nap", "version": 1, "steps": {"nap": {"sleep": "300ms"}}}
    server = failing(FAULT_CLOCK=wrong)
    with Client(server.endpoint) as client:
        assert client.end_of(client.ask("saga.start", inline=nap, input={})["id"])["state"] == "completed"
        wrong.write_text("-3600")
        assert client.end_of(client.ask("saga.start", inline=nap, input={})["id"], 5)["state"] == "completed"
    server.kill()
    failing(server, FAULT_CLOCK=wrong)
    with Client(server.endpoint) as client:
        assert client.end_of(client.ask("saga.start", inline=nap, input={})["id"], 5)["state"] == "completed"
        times = [event["time"] for event in client.events()]
        assert times == sorted(times)


def test_as_many_clients_are_served_as_the_hard_limit_of_descriptors_allows(binary):
    server = Server(binary)
    server.wrapper = ["prlimit", "--nofile=64:4096", "--"]
    with server:
        clients = [Client(server.endpoint) for _ in range(200)]
        assert all(client.request("server.info").ok for client in clients)
        for client in clients:
            client.close()
