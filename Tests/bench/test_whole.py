"""The benchmark itself, short, against the release binary: that it runs and tells what the page needs."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SKALD_BINARY", ROOT / ".build/release/skald"))
pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="needs the release binary: swift build -c release --product skald")


def bench(tmp_path, *arguments):
    figures = tmp_path / "figures.json"
    done = subprocess.run([ROOT / "tools/bench", "--skald", BINARY, "--json", figures, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(figures.read_text())["results"]


def test_a_case_has_both_sides_with_what_they_cost(tmp_path):
    [found] = bench(tmp_path, "--rounds", "2", "--seconds", "0.5", "--only", "command, window 64")
    assert len(found["rounds"]) == 2 and 0 < found["least"] <= found["ratio"] <= found["most"]
    for side in (found["floor"], found["server"]):
        assert 0 < side["p50_us"] <= side["p99_us"] <= side["p999_us"] <= 1.008 * side["max_us"]
        assert side["server_cpu_us"] > 0 and side["written_bytes"] > 100 and side["histogram_us"]


def test_reads_and_sagas_run_under_the_same_roof(tmp_path):
    found = bench(tmp_path, "--quick", "--only", "window 256") + bench(tmp_path, "--quick", "--only", "get, window 64")
    assert {one["group"] for one in found} == {"commands", "sagas", "reads"}


def test_every_request_that_was_due_at_a_rate_is_in_the_figures(tmp_path):
    found = bench(tmp_path, "--latency", "--rate", "200", "--rounds", "1", "--seconds", "1", "--only", "command, ordered ids")
    plain = [one for one in found if "sync" not in one["case"]]
    assert [one["side"] for one in plain] == ["server", "floor"]
    assert all(abs(sum(count for _, count in one["histogram_us"]) - 200) <= 1 for one in plain)


def test_scale_goes_through_all_of_its_stations(tmp_path):
    found = bench(tmp_path, "--scale", "--events", "100000", "--disk", tmp_path)
    assert [one["events"] for one in found if one["kind"] == "growth"] == [10_000, 100_000]
    assert [one["name"] for one in found][-2:] == ["backup, verified", "restore, verified"]
    assert not list(tmp_path.glob("bench-*")), "the store is removed"


def test_an_unknown_option_is_told_before_anything_is_built():
    done = subprocess.run([ROOT / "tools/bench", "--nope"], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, "no option --nope" in done.stderr) == (2, True)


def test_neighbours_do_not_take_each_others_ids_or_keys(tmp_path):
    found = bench(tmp_path, "--fairness", "--rounds", "1", "--only", "sagas")
    assert [one["case"].split(",")[0] for one in found] == ["nobody", "sagas", "sagas of 1"]
    assert found[0]["ratio"] == 1 and all(one["p99_us"] > 0 for one in found)
