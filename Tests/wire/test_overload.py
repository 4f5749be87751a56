"""What happens to a client that sends and does not read: it is told, and nobody else notices."""
import time

import zmq

from skaldwire import Client, Message


def test_a_client_that_does_not_read_is_busy_at_last_and_delays_nobody(own):
    """Every command is answered, ok or busy; what was ok happened once; another client is served all the while."""
    count = 120_000
    deaf = zmq.Context.instance().socket(zmq.DEALER)
    deaf.setsockopt(zmq.LINGER, 0)
    deaf.setsockopt(zmq.SNDHWM, 0)
    deaf.setsockopt(zmq.RCVHWM, 1)
    deaf.connect(own.endpoint)
    with Client(own.endpoint) as other:
        for number in range(count):
            deaf.send(b'SKALD1 command deaf-%06d counter deaf - add\n{"n": 1}' % number)
            if number % 10_000 == 0:
                assert other.command("counter", "other", "add", {"n": 1}).ok
        until = time.monotonic() + 60
        while other.ask("server.info")["counters"]["commands"] < count and time.monotonic() < until:
            time.sleep(0.05)
        codes = {}
        for _ in range(count):
            assert deaf.poll(20_000), f"{sum(codes.values())} of {count} answered"
            reply = Message(deaf.recv())
            codes[reply.code] = codes.get(reply.code, 0) + 1
            if reply.code == "busy":
                assert reply["retry_after_ms"] > 0
        assert set(codes) == {None, "busy"}, codes
        state = other.ask("aggregate.get", aggregate="counter", key="deaf")
        assert state["state"]["value"] == state["version"] == codes[None]
    deaf.close()
