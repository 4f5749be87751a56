"""The command line of the release binary against a real server: exit codes, JSON, definitions, and the store's commands."""
import json
import os
import re
import signal
import socket

import pytest

from conftest import ROOT, SAGAS
from skaldwire import Client, Server


def refused(run, code):
    """A failure says what happened on stderr, nothing on stdout."""
    assert run.returncode == code, (run.args, run.returncode, run.stdout, run.stderr)
    assert run.stderr.strip() and not run.stdout.strip(), run
    return run.stderr


def answered(run, code=0):
    assert run.returncode == code, (run.args, run.returncode, run.stdout, run.stderr)
    return run.stdout


def test_exit_codes_tell_what_happened(server, name):
    send = lambda *rest: server.run("send", f"account/{name}", *rest)
    answered(send("open", '{"owner": "x"}'))
    assert "already_open" in refused(send("open", '{"owner": "x"}'), 1)
    refused(send("deposit", '{"amount": 5}', "--expect", "7"), 4)
    refused(send("deposit", "{amount: 5}"), 2)
    assert "did you mean 'deposit'" in refused(send("depositt", '{"amount": 5}'), 2)
    refused(server.run("aggregate", "show", f"account/{name}-none"), 3)
    refused(server.run("saga", "show", "no-such-saga"), 3)
    refused(server.run("send"), 2)
    refused(server.run("frobnicate"), 2)
    refused(server.run("server", "info", "--connect", f"ipc://{server.folder}/nobody", "--timeout", "300ms"), 69)


def test_the_past_ends_with_the_last_event(server, name):
    """AK-11: what is still to come is not shown as if it were there."""
    answered(server.run("send", f"account/{name}", "open", '{"owner": "x"}'))
    show = lambda *rest: server.run("aggregate", "show", f"account/{name}", *rest)
    answered(show("--version", "1"))
    said = refused(show("--version", "2"), 3)
    assert "is at version 1" in said and f"next: see it as it is: skald aggregate show account/{name}" in said
    assert "the log ends at position " in refused(show("--position", str(1 << 40)), 3)


