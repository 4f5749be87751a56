"""Commands: what is answered, what is written, in which order, and once."""
import zmq

from skaldwire import Client, frame, new_id


def opened(client, key, balance=0):
    assert client.command("account", key, "open", {"owner": key}).ok
    if balance:
        assert client.command("account", key, "deposit", {"amount": balance}).ok


def head(client, aggregate, key):
    state = client.request("aggregate.get", {"aggregate": aggregate, "key": key})
    return (state["version"], state["state"]) if state.ok else (0, None)


def test_a_command_is_answered_once_with_its_version_position_and_result(client, name):
    """ES-01 ES-08 SS-04: one reply under the id sent; what changed state is in the log, one version per event."""
    opened(client, name)
    reply = client.command("account", name, "deposit", {"amount": 5}, id="my id, 100%=ü")
    assert reply.ok and reply.id == "my id, 100%=ü" and reply.version == 2 and reply.body == {"balance": 5}
    (event,) = client.events(aggregate="account", key=name, **{"from": 2})
    assert (event["version"], event["position"], event["name"]) == (2, reply.position, "deposited")
    assert not client.socket.poll(100), "a second answer came"


def test_texts_that_look_alike_are_told_apart_by_their_bytes(client, name):
    """Composed and decomposed letters: two keys, two ids, two waits, two inputs and two definitions."""
    pair = [f"{name}-caf\u00e9", f"{name}-cafe\u0301"]
    for key, n in zip(pair, (1, 10)):
        assert client.command("counter", key, "add", {"n": n}, id=key).body == {"value": n}
        assert client.ask("command.result", id=key)["ok"]["result"] == {"value": n}
        assert [event["body"] for event in client.events(aggregate="counter", key=key)] == [{"n": n}]
    for key, id in zip(pair, ("one", "two")):
        step = {"command": "counter.add", "key": key, "with": {"n": 100}, "pivot": True}
        inline = {"saga": "adds", "version": 1, "steps": {"add": step}}
        started = client.ask("saga.start", inline=inline, input={"name": key}, id=f"{name}-{id}")
        assert (started["existing"], client.end_of(started["id"])["state"]) == (False, "completed")
        other = {"inline": inline, "input": {"name": pair[id == "one"]}, "id": started["id"]}
        assert client.request("saga.start", other).code == "id_reused"
    assert [head(client, "counter", key) for key in pair] == [(2, {"value": 101}), (2, {"value": 110})]
    text = f"saga: s{new_id()[-12:]}\nversion: 1\nsteps:\n  a: {{ command: counter.add, key: KEY, with: {{ n: 1 }}, pivot: true }}\n"
    sources = [text.replace("KEY", key) for key in pair]
    assert [client.request("def.register", {"source": source}).code for source in sources] == [None, "conflict"]
    waits = [client.send_request("command.result", {"id": f"w-{key}", "wait_ms": 300}) for key in pair]
    assert client.command("counter", name, "add", {"n": 1}, id=f"w-{pair[0]}").ok
    assert [client.answer(wait).code for wait in waits] == [None, "not_found"]


def test_an_unknown_name_is_refused_by_name_and_stores_nothing(client, name):
    """ES-02 ES-03"""
    reply = client.command("acount", name, "open", {"owner": "x"})
    assert reply.code == "unknown_aggregate" and "acount" in reply["message"]
    reply = client.command("account", name, "opne", {"owner": "x"})
    assert reply.code == "unknown_command" and "opne" in reply["message"]
    assert client.request("frobnicate.all").code == "unknown_operation"
    assert head(client, "account", name) == (0, None)


def test_a_read_of_what_does_not_exist_is_not_found(client, name):
    """ES-04"""
    assert client.request("aggregate.get", {"aggregate": "account", "key": name}).code == "not_found"
    assert client.request("saga.get", {"id": name}).code == "not_found"
    assert client.command("account", name, "deposit", {"amount": 1})["reason"] == "not_open"
    assert client.events(aggregate="account", key=name) == []


def test_a_rejection_changes_nothing(client, name):
    """ES-07 SS-05 SS-20: the second of two commands is judged on the first one's result; a no writes nothing."""
    opened(client, name, 10)
    first, second = (client.send_command("account", name, "withdraw", {"amount": 7}) for _ in range(2))
    assert client.answer(first).body == {"balance": 3}
    before = head(client, "account", name)
    refused = client.answer(second)
    assert refused.code == "rejected" and refused["reason"] == "insufficient_funds" and refused["message"]
    assert head(client, "account", name) == before == (3, {**before[1], "balance": 3})
    assert len(client.events(aggregate="account", key=name)) == 3


