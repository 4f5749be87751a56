"""`skald worker check` against right workers, and against wrong ones: each fails where it is wrong, and nowhere else."""
import contextlib
import json
import os
import pty
import shlex
import signal
import socket
import subprocess
import sys

import pytest

from conftest import ROOT

WORKERS = ROOT / "Tests" / "wire" / "workers"
CHECKS = ["speaks", "done", "duplicate", "two_at_once", "undo", "undo_twice", "late", "undo_before_do", "stale", "crash",
          "wrong_input", "probe", "silence", "drain"]
SUBJECT = ["seat.reserve", "--undo", "seat.cancel", "--probe", "seat.status", "--input", '{"to": "Rome"}']
# What is wrong, how long an answer may take, and what must come in which checks; all others are ok.
FAULTS = [
    ("no-dedupe", "10s", {
        "duplicate": "effects 2, not 1", "two_at_once": "effects 3, not 1", "undo_twice": "effects 2, not 1",
        "late": "though it is undone", "undo_before_do": "its effects 1, not 0", "stale": "effects 2, not 1",
        "crash": "effects 2, not 1", "probe": "of a done one"}),
    ("undo-fails", "10s", {"undo_before_do": "the undo: refuse not_found"}),
    ("undo-acts", "10s", {"undo_before_do": "its effects 1, not 0"}),
    ("late-acts", "10s", {"late": "effects of the do 2, not 1", "undo_before_do": "its do: done"}),
    ("other-task", "1s", {
        "speaks": "answers the task '1' twice", "duplicate": "no answer in 1 s", "two_at_once": "no answer in 1 s",
        "undo_twice": "no answer in 1 s", "late": "no answer in 1 s", "undo_before_do": "its do: no answer", "stale": "no answer in 1 s",
        "crash": "no answer in 1 s", "wrong_input": "the task after it: no answer"}),
    ("mute", "1s", {
        "duplicate": "no answer in 1 s", "two_at_once": "no answer in 1 s", "undo_twice": "no answer in 1 s",
        "late": "no answer in 1 s", "undo_before_do": "its do: no answer", "stale": "no answer in 1 s", "crash": "no answer in 1 s",
        "wrong_input": "the task after it: no answer"}),
    ("error-is-no", "10s", {"two_at_once": "a definite no to what was done"}),
    ("dies", "10s", {"wrong_input": "no answer: it exited with 3"}),
    ("forgets", "10s", {"crash": "effects 2, not 1", "probe": "of a done one"}),
    ("marks", "10s", {"probe": "effects of a probe 1, not 0"}),
    ("rude", "10s", {"drain": "no bye; it exited with 1"}),
    ("deaf", "1s", {"silence": "no ready after 900 ms"}),
]


def command(*words):
    return " ".join(shlex.quote(str(word)) for word in (sys.executable, *words))


def start(folder, worker="seats.py", fault=""):
    return ["--start", f"{command(WORKERS / worker)} $SKALD_ENDPOINT {shlex.quote(str(folder))} {fault}"]


def effects(folder):
    return ["--effects", command(WORKERS / "count.py", folder) + " {operation}"]


def check(binary, *arguments):
    return subprocess.run([binary, "worker", "check", *arguments], capture_output=True, text=True, timeout=240)


def rows(run):
    """Verdict and what came, by check, of the only action."""
    (action,) = json.loads(run.stdout)["actions"]
    return {row["check"]: row for row in action["checks"]}


def verdicts(run, verdict):
    return [name for name, row in rows(run).items() if row["verdict"] == verdict]


@pytest.mark.parametrize("worker", ["seats.py", "kit.py"])
def test_a_right_worker_stands_every_check(binary, tmp_path, worker):
    run = check(binary, *SUBJECT, *start(tmp_path, worker), *effects(tmp_path), "--json")
    assert run.returncode == 0, run.stdout + run.stderr
    assert verdicts(run, "ok") == CHECKS
    assert not any(row["by_answers"] for row in rows(run).values())


@pytest.mark.parametrize("fault,timeout,expected", FAULTS, ids=[fault for fault, _, _ in FAULTS])
def test_a_wrong_worker_fails_where_it_is_wrong(binary, tmp_path, fault, timeout, expected):
    run = check(binary, *SUBJECT, *start(tmp_path, fault=fault), *effects(tmp_path), "--timeout", timeout, "--json")
    assert run.returncode == 1, run.stdout + run.stderr
    came = rows(run)
    assert set(verdicts(run, "failed")) == set(expected), {name: came[name]["came"] for name in verdicts(run, "failed")}
    for name, what in expected.items():
        assert what in came[name]["came"]
    assert not verdicts(run, "not_run")


