"""The options of tools/bench; see its head for what they mean."""
import argparse
import json
import os
import sys
import time

from . import cases, matrix, paced, tables
from .neighbours import Neighbours
from .running import Bench, Failed

FULL_SCALE = 10_000_000     # events; only a run of this size makes the chart anew


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="tools/bench", add_help=False)
    parser.add_argument("--programs", required=True), parser.add_argument("--skald", required=True)
    parser.add_argument("--worker", default="")
    for mode in MODES:
        parser.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, default="matrix")
    parser.add_argument("--rounds", type=int, default=5), parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--quick", action="store_true"), parser.add_argument("--only", default="")
    parser.add_argument("--json"), parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--realtime", action="store_true"), parser.add_argument("--disk")
    parser.add_argument("--update", action="store_true"), parser.add_argument("--sagas", action="store_true")
    parser.add_argument("--junit"), parser.add_argument("--rate", type=float)
    parser.add_argument("--events", type=int, default=FULL_SCALE)
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = 1, 0.5
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds and --seconds must be positive")
    if options.rate is not None and options.rate < 1:
        parser.error("--rate is requests a second, at least 1")
    return options


def cases_of(chosen):
    def measure(bench):
        print(f"{'':38}{'floor /s':>11} {'server /s':>9}  ratio (least…most)")
        results = matrix.run(bench, chosen())
        return results, matrix.table
    return measure


def module(name):
    """A mode with a file of its own: `run(bench)` and `table(results, form)`; loaded when it is asked for."""
    def measure(bench):
        import importlib
        found = importlib.import_module(f".{name}", __package__)
        return found.run(bench), getattr(found, "table", None)
    return measure


def scale(bench):
    from . import page, pictures
    from . import scale as found
    neighbours = Neighbours()
    results = found.run(bench)
    if bench.options.events >= FULL_SCALE:
        page.put(bench, "scale", f"{page.conditions(bench, neighbours.share(), rounds=False)}\n\n{found.table(results)}\n")
        pictures.write({"scale": results}, os.path.join(bench.root, "docs", "plots"))
    return results, found.table


MODES = {
    "matrix": cases_of(lambda: cases.MATRIX),
    "full": cases_of(cases.full),
    "slow-disk": cases_of(lambda: cases.SLOW_DISK),
    "latency": lambda bench: (paced.run(bench), paced.table),
    "workers": module("workers"),
    "fairness": module("fairness"),
    "scale": scale,
    "count": module("instructions"),
    "profile": module("profile"),
    "report": module("report"),
}


def written(path, bench, mode, results, others):
    """Every figure, with what is needed to judge it."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"mode": mode, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": os.getloadavg(),
                   "cpus": os.cpu_count(), "others": others, "rounds": bench.options.rounds, "seconds": bench.options.seconds,
                   "realtime": bench.options.realtime, "results": results}, file)


def main():
    options = parsed(sys.argv[1:])
    bench = Bench(options)
    if options.mode != "count":
        bench.warn()
    try:
        neighbours = Neighbours()
        results, table = MODES[options.mode](bench)
        others = neighbours.share()
        if table and results:
            print("\n" + table(results, tables.markdown if options.markdown else tables.text))
            print(f"others used {100 * others:.0f} % of the CPUs meanwhile")
        if options.json:
            written(options.json, bench, options.mode, results, others)
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    finally:
        bench.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
