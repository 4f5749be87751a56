"""What others use is told apart from what we use."""
import os
import subprocess
import sys

import pytest
from bench.neighbours import Neighbours, busy_seconds, own_seconds, share


@pytest.mark.parametrize("busy, own, capacity, expected", [(1.5, 0.5, 2, 0.5), (1, 1, 2, 0), (1, 1.2, 2, 0), (9, 0, 2, 1), (0, 0, 0, 0)])
def test_the_share_is_what_is_left_of_the_busy_time(busy, own, capacity, expected):
    assert share(busy, own, capacity) == expected


def test_waiting_is_not_busy():
    tick = os.sysconf("SC_CLK_TCK")
    assert busy_seconds("cpu 100 10 50 9000 800 5 5 30 7 7") == 200 / tick


def test_a_child_that_has_ended_is_our_own():
    before = own_seconds()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"], check=True)
    assert own_seconds() - before >= 0.3


def test_the_share_of_this_machine_is_a_share():
    assert 0 <= Neighbours().share() <= 1
