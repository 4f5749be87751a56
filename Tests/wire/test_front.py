"""The front door under load: what is served on the way delays no command, and the word to stop loses nothing that arrived."""
import signal
import threading
import time

import pytest
import zmq

from skaldwire import Client, Message, frame


@pytest.mark.parametrize("noise", [frame("request", "i", "server.info"), frame("request", "e", "event.read", body={"limit": 1}), b""],
                         ids=["server.info", "reads", "empty"])
def test_a_flood_that_is_served_on_the_way_delays_no_command(own, noise, name):
    over = threading.Event()

    def flood():
        with Client(own.endpoint) as client:
            while not over.is_set():
                for _ in range(200):
                    client.send(noise)
                while client.socket.poll(0):
                    client.socket.recv_multipart()

    threads = [threading.Thread(target=flood) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        with Client(own.endpoint) as client:
            slowest, until = 0, time.monotonic() + 3
            while time.monotonic() < until:
                sent = time.monotonic()
                assert client.command("counter", name, "add", {"n": 1}).ok
                slowest = max(slowest, time.monotonic() - sent)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert slowest < 3, f"a command waited {slowest:.1f} s"


def test_told_to_stop_it_answers_what_had_arrived(own, name):
    with Client(own.endpoint) as client:
        assert client.command("counter", name, "add", {"n": 1}).ok
        reads = [client.send_request("event.read") for _ in range(300)]
        waits = [client.send_request("command.result", {"id": f"never-{n}", "wait_ms": 60_000}) for n in range(100)]
        client.request("server.info")
        own.signal(signal.SIGTERM)
        assert all(answer.ok for answer in client.answers(reads))
        assert {answer.code for answer in client.answers(waits)} == {"not_found"}
        assert own.process.wait(10) == 0


def test_told_to_stop_it_does_not_wait_for_a_client_that_never_reads(own, name):
    with Client(own.endpoint) as client:
        assert client.command("counter", name, "add", {"n": 1, "note": "x" * 200_000}).ok
        with Client(own.endpoint) as lazy:
            lazy.socket.disconnect(own.endpoint)
            lazy.socket.setsockopt(zmq.RCVHWM, 1)
            lazy.socket.connect(own.endpoint)
            for n in range(300):
                lazy.send(frame("request", f"r{n}", "event.read"))
            time.sleep(1)
            assert own.stop() == 0
            assert Message(lazy.socket.recv_multipart()[-1]).ok
