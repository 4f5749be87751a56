"""Figures find their place in docs/performance.md."""
import argparse
import pathlib

import pytest
from bench import cases, goals, page, report
from bench.running import Failed

TEXT = "before\n<!-- matrix -->\nold\n<!-- end of matrix -->\nafter\n"


def test_what_stands_between_the_marks_is_replaced_and_nothing_else():
    assert page.replaced(TEXT, "matrix", "new\n") == "before\n<!-- matrix -->\nnew\n<!-- end of matrix -->\nafter\n"


def test_replacing_twice_is_as_once():
    once = page.replaced(TEXT, "matrix", "new")
    assert page.replaced(once, "matrix", "new") == once


@pytest.mark.parametrize("text", ["nothing", "<!-- matrix -->\nno end"])
def test_a_page_without_the_marks_is_left_alone(text):
    with pytest.raises(Failed, match="no place for matrix"):
        page.replaced(text, "matrix", "new")


def test_the_page_has_a_place_for_each_part_of_the_report():
    text = (pathlib.Path(__file__).resolve().parents[2] / page.PAGE).read_text(encoding="utf-8")
    for name in [*report.PARTS, "scale"]:
        assert page.replaced(text, name, "x") != text


def test_each_goal_is_about_a_case_that_is_measured():
    assert {case for _, case, _, _ in goals.GOALS} <= {case.title for case in cases.MATRIX}


def test_a_goal_is_met_from_its_bound_on():
    def met(**figures):
        return [row[2] for row in goals.judged([{"case": "command, window 1", "ratio": 0, **figures}])]
    assert (met(p50_ratio=1.3), met(p50_ratio=1.31)) == ([True], [False])
    matrix = [{"case": "command, window 1024", "p50_ratio": 9, "ratio": ratio} for ratio in (0.5, 0.49)]
    assert [goals.judged([result])[0][2] for result in matrix] == [True, False]


def test_no_two_cases_have_the_same_name():
    for chosen in (cases.MATRIX + cases.SLOW_DISK, cases.full()):
        titles = [case.title for case in chosen]
        assert len(set(titles)) == len(titles)


def test_the_conditions_say_what_others_used_and_how_long_was_measured():
    bench = argparse.Namespace(options=argparse.Namespace(rounds=5, seconds=1.0, realtime=False))
    assert page.conditions(bench, 0.034).endswith("CPUs, of which others used 3 %, 5 rounds of 1 s:")
    assert page.conditions(bench, 0.5, rounds=False).endswith("of which others used 50 %:")
    bench.options.realtime = True
    assert page.conditions(bench, 0).endswith(", 5 rounds of 1 s, under chrt -r 1:")
