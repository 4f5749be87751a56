"""Sagas: what completes, what is undone and in which order, and who may ask, cancel and repair."""
import time

import pytest

from skaldwire import Client, new_id

DECLINES = {"command": "card.charge", "key": "never issued", "with": {"amount": 1}}


def start(client, definition, input=None, **more):
    """Starts a definition by name, or one given inline as its steps; the saga's id."""
    if isinstance(definition, dict):
        definition = definition if "steps" in definition else {"saga": "inline", "version": 1, "steps": definition}
        return client.ask("saga.start", inline=definition, input=input or {}, **more)["id"]
    return client.ask("saga.start", definition=definition, input=input or {}, **more)["id"]


def add(key, n=1, undo=True, **more):
    """A step that adds to a counter, and takes it back."""
    back = {"undo": {"command": "counter.add", "with": {"n": -n, "note": "undo"}}} if undo else {}
    return {"command": "counter.add", "key": key, "with": {"n": n}, **back, **more}


def gate(name, amount=1, **more):
    """A step that waits until a test issues its card; then more than 10 is refused for good."""
    return {"command": "card.charge", "key": f"{name}-gate", "with": {"amount": amount},
            "retry": {"attempts": "forever", "first": "50ms", "factor": 1, "only": ["not_issued"]}, **more}


def open_gate(client, name):
    assert client.command("card", f"{name}-gate", "issue", {"limit": 10}).ok


def history(client, id):
    """(event name, step) of everything that happened in a saga, oldest first."""
    events, start_at = [], None
    while True:
        page = client.ask("saga.history", id=id, **({} if start_at is None else {"from": start_at}))
        events += [(event["name"], event["body"].get("step")) for event in page["events"]]
        start_at = page["next"]
        if start_at is None:
            return events


def steps(view):
    return {step["name"]: step for step in view["steps"]}


def value(client, key):
    return client.ask("aggregate.get", aggregate="counter", key=key)["state"]["value"]


@pytest.fixture
def trip(client, name):
    """A hotel, a flight and a card with room for one trip; its input."""
    assert client.command("hotel", name, "stock", {"rooms": 2}).ok
    assert client.command("flight", name, "schedule", {"seats": 2}).ok
    assert client.command("card", name, "issue", {"limit": 500}).ok
    return {"trip": f"t-{name}", "city": name, "flight": name, "card": name, "amount": 450}


def test_a_trip_is_booked(client, trip, name):
    """SG-01 SG-12: independent steps first, what needs them after, then the output."""
    id = start(client, "book-trip", trip)
    view = client.end_of(id)
    assert view["state"] == "completed" and view["error"] is None and view["reason"] is None
    assert [(step["name"], step["state"], step["attempts"]) for step in view["steps"]] == [
        ("hotel", "completed", 1), ("flight", "completed", 1), ("charge", "completed", 1)]
    assert set(view["output"]) == {"reservation", "booking", "charge"}
    assert view["output"]["reservation"] == steps(view)["hotel"]["result"]["reservation"]
    assert (view["id"], view["definition"], view["version"], view["key"]) == (id, "book-trip", 1, trip["trip"])
    assert view["input"] == trip and view["started"] <= view["ended"]
    happened = history(client, id)
    assert happened[0][0] == "saga.started" and happened[-1][0] == "saga.completed"
    for first in ("hotel", "flight"):
        assert happened.index(("step.completed", first)) < happened.index(("step.started", "charge"))
    booked = client.ask("aggregate.get", aggregate="hotel", key=name)["state"]["reserved"]
    assert list(booked.values()) == [trip["trip"]]


def test_a_declined_card_undoes_the_trip_in_reverse(client, trip, name):
    """SG-03 SG-05 AK-10 DX-21: what was reserved is released by new events; the error is in view and history."""
    id = start(client, "book-trip", {**trip, "amount": 501})
    view = client.end_of(id)
    assert view["state"] == "compensated" and view["reason"] == "step_failed" and view["output"] is None
    assert (view["error"]["step"], view["error"]["code"]) == ("charge", "declined") and view["error"]["message"]
    assert {step: each["undo"]["state"] for step, each in steps(view).items() if step != "charge"} == {
        "hotel": "undone", "flight": "undone"}
    assert steps(view)["charge"]["state"] == "failed" and steps(view)["charge"]["error"]["code"] == "declined"
    happened = history(client, id)
    failed, compensating = happened.index(("step.failed", "charge")), happened.index(("saga.compensating", None))
    undone = [happened.index(("undo.completed", step)) for step in ("flight", "hotel")]
    assert failed < compensating < undone[0] < undone[1] < len(happened) - 1
    assert happened[-1][0] == "saga.compensated"
    assert client.ask("aggregate.get", aggregate="hotel", key=name)["state"]["reserved"] == {}
    assert client.ask("aggregate.get", aggregate="flight", key=name)["state"]["booked"] == {}
    names = [event["name"] for event in client.events(aggregate="hotel", key=name)]
    assert names == ["stocked", "reserved", "released"]


def test_a_chain_is_undone_from_its_end(client, name):
    """SG-05: a step is undone only after everything that depends on it."""
    id = start(client, {
        "a": add(name), "b": add(name, needs=["a"]), "c": add(name, needs=["b"]),
        "d": {**DECLINES, "pivot": True, "needs": ["c"]}})
    assert client.end_of(id)["state"] == "compensated"
    assert [step for event, step in history(client, id) if event == "undo.completed"] == ["c", "b", "a"]
    assert value(client, name) == 0


def test_money_is_moved_or_put_back(client, name):
    for who, amount in (("a", 100), ("b", 1)):
        client.command("account", name + who, "open", {"owner": who})
        client.command("account", name + who, "deposit", {"amount": amount})

    def balances():
        return [client.ask("aggregate.get", aggregate="account", key=name + who)["state"]["balance"] for who in "ab"]

    done = client.end_of(start(client, "transfer-money", {"from": name + "a", "to": name + "b", "amount": 30}))
    assert done["state"] == "completed" and done["output"] == {"balance": 70} and balances() == [70, 31]
    for payee, amount, step, code in ((name + "none", 30, "deposit", "not_open"), (name + "b", 71, "withdraw", "insufficient_funds")):
        view = client.end_of(start(client, "transfer-money", {"from": name + "a", "to": payee, "amount": amount}))
        assert view["state"] == "compensated" and (view["error"]["step"], view["error"]["code"]) == (step, code)
        assert balances() == [70, 31]


def test_a_bid_holds_funds_and_frees_those_of_the_outbid(client, name):
    client.command("auction", name, "open", {"reserve": 10})
    for who in "ab":
        client.command("account", name + who, "open", {"owner": who})
        client.command("account", name + who, "deposit", {"amount": 100})

    def bid(who, amount):
        return client.end_of(start(client, "place-bid", {"auction": name, "bidder": name + who, "amount": amount}))

    def balance(who):
        return client.ask("aggregate.get", aggregate="account", key=name + who)["state"]["balance"]

    first = bid("a", 20)
    assert first["state"] == "completed" and steps(first)["free_outbid"]["state"] == "skipped" and balance("a") == 80
    low = bid("b", 15)
    assert low["state"] == "compensated" and low["error"]["code"] == "too_low" and balance("b") == 100
    high = bid("b", 40)
    assert high["state"] == "completed" and high["output"] == {"outbid": name + "a"}
    assert (balance("a"), balance("b")) == (100, 60)


def test_a_saga_is_started_once_by_id(client, trip, server):
    """SG-12 DX-16: two fast copies of one start, then a third after the end."""
    id = new_id()
    arguments = {"definition": "book-trip", "input": trip, "id": id}
    copies = [client.send_request("saga.start", arguments) for _ in range(5)]
    answers = client.answers(copies)
    assert {answer["id"] for answer in answers} == {id}
    assert sorted(answer["existing"] for answer in answers) == [False, True, True, True, True]
    assert client.end_of(id)["state"] == "completed"
    with Client(server.endpoint) as other:
        again = other.ask("saga.start", **arguments)
    assert (again["id"], again["existing"], again["state"]) == (id, True, "completed")
    assert len(client.ask("saga.list", definition="book-trip", key=trip["trip"])["sagas"]) == 1
    assert client.request("saga.start", {**arguments, "input": {**trip, "amount": 1}}).code == "id_reused"


