"""Aggregates that a worker decides for."""
from __future__ import annotations

from typing import Any

import pytest

import skald
from fake import FakeServer, running

BOTH = pytest.mark.parametrize("kind", [skald.Worker, skald.AsyncWorker])


class Ticket:
    initial: Any = {"holders": []}
    schema = 3

    def __init__(self) -> None:
        self.context: Any = None

    def decide(self, state: Any, command: skald.Command, context: skald.Context) -> skald.Decision:
        self.context = context
        if command.name == "look":
            state["holders"].append("a decision's own copy")
            return skald.Decision(result=len(state["holders"]) - 1)
        if command.name == "break":
            raise ZeroDivisionError("by 0")
        if command.body["who"] in state["holders"]:
            raise skald.Refuse("has_one", "one each")
        return skald.Decision([skald.Event("sold", {"who": command.body["who"]}), ("counted", {})], {"left": 1})

    def evolve(self, state: Any, event: skald.Event) -> Any:
        if event.name == "sold":
            state["holders"].append(event.body["who"] + ("" if event.schema == 1 else f"@{event.schema}"))
        return state


@BOTH
def test_commands_are_decided_and_events_folded(fake: FakeServer, kind: Any) -> None:
    worker, ticket = kind(fake.endpoint, heartbeat=0.5), Ticket()
    worker.aggregate("ticket", ticket)
    with running(worker, fake):
        ready = fake.welcome().body
        assert (ready["aggregates"], ready["schema"], ready["actions"]) == (["ticket"], 3, [])

        fake.send("task d7-1 decide ticket gig%201 0 buy deadline_ms=5000 epoch=7",
                  {"state": None, "command": {"who": "ann"}, "expected": 0})
        assert fake.next("done").body == {"events": [{"name": "sold", "body": {"who": "ann"}}, {"name": "counted", "body": {}}],
                                          "state": {"holders": ["ann"]}, "result": {"left": 1}}
        assert (ticket.context.aggregate, ticket.context.key, ticket.context.version) == ("ticket", "gig 1", 0)
        assert (ticket.context.epoch, ticket.context.expected) == (7, 0) and ticket.context.deadline is not None

        fake.send("task d7-2 decide ticket g 2 buy deadline_ms=5000 epoch=7",
                  {"state": {"holders": ["ann"]}, "command": {"who": "ann"}})
        refused = fake.next("refuse")
        assert (refused.words, refused.body) == (("has_one",), {"message": "one each"}) and ticket.context.expected is None

        fake.send("task d7-3 decide ticket g 2 look epoch=7", {"state": {"holders": ["ann"]}, "command": {}})
        assert fake.next("done").body == {"events": [], "state": {"holders": ["ann"]}, "result": 1}

        fake.send("task d7-4 decide ticket g 2 break epoch=7", {"state": None, "command": {}})
        assert fake.next("unknown").body == {"message": "ZeroDivisionError: by 0"}

        events = [{"name": "sold", "body": {"who": "bob"}, "schema": 1}, {"name": "sold", "body": {"who": "cy"}, "schema": 2}]
        fake.send("task d7-5 fold ticket g 2 epoch=7", {"state": {"holders": ["ann"]}, "events": events})
        assert fake.next("done").body == {"state": {"holders": ["ann", "bob", "cy@2"]}}
        fake.send("task d7-6 fold ticket g 0 epoch=7", {"state": None, "events": events[:1]})
        assert fake.next("done").body == {"state": {"holders": ["bob"]}}
    assert Ticket.initial == {"holders": []}


def test_a_worker_offers_one_schema_and_each_name_once() -> None:
    worker, other = skald.Worker(), Ticket()
    worker.aggregate("ticket", Ticket())
    other.schema = 4
    with pytest.raises(ValueError, match="run two workers"):
        worker.aggregate("seat", other)
    with pytest.raises(ValueError, match="already"):
        worker.aggregate("ticket", Ticket())
    with pytest.raises(ValueError):
        worker.aggregate("Ticket", Ticket())
    with pytest.raises(ValueError):
        skald.Event("Sold")
