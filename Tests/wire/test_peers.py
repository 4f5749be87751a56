"""What tools/bench peers makes of its runs: whether they count, quantiles, ratios, goals, pgbench's log, the table.

No server is started.
"""
import argparse

import pytest

pytest.importorskip("psycopg")

from bench import Failed, NothingMeasured  # noqa: E402
from bench.figures import quantile as histogram_quantile  # noqa: E402
from peers import figures, jetstream, postgresql, table  # noqa: E402
from peers.__main__ import TRIES, Comparison  # noqa: E402
from peers.contender import Place, Shape  # noqa: E402
from peers.figures import Run, Spread  # noqa: E402


def runs(*per_s):
    return [Run(one, 10, 20, 30, 64) for one in per_s]


def test_a_spread_is_the_median_and_both_ends():
    assert Spread.of([3, 1, 9, 2, 5]) == Spread(3, 1, 9)


def test_a_quantile_is_one_of_the_values():
    assert [figures.quantile([1, 2, 3, 4, 100], share) for share in (0, 0.5, 0.8, 0.81, 1)] == [1, 3, 4, 100, 100]
    assert figures.quantile([], 0.5) == 0


def test_libraries_and_loads_in_c_cut_a_quantile_at_the_same_value():
    values = list(range(1, 168))
    for share in (0.5, 0.99, 0.999):
        assert figures.quantile(values, share) == histogram_quantile([[value, 1] for value in values], share)


def test_a_ratio_is_taken_within_each_round():
    assert figures.ratios(runs(100, 10, 30), runs(50, 10, 10)) == Spread(2, 1, 3)


def test_rounds_of_two_contenders_must_be_as_many():
    with pytest.raises(ValueError):
        figures.ratios(runs(1, 2), runs(1))


def test_a_goal_is_met_by_the_median_alone():
    rounds = {"skald": runs(25, 26, 1), "redis": runs(10, 10, 10), "floor": runs(1, 1, 1)}
    assert figures.goals("append", 64, rounds) == [("redis", 2.5, Spread(2.5, 0.1, 2.6), True)]
    assert [met for *_, met in figures.goals("append", 64, {"skald": runs(24, 30, 1), "redis": runs(10, 10, 10)})] == [False]
    assert figures.goals("sagas", 64, rounds) == []


def test_answers_of_many_units_count_as_many():
    run = figures.run_of([5, 1, 3], seconds=2, units=32, in_flight=64)
    assert (run.per_s, run.p50_us) == (48, 3)


def test_of_pgbenchs_log_only_the_measured_seconds_count():
    log = ["0 1 900 0 100 000000", "1 1 800 0 100 299999", "0 2 700 0 100 300000", "1 2 600 0 102 299999", "0 3 500 0 102 300000"]
    assert figures.pgbench_latencies(reversed(log), seconds=2, warm_up=0.3) == [600, 700]
    assert figures.pgbench_latencies([], seconds=2, warm_up=0.3) == []


def test_a_table_tells_a_missed_goal_and_a_full_client():
    full = Run(100_000, 640, 900, 950, 64, client=0.95, server=0.4)
    text = table.group("append", 64, {"skald": Shape(), "redis": Shape()}, {"skald": runs(50_000), "redis": [full]})
    assert "goal: skald ≥ 2.5 × redis: 0.5 (0.5…0.5), MISSED" in text
    assert "95%!" in text and "full" in text.splitlines()[-2]


KINDS = [jetstream.JetStream, jetstream.BatchedJetStream, postgresql.PostgreSQL, postgresql.BatchedPostgreSQL]


@pytest.mark.parametrize("kind, window", [(kind, n) for kind in KINDS for n in (1, 2, 64, 1024) if n >= kind.least_window])
def test_no_shape_has_more_in_flight_than_the_window(kind, window):
    shapes = kind(Place("", "", "", 1, None)).shapes("append", window)
    assert shapes and all(1 <= shape.connections * shape.batch <= window for shape in shapes)


def test_each_clients_first_saga_and_every_tenth_after_it_is_undone():
    log = [f"{client} {n} 900 0 100 0" for client, count in ((0, 1), (1, 10), (2, 11)) for n in range(count)]
    assert postgresql.undone(log) == 1 + 1 + 2


def test_a_batch_is_one_transaction_of_so_many_commands():
    script = postgresql.append_script(16)
    assert script.count("SELECT write_message") == 16
    assert script.startswith("\\startpipeline\n") and script.endswith("\\endpipeline\n")


def test_a_shape_says_what_the_window_is_spread_over():
    assert [str(one) for one in (Shape(), Shape(connections=16, batch=32), Shape(processes=2, connections=4))] == [
        "1 conn", "16 conn, 32 each", "2 proc × 4"]


class Scripted:
    """A contender whose runs go as told: an error, or so many a second."""
    name = "scripted"

    def __init__(self, *ends):
        self.ends = list(ends)

    def run(self, what, window, shape):
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return Run(end, 10, 20, 30, window)


@pytest.fixture
def comparison():
    return Comparison(argparse.Namespace(only=["nobody"], seconds=0.5), None)


def test_a_run_without_an_answer_is_made_again(comparison):
    contender = Scripted(NothingMeasured("the floor answered nothing"), 0, 7, 8)
    assert comparison.measured(contender, "append", 1, Shape()).per_s == 7 and contender.ends == [8]


def test_a_contender_that_never_answers_is_an_error(comparison):
    contender = Scripted(*[NothingMeasured("the floor answered nothing")] * TRIES, 7)
    with pytest.raises(Failed, match="scripted answered nothing within 0.5 s, 3 times"):
        comparison.measured(contender, "append", 1, Shape())
    assert contender.ends == [7]


def test_a_run_that_lost_something_is_not_made_again(comparison):
    contender = Scripted(Failed("it holds 1 record, 2 were acknowledged"), 7)
    with pytest.raises(Failed, match="2 were acknowledged"):
        comparison.measured(contender, "append", 1, Shape())
    assert contender.ends == [7]