def test_a_saga_id_means_one_version_key_and_text_of_a_definition(client, trip):
    """SG-12: another of these is another start, and is refused under an id that is taken."""
    id = new_id()
    order = {"definition": "book-trip", "input": trip, "id": id}
    assert client.ask("saga.start", **order)["existing"] is False
    version = client.ask("saga.get", id=id)["version"]
    assert client.ask("saga.start", **order, version=version)["existing"] is True
    assert client.request("saga.start", {**order, "key": new_id()}).code == "id_reused"
    steps = {"nap": {"sleep": "1ms"}}
    inline = {"inline": {"saga": "book-trip", "version": version, "steps": steps}, "input": trip, "id": id}
    assert client.request("saga.start", inline).code == "id_reused"


def test_a_saga_is_started_once_by_its_key(client, trip):
    """SG-12: same key and input gives the first saga; other input is refused."""
    first = client.ask("saga.start", definition="book-trip", input=trip)
    again = client.ask("saga.start", definition="book-trip", input=trip)
    assert (again["id"], again["existing"]) == (first["id"], True)
    assert client.request("saga.start", {"definition": "book-trip", "input": {**trip, "amount": 2}}).code == "id_reused"


def test_a_start_sent_again_under_its_request_id_gives_the_same_answer(client, trip):
    """SS-17 for requests that change something: without `id` in the arguments the saga's id is the same on a resend."""
    id = new_id()
    first = client.request("saga.start", {"definition": "book-trip", "input": trip}, id=id)
    again = client.request("saga.start", {"definition": "book-trip", "input": trip}, id=id)
    assert again["id"] == first["id"]


def test_a_key_may_be_used_again_after_a_roll_back_when_asked(client, trip):
    id = start(client, "book-trip", {**trip, "amount": 501})
    assert client.end_of(id)["state"] == "compensated"
    assert client.ask("saga.start", definition="book-trip", input={**trip, "amount": 501})["id"] == id
    second = client.ask("saga.start", definition="book-trip", input=trip, again=True)
    assert second["id"] != id and client.end_of(second["id"])["state"] == "completed"


def test_input_that_does_not_fit_starts_nothing(client, trip, name):
    for broken in ({}, {**trip, "amount": "450"}, {**trip, "amount": 0}, {k: v for k, v in trip.items() if k != "card"}):
        assert client.request("saga.start", {"definition": "book-trip", "input": broken}).code == "bad_request"
    assert client.request("saga.start", {"definition": "book-tripp", "input": trip}).code == "not_found"
    assert len(client.events(aggregate="hotel", key=name)) == 1


def test_bad_definitions_are_refused_with_their_place_before_anything_runs(client, name):
    """SG-02 DX-15: cycle, self-need, unknown step, empty, unknown command, missing undo, two pivots."""
    step = add(name)
    bad = {
        "cycle": {"a": {**step, "needs": ["b"]}, "b": {**step, "needs": ["a"]}},
        "self": {"a": {**step, "needs": ["a"]}},
        "unknown step": {"a": {**step, "needs": ["z"]}},
        "empty": {},
        "unknown type": {"a": {**step, "command": "cuonter.add"}},
        "unknown command": {"a": {**step, "command": "counter.addd"}},
        "no undo": {"a": add(name, undo=False)},
        "two pivots": {"a": add(name, undo=False, pivot=True), "b": add(name, undo=False, pivot=True, needs=["a"])},
        "unknown key": {"a": {**step, "nedes": []}},
        "reads what may not have run": {"a": step, "b": add("${ steps.a.result.value }")},
        "two actions": {"a": {**step, "sleep": "1s"}},
    }
    for what, broken in bad.items():
        definition = {"saga": "bad", "version": 1, "steps": broken}
        reply = client.request("saga.start", {"inline": definition, "input": {}})
        assert reply.code == "invalid_definition", (what, reply)
        for problem in reply["problems"]:
            assert problem["message"] and problem["line"] >= 1 and problem["column"] >= 1, (what, problem)
    duplicate = "saga: bad\nversion: 1\nsteps:\n  a:\n    sleep: 1s\n  a:\n    sleep: 2s\n"
    reply = client.request("def.check", {"source": duplicate})
    assert reply.code == "invalid_definition" and reply["problems"][0]["line"] == 6
    assert client.request("aggregate.get", {"aggregate": "counter", "key": name}).code == "not_found"


