"""The scenarios of tools/faults, one after the other: run.py BINARY [options]."""
import argparse
import html
import json
import pathlib
import random
import shutil
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "tools" / "lib"), str(HERE.parent / "wire")]

import bits         # noqa: E402
import calls        # noqa: E402
import crashes      # noqa: E402
import fuzz         # noqa: E402
import limits       # noqa: E402
import participants # noqa: E402
import shim         # noqa: E402
import space        # noqa: E402
from scenario import KINDS, Case, Failed, Options, Skipped     # noqa: E402

# Name, what runs it, and the seconds after which it is not slow but stuck: full, short.
SCENARIOS = [
    ("kill", crashes.kill, 1_200, 40),
    ("power", crashes.power, 900, 60),
    ("syscalls", calls.syscalls, 900, 60),
    ("slow", calls.slow, 120, 40),
    ("clock", calls.clock, 120, 40),
    ("disk", space.disk, 180, 60),
    ("readonly", space.readonly, 120, 40),
    ("limits", limits.limits, 180, 60),
    ("truncated", bits.truncated, 120, 40),
    ("bits", bits.bits, 900, 60),
    ("workers", participants.workers, 1_800, 90),
    ("fuzz", fuzz.fuzz, 900, 10),
]
WIDTHS = (12, 7, 13, 6, 8, 8, 8)
HEADINGS = ("scenario", "rounds", "acknowledged", *KINDS, "seconds")


def row(cells):
    return "".join(f"{cell:<{WIDTHS[0]}}" if not index else f"{cell:>{width}}"
                   for index, (cell, width) in enumerate(zip(cells, WIDTHS)))


def run(name, body, seconds, options):
    """The scenario's line of the table, whatever becomes of it."""
    case = Case(name, options)
    failure = skipped = None

    def stuck(*_):
        raise Failed(f"not done after {seconds} s")

    signal.signal(signal.SIGALRM, stuck)
    signal.alarm(seconds)
    try:
        body(case)
    except Skipped as why:
        skipped = str(why)
    except Exception as problem:    # whatever it was, the other scenarios are run and this one is counted
        failure = f"{type(problem).__name__}: {problem}"
    finally:
        signal.alarm(0)
    result = case.result(failure, skipped)
    if failure is None and skipped is None and any(result[kind] for kind in KINDS):
        result["failure"] = "the ledger does not balance"
    return result


def show(result):
    print(row([result["scenario"], *(f"{result[name]:,}" for name in HEADINGS[1:-1]), f"{result['seconds']:.0f}"]), flush=True)
    for note in result["notes"]:
        print(f"    {note}", flush=True)
    for word in ("skipped", "failure"):
        if result[word]:
            print(f"    {word.upper()}: {result[word]}", flush=True)


def junit(results):
    """A test for each scenario, as tools/test counts them."""
    cases = []
    for one in results:
        inside = "".join(f"<{tag}>{html.escape(one[word])}</{tag}>" for word, tag in (("failure", "failure"), ("skipped", "skipped"))
                         if one[word])
        cases.append(f'<testcase classname="faults" name="{one["scenario"]}" time="{one["seconds"]}">\n{inside}\n</testcase>')
    return "<testsuite>\n" + "\n".join(cases) + "\n</testsuite>\n"


def main():
    parser = argparse.ArgumentParser(prog="tools/faults")
    parser.add_argument("binary")
    parser.add_argument("--short", action="store_true", help="a few rounds of each: under 2 minutes")
    parser.add_argument("--only", metavar="NAME", action="append", choices=[one[0] for one in SCENARIOS],
                        help="this scenario; may be repeated: " + ", ".join(one[0] for one in SCENARIOS))
    parser.add_argument("--rounds", type=int, help="instead of the scenario's own number")
    parser.add_argument("--seed", type=int, help="the same faults at the same places, as far as chance is ours")
    parser.add_argument("--json", metavar="FILE", help="the table, for programs")
    parser.add_argument("--junit", metavar="FILE", help="the same as a test report")
    given = parser.parse_args()
    seed = random.randrange(2**32) if given.seed is None else given.seed
    folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
    options = Options(given.binary, folder, shim.build(folder), given.short, given.rounds, seed)
    print(f"--seed {seed}\n\n{row(HEADINGS)}", flush=True)
    results = []
    try:
        for name, body, full, short in SCENARIOS:
            if name in given.only if given.only else not (given.short and name == "fuzz"):
                results.append(run(name, body, short if given.short else full, options))
                show(results[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    failed = [one["scenario"] for one in results if one["failure"]]
    skipped = [one["scenario"] for one in results if one["skipped"]]
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps({"seed": seed, "short": given.short, "scenarios": results}, indent=1))
    if given.junit:
        pathlib.Path(given.junit).write_text(junit(results))
    if skipped:
        print(f"\nNOT RUN: {', '.join(skipped)}; the reasons stand above")
    print(f"\nfaults: {len(results) - len(failed) - len(skipped)} scenarios passed, {len(failed)} failed"
          + (f", {len(skipped)} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
