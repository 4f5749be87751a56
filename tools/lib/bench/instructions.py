"""Instructions of fixed inputs, by callgrind: a measure of a change that neighbours, disks and moods of the machine do not touch.

One server under valgrind is asked for each input twice, for a few and for many; it dumps its counters in between, and the difference
divided is what one request takes. What is left out is the kernel, waiting and caches.
"""
import json
import os
import re
import statistics
import subprocess

from . import tables
from .running import Failed, run_json

KEPT = "Benchmarks/instructions.json"
TITLES = ("input", "accepted", "counted", "change")
PATIENCE = 240      # seconds one load may take under valgrind on a busy machine
ROUNDS = 3          # of --update
INPUTS = {
    # name: what load is asked for, few, many
    "command": (("commands", "-w", 64, "-a", 100), 200, 2_200),
    "command alone": (("commands", "-w", 1, "-a", 100), 100, 600),
    "saga of three steps": (("sagas", "-w", 64, "-a", 20), 50, 350),
    "saga undone": (("sagas", "-w", 64, "-a", 20, "-r", 1), 50, 200),
    "aggregate.get": (("reads", "-q", "aggregate.get", "-w", 64, "-a", 100), 200, 2_200),
}


def run(bench, tell=print):
    """Counts, and fails when one has grown."""
    results, kept = counts(bench, tell)
    if not bench.options.update and any(judged(result, kept["tolerance_percent"]) for result in results):
        tell(table(results, tables.text) + "\n")
        raise Failed(complaint(bench, results, kept))
    return results


def counts(bench, tell=print):
    with open(os.path.join(bench.root, KEPT), encoding="utf-8") as file:
        kept = json.load(file)
    tolerance = kept["tolerance_percent"]
    counted = least(bench, kept) if not bench.options.update else middle([count(bench) for _ in range(ROUNDS)])
    results = [{"input": name, "accepted": kept["inputs"].get(name), "counted": value} for name, value in counted.items()]
    if bench.options.junit:
        write_junit(bench.options.junit, results, tolerance)
    if bench.options.update:
        kept["counted with"] = toolchain()
        kept["inputs"].update(counted)
        with open(os.path.join(bench.root, KEPT), "w", encoding="utf-8") as file:
            file.write(json.dumps(kept, indent=2) + "\n")
        tell(f"{KEPT} holds what was counted now, the median of {ROUNDS}")
    return results, kept


def least(bench, kept):
    """What is counted; again when something has grown, because how a batch is filled is chance, worth about 1 %."""
    first = count(bench)
    if not any(judged({"input": name, "accepted": kept["inputs"].get(name), "counted": value}, kept["tolerance_percent"])
               for name, value in first.items()):
        return first
    second = count(bench)
    return {name: min(value, second[name]) for name, value in first.items()}


def middle(counts):
    return {name: round(statistics.median(one[name] for one in counts)) for name in counts[0]}


def complaint(bench, results, kept):
    lines = [problem for result in results if (problem := judged(result, kept["tolerance_percent"]))]
    if toolchain() != kept["counted with"]:
        lines.append(f"accepted with {kept['counted with']}, counted with {toolchain()}")
    where = next(path(bench, result["input"]) for result in results if judged(result, kept["tolerance_percent"]))
    return "\n".join([*lines, f"where it went: callgrind_annotate --threshold=95 {where} | swift demangle --compact",
                      "to accept it:  tools/bench --count --update"])


def change(result):
    """In percent of what was accepted; None for an input that is new."""
    return 100 * (result["counted"] / result["accepted"] - 1) if result["accepted"] else None


def judged(result, tolerance):
    """What is wrong with a count, None when nothing is. One that fell is welcome: --update makes it the new bound."""
    grown = change(result)
    if grown is None:
        return f"{result['input']} has no accepted count yet"
    if 100 * result["counted"] > (100 + tolerance) * result["accepted"]:
        return (f"{result['input']} takes {result['counted']:,} instructions, {result['accepted']:,} were accepted: "
                f"{grown:+.1f} %, at most +{tolerance} % is let through")
    return None