def test_a_registered_definition_never_changes_under_its_number(client, name):
    source = f"saga: {name}\nversion: 1\nsteps:\n  nap:\n    sleep: 10ms\n"
    assert client.ask("def.register", source=source)["version"] == 1
    assert client.ask("def.register", source=source)["version"] == 1
    changed = client.request("def.register", {"source": source.replace("10ms", "20ms")})
    assert changed.code == "conflict" and "20ms" in str(changed["diff"])
    assert client.ask("def.register", source=source.replace("version: 1", "version: 2"))["version"] == 2
    assert name in str(client.ask("def.list"))
    assert client.ask("def.get", name=name, version=1)["source"] == source
    assert client.end_of(start(client, name))["version"] == 2
    assert client.end_of(start(client, name, version=1))["version"] == 1


def test_an_inline_definition_runs_and_is_never_registered(client, name):
    id = start(client, {"saga": f"once-{name}", "version": 1, "input": {"type": "object", "properties": {"n": {"type": "integer"}}},
                        "steps": {"a": add(name, 5), "b": add(name, 0, needs=["a"], undo=False, pivot=True)},
                        "output": {"seen": "${ steps.a.result.value }", "said": "n is ${ input.n }"}}, {"n": 7})
    view = client.end_of(id)
    assert view["state"] == "completed" and view["output"] == {"seen": 5, "said": "n is 7"}
    assert f"once-{name}" not in str(client.ask("def.list"))


def test_a_step_without_an_undo_is_bypassed(client, name):
    """SG-06"""
    id = start(client, {"a": add(name), "b": {**add(name, undo=False), "undo": "none", "because": "a note", "needs": ["a"]},
                        "c": {**DECLINES, "pivot": True, "needs": ["b"]}})
    view = client.end_of(id)
    assert view["state"] == "compensated"
    assert (steps(view)["b"]["undo"]["state"], steps(view)["a"]["undo"]["state"]) == ("bypassed", "undone")
    assert value(client, name) == 1


def test_parallel_first_steps_that_all_fail_still_end_the_saga(client):
    """DX-07"""
    view = client.end_of(start(client, {
        step: {**DECLINES, "undo": "none", "because": "it never happens"} for step in ("a", "b", "c")}))
    assert view["state"] == "compensated" and view["error"]["code"] == "not_issued"


def test_parallel_steps_on_one_aggregate_do_not_collide(client, name):
    """DX-19: a saga's own steps on one key are serialised; nothing expects a version unless it says so."""
    view = client.end_of(start(client, {f"s{i}": add(name) for i in range(20)}))
    assert view["state"] == "completed" and value(client, name) == 20


def test_a_waiting_retry_ends_when_another_step_fails(client, name):
    """SG-09: an hour of back-off does not keep a saga from rolling back."""
    patient = {**DECLINES, "undo": "none", "because": "never", "retry": {"attempts": 9, "first": "1h", "only": ["not_issued"]}}
    id = start(client, {"patient": patient, "nap": {"sleep": "200ms"},
                        "stop": {"command": "account.close", "key": name, "with": {}, "needs": ["nap"], "undo": "none",
                                 "because": "never"}})
    view = client.end_of(id, 10)
    assert view["state"] == "compensated" and steps(view)["patient"]["state"] == "failed"
    assert ("step.retrying", "patient") in history(client, id)


