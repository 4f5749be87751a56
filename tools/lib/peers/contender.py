"""What every contender is: a name, what it gives less or more than Skald does, and a run of one piece of work."""
import dataclasses
import os
import shutil

from bench import Failed, run_json

from .cluster import Clusters
from .figures import Run
from .processes import Meter

KEYS, BODY, UNDO_EVERY = 10_000, 120, 10
COMPLETED, UNDONE = 7, 10       # records of a peer's saga: started, then of each step the participant's and the saga's


@dataclasses.dataclass(frozen=True)
class Shape:
    """How the window is spread: connections of one client, or processes of so many threads."""
    connections: int = 1
    processes: int = 1
    batch: int = 1
    partitions: int = 1

    def __str__(self):
        if self.processes > 1:
            return f"{self.processes} proc × {self.connections}"
        streams = f", {self.partitions} str" if self.partitions > 1 else ""
        return f"{self.connections} conn{streams}" + (f", {self.batch} each" if self.batch > 1 else "")


class Contender:
    name = ""
    cases = ("append", "sagas")
    least_window = 1

    def __init__(self, place):
        self.place = place

    def shapes(self, what, window):
        """Those worth trying, the likeliest best first."""
        return [Shape()]

    def run(self, what, window, shape):
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def close(self):
        """Ends what the contender keeps running between runs."""

    def folder(self):
        """An empty one, on the file system every contender's is on."""
        path = os.path.join(self.place.folder, self.name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path


@dataclasses.dataclass
class Place:
    """Where a comparison happens: programs, a temporary folder, how long a run is now."""
    programs: str
    folder: str
    skald: str
    seconds: float
    clusters: Clusters

    def program(self, name):
        return os.path.join(self.programs, name)


def metered(command, server_pid, in_flight):
    """(run, what the load said): a load in C, and the CPU time it, its server and others took."""
    meter = Meter(server_pid)
    found = run_json(command)
    client, server, others = meter.stop()
    return Run(found["per_s"], found["p50_us"], found["p99_us"], found["p999_us"], in_flight, client, server, others), found


def records(sagas, undone):
    """How many so many sagas leave behind."""
    return COMPLETED * (sagas - undone) + UNDONE * undone


def check(kept, acknowledged, name):
    if kept != acknowledged:
        raise Failed(f"{name} holds {kept} records after it was killed and started again, {acknowledged} were acknowledged")
