"""The charts are well-formed, scaled by logarithm, and hold what they are given."""
import xml.etree.ElementTree as xml

import pytest
from bench import pictures, plot

SPACE = "{http://www.w3.org/2000/svg}"


def parsed(text):
    return xml.fromstring(text)


def test_a_curve_stands_where_its_logarithms_are():
    scale = plot.Scale([1, 100], 0, 200)
    assert [scale(1), scale(10), scale(100)] == [0, 100, 200]


def test_a_value_beneath_the_scale_is_held_at_its_end():
    assert plot.Scale([10, 100], 0, 100)(0) == 0


@pytest.mark.parametrize("values, ticks", [([1, 1000], [1, 10, 100, 1000]), ([1, 10], [1, 2, 5, 10]), ([7], [1, 2, 5, 10])])
def test_ticks_are_round_numbers_within_the_scale(values, ticks):
    assert plot.Scale(values, 0, 100).ticks() == ticks


def test_a_chart_has_a_line_and_a_name_for_each_series_and_a_dot_for_each_point():
    chart = parsed(plot.lines("a < b", "x", "y", {"one": [(1, 10), (10, 20)], "two & three": [(1, 5)]}))
    texts = [text.text for text in chart.iter(f"{SPACE}text")]
    assert {"a < b", "one", "two & three", "x", "y"} <= set(texts)
    assert len(list(chart.iter(f"{SPACE}circle"))) == 3


def test_what_a_logarithm_cannot_show_is_left_out():
    chart = parsed(plot.lines("t", "x", "y", {"one": [(1, 0), (2, 5), (4, 6)], "none": [(0, 1)]}))
    assert len(list(chart.iter(f"{SPACE}circle"))) == 2
    assert "none" not in [text.text for text in chart.iter(f"{SPACE}text")]


def test_bars_are_in_proportion():
    chart = parsed(plot.bars("t", [("long", 10, "ten"), ("short", 5, "five")]))
    widths = [float(bar.get("width")) for bar in chart.iter(f"{SPACE}rect") if bar.get("class") == "d0"]
    assert widths[0] == 2 * widths[1]


def test_a_chart_has_colours_for_a_dark_page():
    assert "prefers-color-scheme:dark" in plot.bars("t", [("a", 1, "")])


def test_a_report_without_a_part_has_no_chart_of_it():
    side = {"per_s": 100.0}
    result = {"case": "command, window 64", "window": 64, "floor": side, "server": side}
    assert list(pictures.all_of({"matrix": [result], "latency": [], "scale": None})) == ["throughput.svg"]


def test_growth_shows_the_time_of_one_command_and_its_cpu():
    rows = [{"kind": "growth", "events": events, "per_s": per_s, "server_cpu_us": 20} for events, per_s in ((10_000, 5e4), (100_000, 2.5e4))]
    chart = parsed(pictures.growth([*rows, {"kind": "fact"}]))
    assert len(list(chart.iter(f"{SPACE}circle"))) == 4
    heights = [float(dot.get("cy")) for dot in chart.iter(f"{SPACE}circle")]
    assert heights[0] == heights[2] == heights[3] > heights[1], "20 µs, 40 µs; 20 µs, 20 µs: more stands higher, where y is smaller"