def test_a_definite_no_is_retried_only_where_its_code_is_named(client, name):
    """SG-08 in part: attempts are counted and shown."""
    id = start(client, {"a": {"command": "card.charge", "key": name, "with": {"amount": 1}, "pivot": True,
                              "retry": {"attempts": 100, "first": "50ms", "factor": 1, "only": ["not_issued"]}}})
    time.sleep(0.2)
    assert client.command("card", name, "issue", {"limit": 5}).ok
    view = client.end_of(id)
    assert view["state"] == "completed" and steps(view)["a"]["attempts"] > 1


def test_sagas_that_retry_at_once_each_get_their_own_answer(client, name):
    """DX-14: thirty sagas wait for thirty cards; each charge lands on its own."""
    ids = [start(client, {"a": {"command": "card.charge", "key": f"{name}-{i}", "with": {"amount": i + 1}, "pivot": True,
                                "retry": {"attempts": "forever", "first": "50ms", "factor": 1, "only": ["not_issued"]}}})
           for i in range(30)]
    for i in reversed(range(30)):
        assert client.command("card", f"{name}-{i}", "issue", {"limit": 100}).ok
    for i, id in enumerate(ids):
        view = client.end_of(id)
        assert view["state"] == "completed" and steps(view)["a"]["result"]["remaining"] == 99 - i
        charged = client.ask("aggregate.get", aggregate="card", key=f"{name}-{i}")["state"]["charged"]
        assert list(charged.values()) == [i + 1]


def test_a_failed_undo_makes_the_saga_stuck_until_someone_repairs_it(client, name):
    """SG-10 DX-08 DX-12 DX-21: attempts are counted and bounded; the case is listed, its errors shown, and repairable."""
    client.command("account", name, "open", {"owner": "x"})
    client.command("account", name, "deposit", {"amount": 10})
    id = start(client, {"fine": add(name),
                        "take": {"command": "account.withdraw", "key": name, "with": {"amount": 4}, "needs": ["fine"],
                                 "undo": {"command": "account.deposit", "with": {"amount": 0},
                                          "retry": {"attempts": 3, "first": "10ms", "only": ["invalid_amount"]}}},
                        "stop": {**DECLINES, "pivot": True, "needs": ["take"]}})
    view = client.end_of(id)
    undo = steps(view)["take"]["undo"]
    assert view["state"] == "stuck" and (undo["state"], undo["attempts"], undo["error"]["code"]) == ("undo_failed", 3, "invalid_amount")
    assert steps(view)["fine"]["undo"]["state"] == "undone", "a failed undo leaves the others running"
    assert id in [saga["id"] for saga in client.ask("saga.list", state="stuck", limit=1000)["sagas"]]
    assert client.request("saga.repair", {"id": id, "step": "nosuch", "do": "waive", "reason": "r"}).code in ("not_found", "bad_request")
    repaired = client.ask("saga.repair", id=id, step="take", do="waive", reason="paid back in cash")
    assert repaired["id"] == id
    view = client.end_of(id)
    assert view["state"] == "compensated" and steps(view)["take"]["undo"]["state"] == "waived" and value(client, name) == 0
    assert ("undo.waived", "take") in history(client, id)
    assert "paid back in cash" in str(client.ask("saga.history", id=id))


def test_a_stuck_undo_can_be_tried_again_once_the_world_is_mended(client, name):
    """SG-10: a closed account refuses the money; reopened, a person's retry lets the roll-back end."""
    client.command("account", name, "open", {"owner": "x"})
    client.command("account", name, "deposit", {"amount": 4})
    id = start(client, {"take": {"command": "account.withdraw", "key": name, "with": {"amount": 4},
                                 "undo": {"command": "account.deposit", "with": {"amount": 4}}},
                        "stop": gate(name, 11, pivot=True, needs=["take"])})
    assert client.command("account", name, "close").ok
    open_gate(client, name)
    view = client.end_of(id)
    assert view["state"] == "stuck" and view["stuck_while"] == "compensating"
    assert steps(view)["take"]["undo"]["error"]["code"] == "not_open"
    assert client.request("saga.repair", {"id": id, "step": "stop", "do": "retry", "reason": "r"}).code == "illegal_state"
    assert client.command("account", name, "open", {"owner": "x"}).ok
    client.ask("saga.repair", id=id, step="take", do="retry", reason="reopened")
    assert client.end_of(id)["state"] == "compensated"
    assert client.ask("aggregate.get", aggregate="account", key=name)["state"]["balance"] == 4
    assert ("saga.repaired", "take") in history(client, id)


