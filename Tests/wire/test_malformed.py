"""Malformed messages: each is answered or counted, none crashes the server, and the next request is answered."""
import os
import random

import pytest
import zmq

from skaldwire import Client, Server, frame, new_id

KIB, MIB = 1024, 1024 * 1024


def deep(levels):
    return b'{"n": ' + b"[" * (levels - 1) + b"1" + b"]" * (levels - 1) + b"}"


# What can be answered, because its id can be read: (what, header behind `SKALD1 `, body, code).
ANSWERED = [
    ("an unknown verb", "conmand {id} counter k - add", b"{}", "bad_request"),
    ("no words", "command {id}", b"{}", "bad_request"),
    ("a missing word", "command {id} counter k -", b'{"n": 1}', "bad_request"),
    ("a word too many", "command {id} counter k - add more", b'{"n": 1}', "bad_request"),
    ("an expectation that is no number", "command {id} counter k one add", b'{"n": 1}', "bad_request"),
    ("a negative expectation", "command {id} counter k -1 add", b'{"n": 1}', "bad_request"),
    ("an expectation that no answer can carry", "command {id} counter k 18446744073709551615 add", b'{"n": 1}', "bad_request"),
    ("an expectation beyond 64 bits", "command {id} counter k 99999999999999999999 add", b'{"n": 1}', "bad_request"),
    ("two spaces", "command {id}  counter k - add", b'{"n": 1}', "bad_request"),
    ("a space at the end", "command {id} counter k - add ", b'{"n": 1}', "bad_request"),
    ("a tab", "command {id} counter k\t - add", b'{"n": 1}', "bad_request"),
    ("a byte that is not ASCII", "command {id} counter ü - add", b'{"n": 1}', "bad_request"),
    ("a broken escape", "command {id} counter %G1 - add", b'{"n": 1}', "bad_request"),
    ("half an escape", "command {id} counter k%2 - add", b'{"n": 1}', "bad_request"),
    ("an escape that is not UTF-8", "command {id} counter %FF - add", b'{"n": 1}', "bad_request"),
    ("a control character", "command {id} counter %00 - add", b'{"n": 1}', "bad_request"),
    ("a key of 256 bytes", "command {id} counter " + "k" * 256 + " - add", b'{"n": 1}', "bad_request"),
    ("an upper-case type", "command {id} Counter k - add", b'{"n": 1}', "bad_request unknown_aggregate"),
    ("an unknown header", "command {id} counter k - add colour=red", b'{"n": 1}', "bad_request"),
    ("a repeated header", "command {id} counter k - add x-a=1 x-a=2", b'{"n": 1}', "bad_request"),
    ("a plain word behind the headers", "command {id} counter k - add x-a=1 more", b'{"n": 1}', "bad_request"),
    ("a header line beyond 4,096 bytes", "command {id} counter k - add x-a=" + "a" * 4096, b'{"n": 1}', "bad_request"),
    ("no JSON", "command {id} counter k - add", b"n = 1", "bad_request"),
    ("JSON with a tail", "command {id} counter k - add", b'{"n": 1} 2', "bad_request"),
    ("JSON cut short", "command {id} counter k - add", b'{"n": 1', "bad_request"),
    ("a list for a body", "command {id} counter k - add", b"[1]", "bad_request"),
    ("not UTF-8", "command {id} counter k - add", b'{"n": 1, "note": "\xff\xfe"}', "bad_request"),
    ("a lone surrogate", "command {id} counter k - add", b'{"n": 1, "note": "\\ud800"}', "bad_request"),
    ("a raw control character", "command {id} counter k - add", b'{"n": 1, "note": "\x01"}', "bad_request"),
    ("a repeated key", "command {id} counter k - add", b'{"n": 1, "n": 2}', "bad_request"),
    ("65 levels", "command {id} counter k - add", deep(65), "bad_request"),
    ("100,000 levels", "command {id} counter k - add", deep(100_000), "bad_request"),
    ("an integer beyond 64 bits", "command {id} counter k - add", b'{"n": 9223372036854775808}', "bad_request"),
    ("an integer below 64 bits", "command {id} counter k - add", b'{"n": -9223372036854775809}', "bad_request"),
    ("a number that is none", "command {id} counter k - add", b'{"n": NaN}', "bad_request"),
    ("a leading zero", "command {id} counter k - add", b'{"n": 01}', "bad_request"),
    ("a number beyond a double", "command {id} counter k - add", b'{"n": 1e999}', "bad_request"),
    ("a body beyond 1 MiB", "command {id} counter k - add", b'{"note": "' + b"a" * MIB + b'"}', "too_large"),
    ("a body just below 4 MiB", "command {id} counter k - add", b'{"note": "' + b"a" * (4 * MIB - 8 * KIB) + b'"}', "too_large"),
    ("a request without an operation", "request {id}", b"{}", "bad_request"),
    ("a request for what is unknown", "request {id} server.explode", b"{}", "unknown_operation"),
    ("arguments that are no object", "request {id} server.info", b"[]", "bad_request"),
]

# What cannot be answered under an id: dropped and counted, or refused under `-`.
UNREADABLE = [
    ("an empty frame", b""), ("a newline", b"\n"), ("a space", b" "), ("NUL bytes", b"\0" * 40), ("only the protocol", b"SKALD1"),
    ("no id", b"SKALD1 command"), ("an empty id", b"SKALD1 command  counter k - add\n{}"),
    ("the id -", b"SKALD1 command - counter k - add\n{}"), ("an id of ours", b"SKALD1 command $1 counter k - add\n{}"),
    ("an id of 65 bytes", b"SKALD1 command " + b"i" * 65 + b" counter k - add\n{}"),
    ("an id that is not UTF-8", b"SKALD1 command %FF counter k - add\n{}"),
    ("another protocol", b"SKALD2 command abc counter k - add\n{}"), ("another version with noise", b"SKALD2\0\xff"),
    ("HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("no newline in 8 KiB", b"a" * 8192), ("binary", bytes(range(256))),
]


@pytest.fixture
def alive(client):
    """The server answers before and after, and nothing was written."""
    before = client.ask("event.read", limit=1, backwards=True)["events"]
    yield
    assert client.ask("server.info")["name"] == "skald"
    assert client.ask("event.read", limit=1, backwards=True)["events"] == before


@pytest.mark.parametrize("what, head, body, code", ANSWERED, ids=[row[0] for row in ANSWERED])
def test_what_has_a_readable_id_gets_one_error(client, alive, what, head, body, code):
    """ES-01 DX-18"""
    id = new_id()
    client.send(f"SKALD1 {head.format(id=id)}\n".encode() + body)
    reply = client.answer(id)
    assert reply.verb == "error" and reply.code in code.split() and reply["message"], reply
    assert not client.socket.poll(50), "a second answer came"


@pytest.mark.parametrize("what, raw", UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_has_none_is_counted_or_refused_under_a_dash(client, alive, what, raw):
    """ES-01"""
    before = counted(client)
    client.send(raw)
    if client.socket.poll(300):
        reply = client.receive()
        assert reply.verb == "error" and (reply.id == "-" or raw.startswith(b"SKALD1 command " + reply.id.encode() + b" ")), reply
        assert reply.code == ("bad_request" if raw.startswith(b"SKALD1 ") else "unsupported_version"), reply
    else:
        assert counted(client) == before + 1


@pytest.mark.parametrize("raw", [
    b"SKALD2 command abc counter k - add\n{}", b"SKALD2\0\1\2", b"SKALD1\tcommand a counter k - add\n{}", b"SKALD",
    "SKALDXé a b".encode(), "SKALD\u0301 a b".encode(), b"SKALD" + b"D" * 5000,
])
def test_an_unknown_protocol_word_is_told_what_is_spoken(client, raw):
    """ES-01: whatever else the line is made of."""
    client.send(raw)
    reply = client.receive()
    assert (reply.id, reply.code) == ("-", "unsupported_version") and "SKALD1" in str(reply.body)


def test_more_than_one_content_frame_is_refused(client, alive):
    """ES-01"""
    id = new_id()
    client.send(frame("command", id, "counter", "k", "-", "add"), b'{"n": 1}')
    assert client.answer(id).code == "bad_request"
    before = counted(client)
    client.send(b"", b"", b"", b"")
    client.send(*[b"x"] * 1000)
    client.ask("server.info")
    assert counted(client) >= before + 1 or client.kept


def test_a_leading_empty_frame_is_mirrored(server):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(server.endpoint)
    for empty in ([b""], []):
        socket.send_multipart([*empty, b"SKALD1 request one server.info"])
        assert socket.poll(5000) and socket.recv_multipart()[:-1] == empty
    socket.close()


def test_a_frame_beyond_4_mib_costs_its_sender_the_connection_and_nobody_else(server, client, alive):
    with Client(server.endpoint) as rude:
        rude.send(frame("command", "big", "counter", "k", "-", "add", body=b"a" * (5 * MIB)))
        assert not rude.socket.poll(500) or rude.receive().code == "too_large"
        assert client.ask("server.info")
    with Client(server.endpoint) as polite:
        assert polite.ask("server.info")


def test_ids_at_their_limits_come_back_byte_for_byte(client):
    for sent in ("i", "i" * 64, "--", "a%20b", "%C3%BC", "!#$&'()*+,-./:;<>?@[]^_`{|}~"):
        client.send(f"SKALD1 request {sent} server.info".encode())
        reply = client.receive()
        assert reply.ok and reply.raw.startswith(f"SKALD1 ok {sent}\n".encode()), reply


def counted(client):
    """How many messages the server says it dropped."""
    return client.ask("server.info")["counters"]["dropped"]


def mutated(chance, valid):
    """A valid frame with a few bytes changed, cut, doubled or put in."""
    raw = bytearray(valid)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw)) if raw else 0
        match chance.randrange(4):
            case 0 if raw:
                raw[place] = chance.randrange(256)
            case 1 if raw:
                del raw[place:place + chance.randint(1, 20)]
            case 2:
                raw[place:place] = chance.randbytes(chance.randint(1, 8))
            case _:
                raw[place:place] = chance.choice([b" ", b"\n", b"=", b"%", b"-", b"{", b"\"", b"\\u", b"1e9", b"\0"])
    return bytes(raw)


