"""Latency in an open loop: requests at times fixed beforehand, at half of what the side can do when it is saturated.

Unless a rate is given each side is first asked for as much as it can (window 1024), then for half of that; latency counts from the intended time, so a moment
in which nothing moves is in the figures of everything that should have happened meanwhile.
"""
from . import figures, tables

SHARE = 0.5
SATURATED = 1024
SUSTAINED = 0.95        # of the asked rate that must have been answered, or the figure is one of a queue
IN_FLIGHT = 16_000
TITLES = ("case", "side", "saturated /s", "asked /s", "answered /s", "p50", "p99", "p99.9", "max")

CASES = [
    ("command, ordered ids", ("commands", "-u", "ordered", "-b", 100), ("-u", "ordered", "-d", 100), False),
    ("command, random ids", ("commands", "-u", "random", "-b", 100), ("-u", "random", "-d", 100), False),
    ("command, ordered ids, 2 ms sync", ("commands", "-u", "ordered", "-b", 100), ("-u", "ordered", "-d", 100), True),
    ("saga of 3 steps", ("sagas",), None, False),
]


def run(bench, tell=print):
    results = []
    for name, load, floor, slow in CASES:
        if bench.options.only not in name:
            continue
        sides = {"server": lambda extra, load=load, slow=slow: bench.measured((*load, *extra), slow=slow)}
        if floor:
            sides["floor"] = lambda extra, floor=floor, slow=slow: bench.floor((*floor, *extra), slow=slow)
        for side, ask in sides.items():
            results.append({"case": name, "side": side, **at(bench.options.rate, ask, bench.options.rounds)})
            tell("  ".join(row(results[-1])))
    return results


def at(rate, ask, rounds):
    """At a rate, or without one at half of what the side can do."""
    saturated = None if rate else figures.median([ask(("-w", SATURATED)) for _ in range(rounds)], "per_s")
    rate = rate or SHARE * saturated
    runs = [ask(("-w", IN_FLIGHT, "-R", f"{rate:.0f}")) for _ in range(rounds)]
    found = figures.side(runs)
    return {"saturated": saturated, "rate": rate, "sustained": found["per_s"] >= SUSTAINED * rate, **found}


def row(result):
    answered = figures.number(result["per_s"]) + ("" if result["sustained"] else " (not sustained)")
    return (result["case"], result["side"], figures.number(result["saturated"]), figures.number(result["rate"]), answered,
            *(figures.micros(result[field]) for field in ("p50_us", "p99_us", "p999_us", "max_us")))


def table(results, form=tables.markdown):
    return form(TITLES, [row(result) for result in results])
