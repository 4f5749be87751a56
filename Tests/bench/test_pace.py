"""What the loads must show: a server that stands still, and a disk that is slow."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "Benchmarks"
STOPPED = 0.4       # seconds the server stands still
SECONDS = 2         # measured, behind 0.3 of warm-up
RATE = 1_000        # requests a second in the open loop


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("programs")
    for output, source in (("floor", ["floor.c", "-lzmq", "-llmdb", "-lpthread"]), ("slowsync.so", ["-shared", "-fPIC", "slowsync.c", "-ldl"])):
        subprocess.run([compiler, "-O1", "-o", folder / output, *source], cwd=BENCHMARKS, check=True)
    return folder


def free_endpoint():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def while_stopped(programs, folder, *arguments):
    """What the client tells of a floor that is stopped for a while in the middle of what is measured."""
    endpoint = free_endpoint()
    server = subprocess.Popen([programs / "floor", "server", "-e", endpoint, "-b", "mem", "-p", folder])

    def client(*options):
        return subprocess.Popen([programs / "floor", "client", "-e", endpoint, "-p", folder, *options], stdout=subprocess.PIPE, text=True)
    try:
        client("-t", "0.1", "-w", "1").communicate(timeout=60)      # the server is ready
        running = client("-t", str(SECONDS), *arguments)
        time.sleep(0.3 + SECONDS / 2)
        server.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED)
        server.send_signal(signal.SIGCONT)
        return json.loads(running.communicate(timeout=60)[0])
    finally:
        server.kill()
        server.wait()


def longer_than(found, seconds):
    return sum(count for top, count in found["histogram_us"] if top > seconds * 1e6)


def test_an_open_loop_counts_every_request_that_was_due_while_the_server_stood_still(programs, tmp_path):
    found = while_stopped(programs, tmp_path, "-R", str(RATE), "-w", "16000")
    # Those due in the first three quarters of the time wait for at least its last quarter.
    assert longer_than(found, STOPPED / 4) >= 0.5 * STOPPED * RATE
    assert abs(found["measured"] - SECONDS * RATE) <= 1


def test_a_closed_loop_would_have_hidden_it(programs, tmp_path):
    found = while_stopped(programs, tmp_path, "-w", "1")
    assert 1 <= longer_than(found, STOPPED / 4) <= 3


def test_a_window_that_is_full_delays_what_is_sent_and_not_since_when_it_counts(programs, tmp_path):
    found = while_stopped(programs, tmp_path, "-R", str(RATE), "-w", "4")
    assert longer_than(found, STOPPED / 4) >= 0.5 * STOPPED * RATE


def test_on_a_slow_disk_a_commit_waits_for_both_of_its_flushes(programs, tmp_path):
    environment = dict(os.environ, LD_PRELOAD=str(programs / "slowsync.so"), SLOW_SYNC_US="60000")
    done = subprocess.run([programs / "floor", "bench", "-e", free_endpoint(), "-w", "1", "-t", "1", "-p", tmp_path], env=environment,
                          capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    quickest = found["histogram_us"][0][0]      # whatever else the disk does, none can be quicker
    assert found["verified"] and quickest >= 2 * 60_000