def test_ten_thousand_random_messages_are_each_answered_or_counted(binary):
    """ES-01: none crashes the server; answers and counts add up to what was sent."""
    seed = int(os.environ.get("SKALD_SEED", "20261121"))
    chance = random.Random(seed)
    with Server(binary) as server, Client(server.endpoint) as client, Client(server.endpoint) as watch:
        before, answered, sent = counted(watch), 0, 0
        while sent < 10_000:
            for _ in range(250):
                client.send(one_message(chance, sent))
                sent += 1
            while answered + counted(watch) - before < sent:
                assert client.socket.poll(5000), f"{sent} sent, {answered} answered, {counted(watch) - before} counted; seed {seed}"
                while client.socket.poll(0):
                    reply = client.receive()
                    assert reply.verb in ("ok", "error"), (seed, reply)
                    answered += 1
        assert (answered + counted(watch) - before, server.process.poll()) == (sent, None), f"seed {seed}"
        assert answered > 1000 and watch.command("counter", "k", "add", {"n": 1}).code in (None, "rejected")


def one_message(chance, number):
    """Noise, or a mutation of what the server understands and answers with one message."""
    valid = chance.choice([
        frame("command", f"r{number}", "counter", "k", "-", "add", body={"n": 1, "note": "ü\n"}),
        frame("command", f"r{number}", "account", "k", "0", "open", body={"owner": "x"}, headers={"x-a": "1"}),
        frame("request", f"r{number}", "event.read", body={"limit": 2}),
        frame("request", f"r{number}", "aggregate.get", body={"aggregate": "counter", "key": "k", "version": 0}),
        frame("request", f"r{number}", "def.check", body={"source": "saga: a\nversion: 1\nsteps:\n  n:\n    sleep: 1s\n"}),
        frame("request", f"r{number}", "saga.start", body={"definition": "x", "input": {"a": [1, 2.5, None, True]}}),
    ])
    return chance.randbytes(chance.randint(0, 200)) if chance.random() < 0.2 else mutated(chance, valid)
