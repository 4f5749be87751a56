"""Skald, the floor below it and its peers in turn; tools/bench peers builds and installs what this runs, tells the options."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from bench import LOAD_ALLOWED, Failed

from .cluster import Clusters
from .contender import Place
from .figures import goals, summary
from .jetstream import JetStream
from .library import DBOS, BareDBOS, EventSourcing
from .ours import Floor, Skald
from .postgresql import BatchedPostgreSQL, PostgreSQL
from .redis import BareRedis, Redis
from .table import amount, group, spread

CONTENDERS = [Floor, Skald, Redis, BareRedis, JetStream, PostgreSQL, BatchedPostgreSQL, EventSourcing, DBOS, BareDBOS]
WINDOWS, QUICK_WINDOWS = (1, 64, 256, 1024), (1, 256)


class Comparison:
    def __init__(self, options, place):
        self.options, self.place = options, place
        self.contenders = [kind(place) for kind in CONTENDERS if not options.only or kind.name in options.only]
        self.results = []

    def groups(self):
        for what in self.options.cases:
            for window in self.options.windows:
                found = [one for one in self.contenders if what in one.cases and window >= one.least_window]
                if found:
                    yield what, window, found

    def run(self):
        for what, window, contenders in self.groups():
            rounds = {one.name: [] for one in contenders}
            for number in range(self.options.rounds):
                for one in contenders:
                    progress(f"window {window}, {what}, round {number + 1} of {self.options.rounds}: {one.name}")
                    rounds[one.name].append(one.run(what, window, one.shapes(what, window)[0]))
            progress("")
            print(group(what, window, contenders, rounds), end="\n\n", flush=True)
            self.results.append({
                "what": what, "window": window,
                "shapes": {one.name: str(one.shapes(what, window)[0]) for one in contenders},
                "runs": {name: [vars(run) for run in runs] for name, runs in rounds.items()},
                "goals": [{"peer": peer, "wanted": wanted, "ratio": vars(spread), "met": met}
                          for peer, wanted, spread, met in goals(what, window, rounds)]})

    def tune(self):
        """Each shape of each contender in turn: which of them is its best here."""
        for what, window, contenders in self.groups():
            for one in contenders:
                shapes = one.shapes(what, window)
                rounds = [[one.run(what, window, shape) for shape in shapes] for _ in range(self.options.rounds)]
                for shape, runs in zip(shapes, zip(*rounds), strict=True):
                    found = summary(runs)
                    print(f"{what:8}{window:5}  {one.name:18}{str(shape):32}{amount(found['per_s'].middle):>9}/s  "
                          f"{spread(found['per_s'], amount):>17}  p50 {amount(found['p50_us'].middle)} µs", flush=True)

    def save(self):
        with open(self.options.json, "w") as file:
            json.dump({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": os.getloadavg(),
                       "seconds": self.options.seconds, "realtime": self.options.realtime, "versions": self.versions(), "groups": self.results}, file, indent=1)

    def versions(self):
        return {one.name: one.version() for one in self.contenders}


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def read_options():
    parser = argparse.ArgumentParser(prog="tools/bench peers")
    for path in ("programs", "skald", "sagas"):
        parser.add_argument(path, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--windows", type=lambda text: [int(one) for one in text.split(",")])
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--cases", type=lambda text: text.split(","), default=["append", "sagas"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 0.5
    options.windows = options.windows or (QUICK_WINDOWS if options.quick else WINDOWS)
    known = {kind.name for kind in CONTENDERS}
    if unknown := [name for name in options.only if name not in known]:
        parser.error(f"no contender is named {unknown[0]}; there are {', '.join(kind.name for kind in CONTENDERS)}")
    if unknown := [name for name in options.cases if name not in ("append", "sagas")]:
        parser.error(f"no case is named {unknown[0]}; there are append and sagas")
    if not all(1 <= window <= 1024 for window in options.windows) or options.rounds < 1 or options.seconds <= 0:
        parser.error("windows are 1 to 1024, rounds at least 1, seconds above 0")
    return options


def compare(options, folder):
    place = Place(options.programs, folder, options.skald, options.sagas, options.seconds, Clusters(folder))
    comparison = Comparison(options, place)
    print("; ".join(dict.fromkeys(comparison.versions().values())), end="\n\n", flush=True)
    if os.getloadavg()[0] > LOAD_ALLOWED:
        print(f"warning: the load average is {os.getloadavg()[0]:.1f}: neighbours are measured too; `others` is their share",
              file=sys.stderr)
    try:
        comparison.tune() if options.tune else comparison.run()
        if options.json:
            comparison.save()
    finally:
        for one in comparison.contenders:
            one.close()


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # so that what was started is ended
    if options.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))    # and with it everything started from here
    folder = tempfile.mkdtemp(prefix="peers-", dir=options.programs)
    try:
        compare(options, folder)
    except Failed as failure:
        print(f"\nerror: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


sys.exit(main())
