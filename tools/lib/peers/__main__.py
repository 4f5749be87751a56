"""Skald, the floor below it and its peers in turn: what tools/bench peers runs, once it has built and installed it."""
import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from bench import LOAD_ALLOWED, Failed, NothingMeasured

from .calls import SkaldCalls
from .cluster import Clusters
from .contender import Place
from .figures import goals
from .jetstream import BatchedJetStream, JetStream
from .library import DBOS, BareDBOS, EventSourcing
from .ours import Floor, Skald
from .postgresql import BatchedPostgreSQL, PostgreSQL
from .redis import BareRedis, Redis
from .table import group

CONTENDERS = [Floor, Skald, SkaldCalls, Redis, BareRedis, JetStream, BatchedJetStream, PostgreSQL, BatchedPostgreSQL,
              EventSourcing, DBOS, BareDBOS]
CASES = ["append", "sagas"]
WINDOWS, QUICK_WINDOWS = (1, 64, 256, 1024), (1, 256)
TRIAL_SECONDS = 0.7
TRIES = 3


class Comparison:
    def __init__(self, options, place):
        self.options, self.place = options, place
        self.contenders = [kind(place) for kind in CONTENDERS if not options.only or kind.name in options.only]
        self.results = []

    def run(self):
        for what in self.options.cases:
            for window in self.options.windows:
                found = [one for one in self.contenders if what in one.cases and window >= one.least_window]
                if found:
                    self.compare(what, window, found)

    def compare(self, what, window, contenders):
        shapes = {one.name: self.best_shape(one, what, window) for one in contenders}
        rounds = {one.name: [] for one in contenders}
        for number in range(self.options.rounds):
            for one in contenders:
                progress(f"window {window}, {what}, round {number + 1} of {self.options.rounds}: {one.name}")
                rounds[one.name].append(self.measured(one, what, window, shapes[one.name]))
        progress("")
        print(group(what, window, shapes, rounds), end="\n\n", flush=True)
        self.results.append({
            "what": what, "window": window, "shapes": {name: str(shape) for name, shape in shapes.items()},
            "runs": {name: [vars(run) for run in runs] for name, runs in rounds.items()},
            "goals": [{"peer": peer, "wanted": wanted, "ratio": vars(spread), "met": met}
                      for peer, wanted, spread, met in goals(what, window, rounds)]})

    def measured(self, contender, what, window, shape):
        """A run that answered anything at all; a machine that stands still for so long is given another chance."""
        for _ in range(TRIES):
            with contextlib.suppress(NothingMeasured):
                run = contender.run(what, window, shape)
                if run.per_s:
                    return run
        raise Failed(f"{contender.name} answered nothing within {self.options.seconds} s, {TRIES} times: give it more --seconds, "
                     "or a quieter machine")

    def best_shape(self, contender, what, window):
        """The way to spread the window over connections or processes in which this contender does most here, by short trials."""
        shapes = contender.shapes(what, window)
        if len(shapes) == 1 or not self.options.trials:
            return shapes[0]
        self.place.seconds = TRIAL_SECONDS
        reached = dict.fromkeys(shapes, 0.0)
        for _ in range(self.options.trials):
            for shape in shapes:
                progress(f"window {window}, {what}: trying {contender.name} with {shape}")
                reached[shape] = max(reached[shape], contender.run(what, window, shape).per_s)
        self.place.seconds = self.options.seconds
        return max(shapes, key=reached.get)

    def save(self):
        found = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": os.getloadavg(),
                 "seconds": self.options.seconds, "realtime": self.options.realtime, "versions": self.versions(),
                 "groups": self.results}
        with open(self.options.json, "w") as file:
            json.dump(found, file, indent=1)

    def versions(self):
        return {one.name: one.version() for one in self.contenders}

    def close(self):
        for one in self.contenders:
            one.close()


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def listed(text):
    return text.split(",")


def read_options():
    parser = argparse.ArgumentParser(prog="tools/bench peers", usage="tools/bench peers [options]; --help tells them")
    for path in ("programs", "skald"):
        parser.add_argument(path, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--trials", type=int, default=2)
    parser.add_argument("--windows", type=lambda text: [int(one) for one in listed(text)])
    parser.add_argument("--only", type=listed, default=[])
    parser.add_argument("--cases", type=listed, default=CASES)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--check", action="store_true", help="of the options alone, before anything is built")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.trials = 1, 0.5, 0
    options.windows = options.windows or (QUICK_WINDOWS if options.quick else WINDOWS)
    complain(parser, options)
    return options


def complain(parser, options):
    known = [kind.name for kind in CONTENDERS]
    for what, wanted, there in (("contender", options.only, known), ("case", options.cases, CASES)):
        if unknown := [name for name in wanted if name not in there]:
            parser.error(f"no {what} is named {unknown[0]}; there are {', '.join(there)}")
    if not all(1 <= window <= 1024 for window in options.windows):
        parser.error("a window is 1 to 1024 requests in flight")
    if options.rounds < 1 or options.trials < 0 or not 0.2 <= options.seconds <= 60:
        parser.error("rounds are at least 1, trials at least 0, seconds 0.2 to 60")


def compare(options, folder):
    place = Place(options.programs, folder, options.skald, options.seconds, Clusters(folder))
    comparison = Comparison(options, place)
    print("; ".join(dict.fromkeys(comparison.versions().values())), end="\n\n", flush=True)
    load = os.getloadavg()[0]
    if load > LOAD_ALLOWED:
        print(f"warning: the load average is {load:.1f}: neighbours are measured too; `others` is their share\n", file=sys.stderr)
    try:
        comparison.run()
    finally:
        comparison.close()
        if options.json:
            comparison.save()


def main():
    options = read_options()
    if options.check:
        return 0
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


if __name__ == "__main__":
    sys.exit(main())