def test_no_one_and_many_events(client, name):
    """ES-09 ES-10 AK-03: a no-op keeps the version and says so; many events stand together, versions contiguous."""
    opened(client, name, 5)
    reply = client.command("account", name, "release", {"hold": "none"})
    assert reply.ok and reply.version == 2
    reply = client.command("counter", name, "burst", {"n": 40})
    assert reply.ok and reply.version == 40 and reply.body == {"value": 40}
    events = client.events(aggregate="counter", key=name)
    assert [event["version"] for event in events] == list(range(1, 41))
    assert [event["position"] for event in events] == list(range(reply.position - 39, reply.position + 1))
    assert len({event["time"] for event in events}) == len({event["command"] for event in events}) == 1


def test_an_expected_version_is_held_to(client, name):
    """SS-14: conflict names both numbers and writes nothing."""
    assert client.command("counter", name, "add", {"n": 1}, expected=1).code == "conflict"
    assert client.command("counter", name, "add", {"n": 1}, expected=0).version == 1
    stale = client.command("counter", name, "add", {"n": 1}, expected=0)
    assert stale.code == "conflict" and (stale["expected"], stale["actual"]) == (0, 1)
    assert client.command("counter", name, "add", {"n": 1}, expected=1).version == 2
    assert head(client, "counter", name) == (2, {"value": 2})


def test_a_command_sent_again_gets_the_same_reply_and_adds_nothing(client, server, name):
    """SS-17 DX-03: before the first answer, after it, and from another connection."""
    id = new_id()
    for _ in range(3):
        client.send_command("counter", name, "add", {"n": 1}, id=id)
    replies = client.answers([id] * 3) + [client.command("counter", name, "add", {"n": 1}, id=id)]
    with Client(server.endpoint) as other:
        replies.append(other.command("counter", name, "add", {"n": 1}, id=id))
    assert {reply.raw for reply in replies} == {replies[0].raw} and replies[0].ok
    assert head(client, "counter", name)[0] == 1


def test_every_kept_kind_of_no_is_repeated_too(client, name):
    """SS-17: rejected, conflict and handler_failed are remembered, field for field, although the world moved on."""
    opened(client, name)
    ids = [new_id() for _ in range(3)]

    def ask():
        client.send_command("account", name, "withdraw", {"amount": 1}, id=ids[0])
        client.send_command("account", name, "close", {}, expected=9, id=ids[1])
        client.send_command("counter", name, "crash", {}, id=ids[2])
        return client.answers(ids)

    first = ask()
    assert [reply.code for reply in first] == ["rejected", "conflict", "handler_failed"]
    assert client.command("account", name, "deposit", {"amount": 5}).ok
    assert [reply.raw for reply in ask()] == [reply.raw for reply in first]


def test_other_errors_leave_no_trace(client, name):
    """SS-17: a command that was malformed or unknown may be sent again under its id."""
    id = new_id()
    assert client.command("counter", name, "add", {"n": "one"}, id=id).code == "bad_request"
    assert client.command("counter", name, "addd", {"n": 1}, id=id).code == "unknown_command"
    assert client.command("counter", name, "add", {"n": 1}, id=id).version == 1


def test_one_id_with_other_content_is_refused(client, name):
    """SS-18: another body, name, key, expectation or verb; the bytes count, headers do not."""
    id = new_id()
    first = client.command("counter", name, "add", {"n": 1}, id=id)
    others = [
        ("command", "counter", name, "-", "add", {"n": 2}), ("command", "counter", name, "-", "burst", {"n": 1}),
        ("command", "counter", name + "x", "-", "add", {"n": 1}), ("command", "counter", name, "1", "add", {"n": 1}),
        ("command", "counter", name, "-", "add", b'{"n":  1}'), ("command", "card", name, "-", "add", {"n": 1}),
    ]
    for verb, *words, body in others:
        client.send(frame(verb, id, *words, body=body))
        assert client.answer(id).code == "id_reused", (words, body)
    again = client.command("counter", name, "add", {"n": 1}, id=id, headers={"x-try": "2"})
    assert again.raw == first.raw
    assert head(client, "counter", name)[0] == 1 and head(client, "counter", name + "x")[0] == 0


