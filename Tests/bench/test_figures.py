"""What the benchmark computes from its runs."""
import pytest
from bench import figures, instructions, tables


def run(per_s, **fields):
    return {"per_s": per_s, "p50_us": 1.0, "p99_us": 2.0, "p999_us": 3.0, "max_us": 4.0, "histogram_us": [[1.0, 1]], **fields}


def test_histograms_are_added_by_value():
    assert figures.merged([[[1.0, 2], [5.0, 1]], [[0.5, 1], [5.0, 3]]]) == [[0.5, 1], [1.0, 2], [5.0, 4]]


@pytest.mark.parametrize("share, value", [(0, 1.0), (0.5, 1.0), (0.51, 2.0), (0.99, 2.0), (0.995, 9.0), (1, 9.0)])
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(share, value):
    assert figures.quantile([[1.0, 50], [2.0, 49], [9.0, 1]], share) == value


def test_nothing_has_no_quantile():
    assert figures.quantile([], 0.99) == 0


def test_a_side_is_the_median_of_its_rounds_and_the_longest_of_all_waits():
    found = figures.side([run(10, max_us=7.0), run(30, max_us=900.0), run(20, max_us=8.0)])
    assert (found["per_s"], found["max_us"], found["histogram_us"]) == (20, 900.0, [[1.0, 3]])


def test_what_no_run_tells_is_none():
    assert figures.side([run(1)])["written_bytes"] is None


def test_ratios_are_taken_round_by_round_before_the_median():
    """A machine that slows down for a round slows both sides of it."""
    found = figures.compared([run(100), run(10), run(100)], [run(50), run(5), run(80)])
    assert (found["ratio"], found["least"], found["most"]) == (0.5, 0.5, 0.8)


@pytest.mark.parametrize("us, text", [
    (0.4, "0.4 µs"), (9.96, "10 µs"), (999.4, "999 µs"), (999.6, "1.0 ms"), (12_345, "12 ms"), (2.5e6, "2.5 s"), (None, "")])
def test_times_are_written_for_people(us, text):
    assert figures.micros(us) == text


@pytest.mark.parametrize("count, text", [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (20_480, "20 KiB"), (3 << 30, "3.0 GiB"), (None, "")])
def test_sizes_are_written_for_people(count, text):
    assert figures.size(count) == text


def test_a_table_is_the_same_for_terminal_and_page():
    titles, rows = ("case", "n"), [("one", "1"), ("twenty", "20")]
    assert tables.text(titles, rows) == "case     n\none      1\ntwenty  20"
    assert tables.markdown(titles, rows) == "| case | n |\n|---|---|\n| one | 1 |\n| twenty | 20 |"


@pytest.mark.parametrize("counted, problem", [
    (103_000, None), (50_000, None),
    (103_100, "command takes 103,100 instructions, 100,000 were accepted: +3.1 %, at most +3 % is let through")])
def test_the_gate_lets_through_what_is_within_its_tolerance(counted, problem):
    assert instructions.judged({"input": "command", "accepted": 100_000, "counted": counted}, 3) == problem


def test_an_input_without_an_accepted_count_does_not_pass():
    assert "no accepted count" in instructions.judged({"input": "new", "accepted": None, "counted": 1}, 3)


def test_a_dump_is_kept_with_calls_that_began_before_it_and_its_total_read(tmp_path):
    dump, kept = tmp_path / "dump", tmp_path / "kept"
    dump.write_text("events: Ir\nsummary: 54277320\nfn=(1) clone\ncalls=0 336 \n0 54277248\ncalls=10 0 \n0 7\n")
    instructions.keep_readable(dump, kept)
    assert "calls=1 336 \n" in kept.read_text() and "calls=10 0 \n" in kept.read_text()
    assert instructions.total_of(dump) == instructions.total_of(kept) == 54277320
