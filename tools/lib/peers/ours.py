"""Skald, and the floor below it: the same durable work in C with nothing around it."""
import argparse
import subprocess

from bench import Bench

from .contender import UNDO_EVERY, Contender
from .figures import Run
from .processes import Meter


def bench_of(place):
    """Whatever is started inherits this process's priority, so `realtime` has nothing left to do."""
    return Bench(argparse.Namespace(
        programs=place.programs, disk=place.folder, skald=place.skald, realtime=False, seconds=place.seconds))


def skald_version(binary):
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    return "Skald " + said.strip().partition(" ")[2]


class Ours(Contender):
    def __init__(self, place):
        super().__init__(place)
        self.bench = bench_of(place)

    def metered(self, measure):
        """Both loads tell the CPU time of a request; others' is what the machine spent beside it."""
        meter = Meter()
        found = measure()
        ours, _, others = meter.stop()
        client, server = (found[field] * found["per_s"] / 1e6 for field in ("client_cpu_us", "server_cpu_us"))
        return Run(found["per_s"], found["p50_us"], found["p99_us"], found["p999_us"], self.window, client, server, others)


class Floor(Ours):
    name = "floor"
    cases = ("append",)

    def run(self, what, window, shape):
        self.window = window
        return self.metered(lambda: self.bench.floor(["-w", window, "-u", "ordered"]))

    def version(self):
        return "Benchmarks/floor.c, LMDB, ordered ids"


class Skald(Ours):
    name = "skald"

    def run(self, what, window, shape):
        self.window = window
        arguments = ["commands", "-u", "ordered"] if what == "append" else ["sagas", "-r", UNDO_EVERY]
        return self.metered(lambda: self.bench.measured([*arguments, "-w", window]))

    def version(self):
        return skald_version(self.place.skald)
