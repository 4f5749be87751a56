"""The README is true: its code runs as it stands there."""
from __future__ import annotations

import pathlib
import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

import skald
from conftest import KIT, ROOT
from fake import FakeServer, running

README = (KIT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.S)
PAGE = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "workers.md").read_text(), re.S)


def test_the_first_worker_works(fake: FakeServer, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SKALD_ENDPOINT", fake.endpoint)
    code = BLOCKS[0].replace("worker.run()", "")
    assert code != BLOCKS[0]
    names: dict[str, Any] = {}
    exec(code, names)
    with running(names["worker"], fake):
        assert fake.welcome().body["actions"] == ["airline.reserve", "airline.cancel"]
        for attempt in (1, 2):
            fake.task(str(attempt), {"trip": "t-1"}, "airline.reserve", attempt=attempt)
            assert fake.next("done").body == {"result": {"seat": "1A"}}
        fake.task("3", None, "airline.cancel", "s/a/undo", direction="undo",
                  do={"operation": "s/a/do", "input": {"trip": "t-1"}, "result": {"seat": "1A"}})
        assert fake.next("done").body == {"result": {}}
    with closing(sqlite3.connect("seats.db")) as db:
        assert db.execute("SELECT count(*) FROM seats").fetchone() == (0,)


def test_the_saga_of_the_first_worker_passes_the_check(client: skald.Client) -> None:
    (source,) = re.findall(r'register\("""\n(.*?)"""\)', BLOCKS[1], re.S)
    try:
        assert client.check(source)["name"] == "fly"
    except skald.InvalidDefinition as error:  # a server without workers finds this, and nothing else
        assert all("not supported yet" in problem["message"] for problem in error.problems), error.problems
    compile(BLOCKS[1], "README.md", "exec")


def test_the_aggregate_works() -> None:
    names: dict[str, Any] = {"skald": skald, "worker": skald.Worker()}
    exec(BLOCKS[2], names)
    context = skald.Context("ticket", "gig", 0, 1, None, None)
    decision = names["Ticket"]().decide({"holders": []}, skald.Command("buy", {"who": "ann"}), context)
    assert decision == skald.Decision([skald.Event("sold", {"who": "ann"})], {"number": 1})


def test_the_aggregate_of_the_page_on_workers_works(fake: FakeServer) -> None:
    (code,) = [block for block in PAGE if "worker.aggregate(" in block]
    worker = skald.Worker(fake.endpoint, heartbeat=0.2)
    exec(code, {"skald": skald, "worker": worker})
    with running(worker, fake):
        assert (ready := fake.welcome().body)["aggregates"] == ["ticket"] and ready["schema"] == 1
        fake.send("task d7-1 decide ticket 7 0 open deadline_ms=5000 epoch=7", {"state": None, "command": {"by": "ann"}})
        assert fake.next("done").body["state"] == {"open": True, "by": "ann"}


def test_every_error_and_every_call_stands_in_the_readme() -> None:
    from skald.errors import BY_CODE

    calls = [name for name in vars(skald.Client) if not name.startswith("_") and name not in ("close",)]
    assert [name for name in calls if f"`{name}(" not in README] == []
    assert [error.__name__ for error in BY_CODE.values() if f"`{error.__name__}`" not in README] == []
    assert {name for name in vars(skald.AsyncClient) if not name.startswith("_")} == {*calls, "close"}