def tried_for_ever(client, name):
    """A saga whose undo of `take` waits for its next attempt: until the account is open again."""
    client.command("account", name, "open", {"owner": "x"})
    client.command("account", name, "deposit", {"amount": 4})
    id = start(client, {"first": add(name),
                        "take": {"command": "account.withdraw", "key": name, "with": {"amount": 4}, "needs": ["first"],
                                 "undo": {"command": "account.deposit", "with": {"amount": 4},
                                          "retry": {"attempts": "forever", "first": "50ms", "factor": 1, "only": ["not_open"]}}},
                        "stop": gate(name, 11, pivot=True, needs=["take"])})
    assert client.command("account", name, "close").ok
    open_gate(client, name)
    until = time.monotonic() + 10
    while steps(view := client.ask("saga.get", id=id))["take"]["undo"]["state"] != "undo_retrying":
        assert time.monotonic() < until, view
        time.sleep(0.02)
    assert view["state"] == "compensating"
    return id, view


def test_reverse_order_holds_while_an_undo_awaits_its_retry(client, name):
    """DX-09: `first` is not undone while the undo of what depends on it is waiting."""
    id, view = tried_for_ever(client, name)
    assert steps(view)["first"]["undo"]["state"] not in ("undone", "undoing") and value(client, name) == 1
    assert client.command("account", name, "open", {"owner": "x"}).ok
    assert client.end_of(id)["state"] == "compensated" and value(client, name) == 0
    assert [step for event, step in history(client, id) if event == "undo.completed"] == ["take", "first"]


def test_an_undo_that_is_tried_for_ever_may_be_waived(client, name):
    """It need not have failed: who knows that it never will be done settles it by hand, and the rest is undone."""
    id, _ = tried_for_ever(client, name)
    refused = client.request("saga.repair", {"id": id, "step": "first", "do": "waive", "reason": "not its turn"})
    assert refused.code == "illegal_state" and refused.body["reason"] == "not_failed"
    client.ask("saga.repair", id=id, step="take", do="waive", reason="the account stays closed, paid out by hand")
    view = client.end_of(id)
    assert view["state"] == "compensated" and value(client, name) == 0
    assert steps(view)["take"]["undo"]["state"] == "waived" and steps(view)["first"]["undo"]["state"] == "undone"


def test_a_tracked_aggregate_notices_a_write_from_outside(client, name):
    """SG-11: `expect` on the first step tracks the rest; an undo expects nothing."""
    def tracked(key):
        return {"one": add(name, expect=client_version()),
                "nap": gate(key, needs=["one"], undo="none", because="a charge of this test's own"), "two": add(name, needs=["nap"])}

    def client_version():
        reply = client.request("aggregate.get", {"aggregate": "counter", "key": name})
        return reply["version"] if reply.ok else 0

    open_gate(client, f"{name}-1")
    assert client.end_of(start(client, tracked(f"{name}-1")))["state"] == "completed"
    id = start(client, tracked(f"{name}-2"))
    assert client.command("counter", name, "add", {"n": 10}).ok
    open_gate(client, f"{name}-2")
    view = client.end_of(id)
    assert view["state"] == "compensated" and (view["error"]["step"], view["error"]["code"]) == ("two", "conflict")
    assert value(client, name) == 12


def test_a_cancelled_saga_rolls_back_and_says_why(client, name):
    id = start(client, {"a": add(name), "nap": {"sleep": "1h", "needs": ["a"]}})
    assert client.ask("saga.get", id=id)["state"] == "running" and value(client, name) == 1
    assert client.ask("saga.get", id=id, wait_ms=50)["state"] == "running"
    client.ask("saga.cancel", id=id, reason="changed my mind")
    view = client.end_of(id)
    assert (view["state"], view["reason"]) == ("compensated", "cancelled") and value(client, name) == 0
    assert steps(view)["nap"]["state"] == "cancelled"
    assert client.request("saga.cancel", {"id": id, "reason": "again"}).code == "illegal_state"


