"""What a program prints is a figure only if anything was answered."""
import pytest

from bench import Failed, NothingMeasured
from bench.running import answered


def test_a_load_that_was_answered_is_taken_as_it_is():
    assert answered({"measured": 1, "per_s": 2}, "the floor") == {"measured": 1, "per_s": 2}


def test_a_load_without_an_answer_is_a_failure_that_names_who_and_the_way_out():
    assert issubclass(NothingMeasured, Failed)
    with pytest.raises(NothingMeasured, match="the echo answered nothing in the measured time: give it more, --seconds 1"):
        answered({"measured": 0, "per_s": 0}, "the echo")