@contextlib.contextmanager
def checking(binary, *arguments):
    """A check that waits for a worker; gives its process and address."""
    process = subprocess.Popen([binary, "worker", "check", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process, process.stderr.readline().split("listening on ")[1].split(";")[0].strip()
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def hand_started(endpoint, folder):
    process = subprocess.Popen([sys.executable, WORKERS / "seats.py", endpoint, folder])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_without_start_and_effects_it_judges_by_answers_and_kills_nobody(binary, tmp_path):
    with checking(binary, "seat.reserve", "--undo", "seat.cancel", "--input", '{"to": "Rome"}') as (process, endpoint):
        with hand_started(endpoint, tmp_path) as worker:
            output, _ = process.communicate(timeout=60)
            assert worker.poll() is None
    lines = output.splitlines()
    assert process.returncode == 0 and lines[-1] == "worker check: 11 passed, 0 failed, 3 not run"
    (duplicate,) = [line for line in lines if line.startswith("duplicate")]
    assert duplicate.endswith("(by its answers)")
    assert [line.split()[0] for line in lines if "not run" in line[:30]] == ["crash", "probe", "drain"]


def test_a_person_is_asked_to_kill_the_worker_and_to_start_it_again(binary, tmp_path):
    terminal, inside = pty.openpty()
    process = subprocess.Popen([binary, "worker", "check", "seat.reserve", "--input", '{"to": "Rome"}', "--json"], stdin=inside,
                               stdout=subprocess.PIPE, stderr=inside, text=True)
    os.close(inside)
    with os.fdopen(terminal) as talk:
        endpoint = talk.readline().split("listening on ")[1].split(";")[0]
        with hand_started(endpoint, tmp_path):
            while "now kill the worker hard" not in talk.readline():
                pass
        with hand_started(endpoint, tmp_path):
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    (action,) = json.loads(output)["actions"]
    assert [row["verdict"] for row in action["checks"] if row["check"] == "crash"] == ["ok"]


def test_an_action_nobody_offers_is_a_failed_check(binary, tmp_path):
    run = check(binary, "hotel.book", *start(tmp_path), "--timeout", "1s", "--json")
    assert run.returncode == 1
    assert verdicts(run, "failed") == ["speaks"] and "nobody offers hotel.book" in rows(run)["speaks"]["came"]
    assert len(verdicts(run, "not_run")) == len(CHECKS) - 1


def test_an_input_that_cannot_be_done_leaves_the_rest_out(binary, tmp_path):
    run = check(binary, "seat.reserve", "--undo", "seat.cancel", *start(tmp_path), "--json")
    assert run.returncode == 1 and "done" in verdicts(run, "failed")
    assert rows(run)["duplicate"]["came"] == "'done' has to be ok first"


def test_the_worker_ends_with_an_interrupted_check(binary, tmp_path):
    pid = tmp_path / "pid"
    with checking(binary, *SUBJECT, "--start", f"echo $$ > {pid}; exec sleep 1000") as (process, _):
        while not (pid.exists() and pid.read_text().strip()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 1
        with pytest.raises(ProcessLookupError):
            os.killpg(int(pid.read_text()), 0)


def test_where_there_is_nothing_to_judge_it_says_so(binary, tmp_path):
    none = check(binary, "seat.reserve", "--timeout", "200ms")
    assert none.returncode == 69 and "no worker came within 200ms" in none.stderr
    ended = check(binary, "seat.reserve", "--start", "exit 7")
    assert ended.returncode == 69 and "it exited with 7 before it said ready" in ended.stderr
    uncounted = check(binary, *SUBJECT, *start(tmp_path), "--effects", "echo many")
    assert uncounted.returncode == 78 and "it printed 'many'" in uncounted.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = check(binary, "seat.reserve", "--listen", f"tcp://127.0.0.1:{taken.getsockname()[1]}")
    assert refused.returncode == 69 and "cannot listen on" in refused.stderr
    for run in (none, ended, uncounted, refused):
        assert "next: " in run.stderr and not run.stdout


@pytest.mark.parametrize("arguments,what", [
    ([], "action"),
    (["Seat"], "'Seat' cannot name an action"),
    (["seat.reserve", "--undo", "seat.reserv=seat.cancel"], "did you mean 'seat.reserve'"),
    (["seat.reserve", "hotel.book", "--undo", "seat.cancel"], "of which action?"),
    (["seat.reserve", "--input", "[1]"], "cannot read [1]"),
    (["seat.reserve", "--wrong", "[1]"], "not an object"),
])
def test_usage(binary, arguments, what):
    run = check(binary, *arguments)
    assert run.returncode in (2, 74) and what in run.stderr
