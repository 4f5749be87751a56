"""The message store in PostgreSQL that tools/bench peers measures beside: of one that checks nothing a figure is worth nothing."""
import pathlib
import tempfile

import pytest

psycopg = pytest.importorskip("psycopg")

from peers.cluster import Cluster  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDS = [f"00000000-0000-7000-8000-{n:012x}" for n in range(10)]


@pytest.fixture(scope="module")
def cluster():
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        cluster = Cluster(folder)
        cluster.template("messages", lambda name: cluster.execute((ROOT / "tools/lib/peers/messages.sql").read_text(), name))
        yield cluster
        cluster.close()


@pytest.fixture
def name(cluster):
    name = cluster.fresh("messages")
    yield name
    cluster.drop(name)


@pytest.fixture
def write(cluster, name):
    def write(id, stream, expected):
        return cluster.execute(f"SELECT write_message('{id}', '{stream}', 'Added', '{{}}', {expected})", name)[0]
    return write


def test_a_message_is_written_at_the_expected_version_only(write):
    assert [write(IDS[0], "a", -1), write(IDS[1], "a", 0), write(IDS[2], "b", -1)] == [0, 1, 0]
    for expected in (-1, 0, 2):
        with pytest.raises(psycopg.errors.RaiseException, match="wrong expected version"):
            write(IDS[3], "a", expected)


def test_an_id_seen_before_gets_its_position_again_and_writes_nothing(cluster, name, write):
    assert [write(IDS[0], "a", -1), write(IDS[1], "a", 0)] == [0, 1]
    assert [write(IDS[0], "a", -1), write(IDS[0], "a", 1), write(IDS[1], "b", -1)] == [0, 0, 1]
    assert cluster.execute("SELECT count(*) FROM messages", name) == (2,)


def test_a_step_writes_both_records_or_neither(cluster, name):
    step = "SELECT saga_step('{}', 's', {}, 'hotel', 'Reserved', '{{}}')"
    cluster.execute(step.format(IDS[0], -1), name)
    with pytest.raises(psycopg.errors.RaiseException):
        cluster.execute(step.format(IDS[1], 5), name)
    assert cluster.execute("SELECT count(*) FROM messages", name) == (2,)


def test_what_was_answered_is_there_after_a_crash(cluster, name, write):
    write(IDS[0], "a", -1)
    cluster.crash()
    assert cluster.execute("SELECT count(*) FROM messages", name) == (1,)