def test_behind_the_pivot_nothing_is_cancelled(client, name):
    id = start(client, {"a": add(name, undo=False, pivot=True), "nap": {"sleep": "2s", "needs": ["a"]}})
    refused = client.request("saga.cancel", {"id": id, "reason": "too late"})
    assert refused.code == "illegal_state" and refused["reason"] == "past_pivot"
    assert client.end_of(id)["state"] == "completed" and value(client, name) == 1


def test_a_deadline_rolls_back(client, name):
    """What waits for its next attempt does not outlast it."""
    id = start(client, {"saga": "late", "version": 1, "deadline": "2s",
                        "steps": {"a": add(name), "charge": {**DECLINES, "pivot": True, "needs": ["a"], "retry": {
                            "attempts": "forever", "first": "1h", "only": ["not_issued"]}}}})
    assert client.ask("saga.get", id=id)["state"] == "running"
    view = client.end_of(id, 10)
    assert (view["state"], view["reason"]) == ("compensated", "deadline") and view["error"] == {
        "step": None, "code": "deadline", "message": view["error"]["message"]}
    assert value(client, name) == 0


def test_a_terminated_saga_undoes_nothing(client, name):
    id = start(client, {"a": add(name), "nap": {"sleep": "1h", "needs": ["a"]}})
    client.ask("saga.terminate", id=id, reason="test over")
    view = client.end_of(id)
    assert view["state"] == view["reason"] == "terminated" and value(client, name) == 1


def test_conditions_skip_and_optional_steps_fail_without_stopping_the_saga(client, name):
    id = start(client, {
        "maybe": {**DECLINES, "optional": True, "undo": "none", "because": "never"},
        "plan_b": add(name, needs=["maybe"], **{"if": "${ steps.maybe.status == 'failed' }"}),
        "never": add(name, needs=["maybe"], **{"if": "${ steps.maybe.status == 'completed' }"}),
        "after": add(name, needs=["plan_b", "never"])})
    view = client.end_of(id)
    assert view["state"] == "completed"
    assert {step: each["state"] for step, each in steps(view).items()} == {
        "maybe": "failed", "plan_b": "completed", "never": "skipped", "after": "completed"}
    assert value(client, name) == 2


def test_sagas_are_listed_page_by_page_oldest_first(client, name):
    source = f"saga: {name}\nversion: 1\nsteps:\n  nap:\n    sleep: 1ms\n"
    client.ask("def.register", source=source)
    ids = [start(client, name) for _ in range(25)]
    for id in ids:
        assert client.end_of(id)["state"] == "completed"
    listed, after = [], None
    while True:
        page = client.ask("saga.list", definition=name, state="completed", limit=10, **({} if after is None else {"after": after}))
        assert all("steps" not in saga for saga in page["sagas"]) and len(page["sagas"]) <= 10
        listed += [saga["id"] for saga in page["sagas"]]
        after = page["next"]
        if after is None:
            break
    assert listed == ids
    assert client.ask("saga.list", definition=name, state="stuck") == {"sagas": [], "next": None}


def test_a_saga_is_a_log_of_its_own(client, trip):
    """AK-01: its events stand in `$saga`, at consecutive positions with those of its steps, correlated by its id."""
    id = start(client, "book-trip", trip)
    assert client.end_of(id)["state"] == "completed"
    own = client.events(aggregate="$saga", key=id)
    assert [event["version"] for event in own] == list(range(1, len(own) + 1))
    assert [event["name"] for event in own] == [event for event, _ in history(client, id)]
    hotel = client.events(aggregate="hotel", key=trip["city"])[-1]
    assert hotel["correlation"] == id
    span = range(own[0]["position"], own[-1]["position"] + 1)
    inside = client.ask("event.read", **{"from": span.start}, limit=len(span))["events"]
    assert {event["correlation"] for event in inside} == {id}