def test_a_bug_in_a_handler_fails_that_command_alone(client, name):
    """SS-19 DX-05: nothing stored, and the next command on the key works."""
    assert client.command("counter", name, "add", {"n": 1}).ok
    failed = client.command("counter", name, "crash")
    assert failed.code == "handler_failed" and failed["message"]
    assert client.command("counter", name, "add", {"n": 1}).version == 2


def test_fields_that_do_not_fit_are_bad_requests_naming_the_field(client, name):
    """DX-18: a body that cannot be decoded is refused once and never processed as nothing."""
    for body in ({}, {"n": None}, {"n": "1"}, {"n": 1.5}, {"n": True}, {"n": [1]}, {"n": 1, "note": 5}):
        reply = client.command("counter", name, "add", body)
        assert reply.code == "bad_request", (body, reply)
        assert ("note" if "note" in body else "n") in reply["message"]
    assert not client.socket.poll(100)
    assert head(client, "counter", name) == (0, None)
    assert client.command("counter", name, "add", {"n": 1, "later": "ignored"}).ok
    assert "later" not in client.events(aggregate="counter", key=name)[0]["body"]


def test_integers_keep_64_bits_and_never_wrap(client, name):
    top = 2**63 - 1
    assert client.command("counter", name, "add", {"n": top}).body == {"value": top}
    assert client.command("counter", name, "add", {"n": 1})["reason"] == "overflow"
    assert client.command("counter", name, "add", {"n": -top - 1}).body == {"value": -1}
    assert [event["body"]["n"] for event in client.events(aggregate="counter", key=name)] == [top, -top - 1]


def test_a_thousand_commands_without_waiting_take_effect_in_the_order_sent(client, name):
    """SS-06 DX-02: and are answered in it."""
    ids = [client.send_command("counter", name, "add", {"n": i, "note": str(i)}) for i in range(1000)]
    order = [client.receive() for _ in ids]
    assert [reply.id for reply in order] == ids
    assert [reply.version for reply in order] == list(range(1, 1001))
    events = client.events(aggregate="counter", key=name)
    assert [(event["command"], event["body"]["note"]) for event in events] == [(id, str(i)) for i, id in enumerate(ids)]


def test_many_clients_on_one_key_share_one_order_and_keep_their_own(server, client, name):
    """SS-07 DX-01: versions 1…n without gap or repeat under interleaving, each client's commands in its order."""
    clients = [Client(server.endpoint) for _ in range(8)]
    sent = {}
    for i in range(200):
        for number, each in enumerate(clients):
            sent[each.send_command("counter", name, "add", {"n": 1, "note": str(i)})] = (number, i)
    versions = [reply.version for each in clients for reply in (each.receive() for _ in range(200))]
    assert sorted(versions) == list(range(1, 1601))
    events = client.events(aggregate="counter", key=name, limit=1000)
    assert [event["version"] for event in events] == list(range(1, 1601))
    for number, each in enumerate(clients):
        mine = [sent[event["command"]][1] for event in events if sent[event["command"]][0] == number]
        assert mine == list(range(200))
        each.close()


def test_sixteen_clients_adding_a_thousand_times_make_sixteen_thousand(server, client, name):
    """SS-09: read, modify and write of one key is serialised."""
    clients = [Client(server.endpoint) for _ in range(16)]
    for _ in range(1000):
        for each in clients:
            each.send_command("counter", name, "add", {"n": 1})
    for each in clients:
        assert all(each.receive().ok for _ in range(1000))
        each.close()
    assert head(client, "counter", name) == (16_000, {"value": 16_000})


def test_a_lock_step_client_may_use_a_req_socket(server, name):
    """The empty frame that REQ sends is mirrored, or REQ would drop the answer."""
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVTIMEO, 10_000)
    socket.connect(server.endpoint)
    socket.send(f'SKALD1 command {name} counter {name} - add\n{{"n": 1}}'.encode())
    assert socket.recv().startswith(f"SKALD1 ok {name} 1 ".encode())
    socket.send(f"SKALD1 request {name}-2 server.info".encode())
    assert socket.recv().startswith(f"SKALD1 ok {name}-2\n{{".encode())
    socket.close()


def test_a_slow_reader_of_many_answers_gets_them_all(client, name):
    ids = [client.send_command("counter", name, "add", {"n": 1}) for _ in range(5000)]
    client.socket.poll(200)
    assert all(reply.ok for reply in client.answers(ids))