def test_problems_of_an_inline_definition_have_the_places_of_its_file(server, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("saga: bad\nversion: 1\nsteps:\n  a:\n    command: account.depositt\n    key: 'x ${ inpt.a }'\n    with: { amount: 1 }\n")
    checked = answered(server.run("def", "check", file), 78).splitlines()[1:]
    started = refused(server.run("saga", "start", "--inline", file, "{}"), 78).splitlines()[1:-1]
    assert [line.strip() for line in started] == checked and f"{file}:6:16: " in checked[-1]


def test_a_list_of_an_unknown_definition_is_empty_with_a_note(server):
    run = server.run("saga", "list", "--definition", "transfer-mony", "--json")
    assert json.loads(answered(run)) == {"sagas": [], "next": None}
    assert run.stderr == "note: there is no definition 'transfer-mony'; did you mean 'transfer-money'?\n"


def test_a_cancel_says_what_came_of_it(server, name, tmp_path):
    """SG-10"""
    file = tmp_path / "nap.yaml"
    file.write_text(f"""
saga: napper
version: 1
steps:
  a: {{ command: counter.add, key: {name}, with: {{ n: 1 }}, undo: {{ command: counter.add, with: {{ n: 2 }} }} }}
  nap: {{ needs: [a], sleep: 1h }}
""")
    answered(server.run("saga", "start", "--inline", file, "--id", name))
    cancel = lambda: server.run("saga", "cancel", name, "--reason", "enough")
    run = cancel()
    assert "compensated" in answered(run)
    assert run.stderr == f"cancelled: what it had done is undone\nnext: skald saga history {name}\n"
    assert f"next: nothing was done; what happened: skald saga history {name}" in refused(cancel(), 6)


def test_each_line_of_the_servers_log_has_its_time_but_not_in_the_journal(binary):
    with Server(binary) as server:
        lines = server.log.read_text().splitlines()
        assert lines and all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z skald: .+", line) for line in lines), lines
    with Server(binary) as server:
        server.kill()
        server.log.write_text("")
        file = server.log.stat()
        server.environment["JOURNAL_STREAM"] = f"{file.st_dev}:{file.st_ino}"
        server.start()
        assert server.log.read_text().startswith("skald: ")


def test_an_address_that_cannot_be_listened_on_is_told_with_what_to_do(server, tmp_path):
    serve = lambda bind, code: refused(server.run("serve", "--data", tmp_path / "data", "--bind", bind), code)
    assert "use tcp://127.0.0.1:7117" in serve("tcp://localhost:7117", 78)
    assert "it has no port; write tcp://127.0.0.1:7117" in serve("tcp://127.0.0.1", 2)
    assert not (tmp_path / "data").exists()
    assert f"there is no directory {tmp_path}/none" in serve(f"ipc://{tmp_path}/none/s", 69)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"the address is in use; `ss -ltnp 'sport = :{port}'` names the process" in serve(f"tcp://127.0.0.1:{port}", 69)


def test_a_socket_file_is_taken_only_from_the_dead(server, own, tmp_path):
    """libzmq alone would delete whatever has the name."""
    serve = lambda bind, code: refused(server.run("serve", "--data", tmp_path / "data", "--bind", bind), code)
    precious = tmp_path / "precious"
    precious.write_text("kept")
    assert "is there and is no socket" in serve(f"ipc://{precious}", 78) and precious.read_text() == "kept"
    assert "a process listens there; stop it" in serve(server.endpoint, 69)
    answered(server.run("server", "info"))
    own.kill()
    own.start()
    answered(own.run("server", "info"))


def test_a_command_sent_again_under_its_id_happens_once(server, name):
    """SS-17"""
    runs = [server.run("send", f"counter/{name}", "add", '{"n": 2}', "--id", f"id-{name}", "--json") for _ in range(2)]
    assert answered(runs[0]) == answered(runs[1])
    assert json.loads(answered(server.run("aggregate", "show", f"counter/{name}", "--json")))["state"] == {"value": 2}
    assert json.loads(answered(server.run("command", "result", f"id-{name}", "--json")))["state"] == "done"


def test_a_saga_that_is_undone_exits_1_and_shows_why(server, name):
    start = server.run("saga", "start", "transfer-money", json.dumps({"from": name, "to": name, "amount": 1}), "--wait")
    assert start.returncode == 1 and "not_open" in start.stdout


def test_every_answer_is_json_when_asked_for(server, client, name):
    client.command("counter", name, "add", {"n": 1})
    for arguments in (["server", "info"], ["saga", "list"], ["def", "list"], ["aggregate", "show", f"counter/{name}"],
                      ["event", "read", f"counter/{name}"], ["send", f"counter/{name}", "add", '{"n": 1}'],
                      ["def", "check", SAGAS / "book-trip.yaml"]):
        json.loads(answered(server.run(*arguments, "--json")))
    failed = server.run("saga", "show", "no-such-saga", "--json")
    assert failed.returncode == 3 and json.loads(failed.stdout)


@pytest.mark.parametrize("definition", sorted(SAGAS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_definition_is_proved(server, definition):
    shown = answered(server.run("def", "check", definition))
    assert definition.stem in shown


def test_a_bad_definition_is_shown_with_its_place(server, tmp_path):
    """DX-15: file, line and column; exit 78, without a server as with one."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("saga: bad\nversion: 1\nsteps:\n  a:\n    needs: [b]\n    sleep: 1s\n  b:\n    needs: [a]\n    sleep: 1s\n  c:\n    slepp: 1s\n")
    run = server.run("def", "check", bad)
    assert run.returncode == 78
    said = run.stdout + run.stderr
    assert "bad.yaml:11:5" in said and "sleep" in said, said


def test_a_bad_definition_keeps_the_server_from_starting(binary, tmp_path):
    """All that are wrong are named: nobody starts it once for each."""
    (tmp_path / "bad.yaml").write_text("saga: bad\nversion: 1\nsteps: {}\n")
    (tmp_path / "fine.yaml").write_text("saga: fine\nversion: 1\nsteps: { nap: { sleep: 1s } }\n")
    (tmp_path / "latin.yaml").write_bytes(b"saga: caf\xe9\n")
    (tmp_path / "worse.json").write_text("{")
    server = Server(binary, sagas=tmp_path)
    try:
        said = refused(server.run("serve", "--data", server.data, "--bind", server.endpoint, "--sagas", tmp_path), 78)
        assert all(f"{tmp_path}/{name}:" in said for name in ("bad.yaml", "latin.yaml", "worse.json")), said
        assert "fine.yaml" not in said
    finally:
        server.remove()


def test_hidden_files_beside_definitions_are_left_alone(binary, tmp_path):
    """Editors keep locks, which lead nowhere, and half-written copies there."""
    (tmp_path / "fine.yaml").write_text("saga: fine\nversion: 1\nsteps: { nap: { sleep: 1s } }\n")
    (tmp_path / ".#fine.yaml").symlink_to("somebody@somewhere.1234:1700000000")
    (tmp_path / ".half.yml").write_text("saga: half\nversion: 1\nste")
    (tmp_path / ".copy.json").write_text('{"saga": "copy", "version": 1, "steps": {"nap": {"sleep": "1s"}}}')
    with Server(binary, sagas=tmp_path) as server:
        listed = json.loads(answered(server.run("def", "list", "--json")))["definitions"]
        assert [definition["name"] for definition in listed] == ["fine"]


@pytest.mark.parametrize("word, other", [("deadline: 1m", "deadline: 2m"), ("account.", "widget."), ("steps:", "stepps:")])
def test_a_registered_definition_may_not_change_under_its_version(binary, tmp_path, word, other):
    """Nor is it put aside by one that is wrong, or that nobody can run yet."""
    source = (SAGAS / "transfer-money.yaml").read_text()
    (tmp_path / "transfer-money.yaml").write_text(source)
    with Server(binary, sagas=tmp_path) as server:
        assert server.stop() == 0
        (tmp_path / "transfer-money.yaml").write_text(source.replace(word, other))
        run = server.run("serve", "--data", server.data, "--bind", server.endpoint, "--sagas", tmp_path)
        said = refused(run, 78)
        assert "transfer-money.yaml" in said and "raise its version" in said, said


def test_a_backup_is_taken_alive_verified_and_restored(own, name):
    """ES-13: what was acknowledged before the backup is in it."""
    copy, restored = own.folder / "copy", own.folder / "restored"
    with Client(own.endpoint) as client:
        for _ in range(300):
            client.send_command("counter", name, "add", {"n": 1})
        assert all(client.receive().ok for _ in range(300))
        answered(own.run("store", "backup", copy, "--data", own.data))
        assert client.command("counter", name, "add", {"n": 1}).ok
        events = client.events(aggregate="counter", key=name)
    answered(own.run("store", "verify", "--data", copy))
    answered(own.run("store", "restore", copy, "--data", restored, "--yes"))
    answered(own.run("store", "stat", "--data", restored))
    with Server(own.binary, data=restored) as other, Client(other.endpoint) as client:
        assert client.events(aggregate="counter", key=name) == events[:300]
        assert client.command("counter", name, "add", {"n": 1}).version == 301


def test_one_flipped_bit_is_named_by_verify_and_keeps_the_server_from_starting(own, name):
    """What is not yet sorted into the index is read at the start: a damaged store is named, not served as a shorter one."""
    with Client(own.endpoint) as client:
        for i in range(200):
            client.command("counter", name, "add", {"n": i, "note": f"a note in the file, number {i}."})
    assert own.stop() == 0
    answered(own.run("store", "verify", "--data", own.data))
    (path,) = [path for path in own.data.rglob("data.mdb")]
    data, note = path.read_bytes(), b"a note in the file, number 136."        # in the live page and in older copies of it
    assert note in data
    path.write_bytes(data.replace(note, note.replace(b"file", b"fiLe")))
    run = own.run("store", "verify", "--data", own.data)
    assert run.returncode == 74 and "entry" in run.stdout + run.stderr
    assert "entry" in refused(own.run("serve", "--data", own.data, "--bind", own.endpoint), 74)


def test_an_emptied_store_is_refused_not_made_anew(own, name):
    with Client(own.endpoint) as client:
        client.command("counter", name, "add", {"n": 1})
    own.kill()
    (path,) = [path for path in own.data.rglob("data.mdb")]
    path.write_bytes(b"")
    for command in (["serve", "--bind", own.endpoint], ["store", "verify"], ["store", "stat"]):
        assert "is missing or empty" in refused(own.run(*command, "--data", own.data), 74)


def test_a_store_made_anew_is_told_as_one(own):
    assert f"a new store in {own.data}" in own.log.read_text()
    own.signal(15)
    assert own.process.wait(10) == 0
    own.log.write_text("")
    own.start()
    assert "a new store" not in own.log.read_text()
    assert re.search(rf"the store in {own.data} ends at position \d+; epoch \d+\n", own.log.read_text())


def test_a_folder_of_sagas_that_is_not_there_is_told_before_a_store_is_made(own, tmp_path):
    data = tmp_path / "misspelt"
    said = refused(own.run("serve", "--data", data, "--sagas", tmp_path / "nosuch", "--bind", f"ipc://{tmp_path}/s"), 78)
    assert "nosuch' cannot be read" in said and not data.exists()


def test_a_taken_address_is_told_with_the_way_around_it(binary):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(RuntimeError, match=r"(?s)exit 69.*cannot listen on tcp.*in use.*another address with --bind"):
            Server(binary, binds=[endpoint]).__enter__()


def test_a_socket_goes_with_its_server_and_one_left_behind_hides_no_other(binary, tmp_path):
    data = tmp_path / "skald-data"
    socket_path = data / "skald.sock"
    with Server(binary, data=data, binds=[f"ipc://{socket_path}"]) as server:
        assert json.loads(answered(server.run("server", "info", "--json")))["name"] == "skald"
        server.kill()
        assert socket_path.is_socket()
        server.start()
        server.signal(signal.SIGSTOP)
        said = refused(server.run("server", "info", "--timeout", "500ms"), 69)
        assert "something listens" in said and "says nothing" in said, said
        server.signal(signal.SIGCONT)
        assert server.stop() == 0 and not socket_path.exists()
    assert "no server answers" in refused(server.run("server", "info", "--timeout", "500ms"), 69)


def test_sigint_ends_the_server_like_sigterm(own):
    own.signal(2)
    assert own.process.wait(10) == 0


def test_serve_begins_again_as_itself_with_room_in_the_c_librarys_heap(binary, tmp_path):
    def environment(server):
        with open(f"/proc/{server.pid}/environ", "rb") as file:
            return [entry for entry in file.read().split(b"\0") if entry.startswith(b"GLIBC_TUNABLES=")]

    with Server(binary, data=tmp_path / "first") as server:
        assert environment(server) == [b"GLIBC_TUNABLES=glibc.malloc.tcache_count=1000"]
        with open(f"/proc/{server.pid}/comm", encoding="ascii") as file:
            assert file.read().strip() == os.path.basename(binary)
        with open(f"/proc/{server.pid}/cmdline", "rb") as file:
            assert file.read().split(b"\0")[:2] == [os.fsencode(binary), b"serve"]
    loader = re.search(rb"/lib[0-9a-z/_-]*/ld-linux[0-9a-z_.-]*", open(binary, "rb").read(4096)).group().decode()
    with Server(binary, data=tmp_path / "loaded") as server:
        server.stop()
        server.wrapper = [loader]
        server.start()
        assert environment(server) == [], "what runs is the loader: it cannot begin again as the program"
    own = Server(binary, data=tmp_path / "second")
    own.environment["GLIBC_TUNABLES"] = "glibc.malloc.arena_max=2"
    with own as server:
        assert environment(server) == [b"GLIBC_TUNABLES=glibc.malloc.arena_max=2"], "what an operator says is kept"