def path(bench, name):
    return os.path.join(bench.programs, "callgrind." + name.replace(" ", "-"))


def count(bench):
    """Of each input, what one request takes."""
    stripped = bench.program("skald")    # valgrind 3.19 cannot read the debug information; names of functions stay
    subprocess.run(["strip", "--strip-debug", "-o", stripped, bench.skald], check=True)
    out = os.path.join(bench.folder, "callgrind.out")
    # What the server gives itself by beginning again, which valgrind would lose sight of.
    environment = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1", GLIBC_TUNABLES="glibc.malloc.tcache_count=1000")
    wrapper = ["env", "LD_PRELOAD=" + bench.program("smallmap.so"), "valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    with bench.server(wrapper=wrapper, extra=environment, binary=stripped) as server:
        server.load(["commands", "-n", 50, "-k", "warm-"], PATIENCE)
        dumps = Dumps(server, out)
        counted = {name: one(bench, server, dumps, name, *arguments) for name, arguments in INPUTS.items()
                   if bench.options.only in name}
    if not counted:
        raise Failed(f"no input is named like '{bench.options.only}': {', '.join(INPUTS)}")
    return counted


def one(bench, server, dumps, name, arguments, few, many):
    totals = []
    for number in (few, many):
        prefix = f"{name.replace(' ', '-')}-{number}-"
        seed = 1 + list(INPUTS).index(name) * 2 + (number == many)
        run_json(server.load_command([*arguments, "-n", number, "-k", prefix, "-s", seed]), said=server.said, patience=PATIENCE)
        totals.append(dumps.take(path(bench, name)))
    return round((totals[1] - totals[0]) / (many - few))


class Dumps:
    """callgrind's counters, which it writes and sets to nought when it is told to."""

    def __init__(self, server, out):
        self.server, self.out, self.number = server, out, 0
        self.take(None)

    def take(self, keep):
        """Instructions since the last time; the dump stays as `keep`."""
        done = subprocess.run(["vgdb", f"--pid={self.server.pid}", "dump", "bench"], capture_output=True, text=True, check=False)
        self.number += 1
        dump = f"{self.out}.{self.number}"
        if done.returncode != 0 or not os.path.exists(dump):
            raise Failed(f"callgrind made no dump: {done.stdout.strip()} {done.stderr.strip()} {self.server.said()}")
        total = total_of(dump)
        if keep:
            keep_readable(dump, keep)
        os.remove(dump)
        return total


def total_of(dump):
    with open(dump, encoding="utf-8", errors="replace") as file:
        for line in file:
            if found := re.match(r"(?:summary|totals): (\d+)", line):
                return int(found[1])
    raise Failed(f"{dump} tells no total")


def keep_readable(dump, keep):
    """callgrind_annotate takes the cost of a call for the caller's own when the call began before the counters were set to nought."""
    with open(dump, encoding="utf-8", errors="replace") as source, open(keep, "w", encoding="utf-8") as target:
        for line in source:
            target.write(line.replace("calls=0 ", "calls=1 ") if line.startswith("calls=0 ") else line)


def toolchain():
    """What the count depends on beside the code: another compiler or C library counts otherwise."""
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Swift version (\S+)", swift)
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"Swift {found[1] if found else 'unknown'}, {valgrind}, glibc {os.confstr('CS_GNU_LIBC_VERSION').split()[-1]}"


def write_junit(name, results, tolerance):
    from xml.sax.saxutils import quoteattr
    cases = []
    for result in results:
        problem = judged(result, tolerance)
        failure = f"<failure message={quoteattr(problem)}/>" if problem else ""
        cases.append(f'<testcase classname="instructions" name={quoteattr(result["input"])} time="0">{failure}</testcase>')
    with open(name, "w", encoding="utf-8") as file:
        file.write("<testsuite>\n" + "\n".join(cases) + "\n</testsuite>\n")


def row(result):
    grown = change(result)
    return (result["input"], f"{result['accepted']:,}" if result["accepted"] else "", f"{result['counted']:,}",
            "new" if grown is None else f"{grown:+.1f} %")


def table(results, form=tables.markdown):
    return form(TITLES, [row(result) for result in results])
