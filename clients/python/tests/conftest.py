"""What the tests of the kit share: the real server, a made-up one, both databases, tasks made by hand."""
from __future__ import annotations

import itertools
import os
import pathlib
import sys
from typing import Iterator

import pytest

KIT = pathlib.Path(__file__).resolve().parents[1]
ROOT = KIT.parents[1]
sys.path[:0] = [str(KIT / "src"), str(KIT / "tests"), str(ROOT / "tools" / "lib")]

import skald  # noqa: E402
import skaldwire  # noqa: E402
from cluster import Cluster  # noqa: E402
from fake import FakeServer  # noqa: E402

BINARY = pathlib.Path(os.environ.get("SKALD_BINARY", ROOT / ".build" / "release" / "skald"))
_names = itertools.count(1)


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture(scope="session")
def binary() -> pathlib.Path:
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not there: swift build -c release --product skald", returncode=5)
    return BINARY


@pytest.fixture(scope="session")
def shared(binary: pathlib.Path) -> Iterator[skaldwire.Server]:
    with skaldwire.Server(binary, sagas=ROOT / "sagas") as server:
        yield server


@pytest.fixture
def own(binary: pathlib.Path) -> Iterator[skaldwire.Server]:
    """A server that the test may kill."""
    with skaldwire.Server(binary, sagas=ROOT / "sagas") as server:
        yield server


@pytest.fixture
def client(shared: skaldwire.Server) -> Iterator[skald.Client]:
    with skald.Client(shared.endpoint) as client:
        yield client


@pytest.fixture
def name() -> str:
    """A name no other test uses."""
    return f"k{next(_names)}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster
