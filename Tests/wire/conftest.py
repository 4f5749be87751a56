"""Tests over the wire: the release binary as a process, Python with pyzmq as the client, nothing of Skald's own code."""
import itertools
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "lib"))

import skaldwire  # noqa: E402

BINARY = pathlib.Path(os.environ.get("SKALD_BINARY", ROOT / ".build" / "release" / "skald"))
SAGAS = ROOT / "sagas"
_names = itertools.count(1)


@pytest.fixture(scope="session")
def binary():
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not there: swift build -c release --product skald", returncode=5)
    return BINARY


@pytest.fixture(scope="session")
def server(binary):
    """One server for every test that leaves it running; each takes keys of its own from `name`."""
    with skaldwire.Server(binary, sagas=SAGAS) as server:
        yield server
        assert server.process.poll() is None, server.log.read_text(errors="replace")[-2000:]


@pytest.fixture
def own(binary):
    """A server that the test may kill."""
    with skaldwire.Server(binary, sagas=SAGAS) as server:
        yield server


@pytest.fixture
def client(server):
    with skaldwire.Client(server.endpoint) as client:
        yield client


@pytest.fixture
def name():
    """A name no other test uses."""
    return f"k{next(_names)}"
