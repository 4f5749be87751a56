"""Benchmarks/histogram.h, beside the same numbers sorted."""
import itertools
import json
import math
import pathlib
import random
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).with_name("quantiles.c")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("needs a C compiler")
    program = tmp_path_factory.mktemp("histogram") / "quantiles"
    subprocess.run([compiler, "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program, SOURCE], check=True)

    def tell(values):
        text = "\n".join(map(str, values))
        return json.loads(subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout)
    return tell


def exact(values, quantile):
    return sorted(values)[max(0, math.ceil(quantile * len(values)) - 1)]


@pytest.mark.parametrize("shape", ["even", "long tail", "two humps"])
def test_quantiles_are_at_most_one_percent_too_high_and_never_too_low(told, shape):
    chance = random.Random(shape)
    values = [round({"even": lambda: chance.uniform(0, 5e6), "long tail": lambda: chance.lognormvariate(11, 2),
                     "two humps": lambda: chance.choice((3e4, 4e6)) * chance.uniform(1, 1.1)}[shape]()) for _ in range(20_000)]
    found = told(values)
    for name, quantile in (("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999)):
        wanted = exact(values, quantile) / 1e3
        assert wanted - 0.06 <= found[name] <= wanted * 1.01 + 0.06
    ordered = iter(sorted(values))
    for top, count in found["histogram_us"]:
        for value in itertools.islice(ordered, count):
            assert value <= 1e3 * top + 0.5 and 1e3 * top <= value * 1.008 + 0.5
    assert found["measured"] == len(values)
    assert found["max_us"] == pytest.approx(max(values) / 1e3, abs=0.06)


def test_small_values_are_told_exactly(told):
    assert told(range(256))["histogram_us"] == [[value / 1e3, 1] for value in range(256)]


def test_the_largest_value_there_is_has_a_bucket(told):
    found = told([0, 2**64 - 1])
    assert [count for _, count in found["histogram_us"]] == [1, 1]


def test_every_bucket_holds_its_largest_value_and_not_the_next(told):
    """The ends of two octaves: one more belongs to the following bucket."""
    for edge in (255, 511, 2**20 - 1, 2**40 - 1):
        assert len(told([edge, edge + 1])["histogram_us"]) == 2


def test_nothing_measured_is_nought(told):
    found = told([])
    assert (found["measured"], found["p50_us"], found["max_us"], found["histogram_us"]) == (0, 0.0, 0.0, [])
